#include "actors/identify_gate.hpp"

#include <utility>

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// Longer than the REST API is given.
constexpr auto limits_timeout = std::chrono::minutes(1);

} // namespace

identify_gate::identify_gate(caf::actor_config& cfg, const settings& values,
                             supervisor_actor supervisor, stray_counter strays)
    : identify_gate_actor::base(cfg), supervisor_(std::move(supervisor)),
      buckets_(values.identify_interval + values.network_margin),
      limits_at_(clock().now()) {
  guard(this, std::move(strays));
}

identify_gate::behavior_type identify_gate::make_behavior() {
  return {
      [this](const identify_slot_request& x) {
        auto answer = make_response_promise<identify_slot>();
        auto [i, fresh] = waiting_.emplace(x.shard.index, answer);
        if (fresh) {
          buckets_.ask(x.shard.index);
        } else {
          i->second.deliver(make_error(errc::not_running));
          i->second = answer;
        }
        serve();
        return answer;
      },
      [this](const identify_limits& x) {
        set_limits(x);
        serve();
      },
      [this](const timer_tick& x) {
        if (wakeup_.rings(x))
          serve();
      },
  };
}

void identify_gate::on_exit() {
  for (auto& [index, answer] : waiting_)
    answer.deliver(make_error(errc::not_running));
  waiting_.clear();
  supervisor_ = nullptr;
}

void identify_gate::set_limits(const identify_limits& x) {
  limits_at_ = clock().now();
  buckets_.set_limits(x.max_concurrency, x.remaining, x.reset_after,
                      limits_at_);
  log().debug("{} session starts are left, {} at once", x.remaining,
              x.max_concurrency);
  told_starved_ = false;
}

bool identify_gate::limits_known() {
  if (asking_)
    return false;
  auto now = clock().now();
  if (waiting_.empty() || now - limits_at_ < limits_age)
    return true;
  asking_ = true;
  limits_at_ = now; // not again soon, whatever comes of it
  request(supervisor_, limits_timeout, identify_limits_request{})
      .then(
          [this](const identify_limits& x) {
            asking_ = false;
            set_limits(x);
            serve();
          },
          [this](const caf::error&) { // the old ones must do
            asking_ = false;
            serve();
          });
  return false;
}

void identify_gate::serve() {
  if (!limits_known())
    return;
  auto now = clock().now();
  while (auto index = buckets_.grant(now)) {
    auto i = waiting_.find(*index);
    if (i == waiting_.end())
      continue;
    limits_at_ = now;
    log().debug("shard {} may identify", *index);
    i->second.deliver(identify_slot{});
    waiting_.erase(i);
  }
  if (!std::exchange(told_starved_, buckets_.starved()) && told_starved_)
    log().warn("{}", buckets_.starved_words(now, caf::make_timestamp()));
  auto due = buckets_.due(now);
  if (auto tick = wakeup_.set(due))
    delayed_send(this, due - now, *tick);
}

} // namespace muster
