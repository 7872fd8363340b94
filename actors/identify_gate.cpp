#include "actors/identify_gate.hpp"

#include <algorithm>
#include <utility>

#include "actors/gateway_directory.hpp"
#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// Longer than the REST API is given.
constexpr auto limits_timeout = std::chrono::minutes(1);

} // namespace

identify_gate::identify_gate(caf::actor_config& cfg, const settings& values,
                             supervisor_actor supervisor,
                             store_keeper_actor keeper, stray_counter strays)
    : own_identify_gate_actor::base(cfg), supervisor_(std::move(supervisor)),
      keeper_(std::move(keeper)),
      buckets_(values.identify_interval + values.network_margin,
               values.network_margin),
      limits_at_(clock().now()) {
  guard(this, std::move(strays));
  // A turn of nobody would cost an identify of the day.
  set_down_handler([this](const caf::down_msg& x) {
    for (auto i = waiting_.begin(); i != waiting_.end();) {
      auto gone = i->second.from == x.source;
      if (gone)
        buckets_.withdraw(i->first);
      i = gone ? waiting_.erase(i) : std::next(i);
    }
  });
}

identify_gate::behavior_type identify_gate::make_behavior() {
  return {
      [this](const identify_slot_request& x) {
        auto answer = make_response_promise<identify_slot>();
        auto from = caf::actor_cast<caf::actor_addr>(current_sender());
        auto [i, fresh] =
            waiting_.try_emplace(x.shard.index, waiting{answer, from});
        if (fresh) {
          buckets_.ask(x.shard.index);
        } else {
          i->second.answer.deliver(make_error(errc::not_running));
          i->second = {answer, from};
        }
        if (from)
          monitor(from);
        serve();
        return answer;
      },
      [this](const identify_limits& x) {
        set_limits(x);
        serve();
      },
      [this](const lease_lost&) { forget(); },
      [this](const timer_tick& x) {
        if (wakeup_.rings(x))
          serve();
      },
  };
}

void identify_gate::on_exit() {
  for (auto& [index, x] : waiting_)
    x.answer.deliver(make_error(errc::not_running));
  waiting_.clear();
  supervisor_ = nullptr;
  keeper_ = nullptr;
}

void identify_gate::set_limits(const identify_limits& x) {
  limits_at_ = clock().now();
  buckets_.set_limits(x.max_concurrency, x.remaining, x.reset_after,
                      limits_at_);
  log().debug("{} session starts are left, {} at once", x.remaining,
              x.max_concurrency);
  told_starved_ = false;
}

void identify_gate::forget() {
  ++joins_;
  buckets_.forget();
  claims_ = known_claims_ = 0;
  doubts_ = clock().now();
}

bool identify_gate::limits_known() {
  if (asking_)
    return false;
  auto now = clock().now();
  if (waiting_.empty() || (now - limits_at_ < limits_age && now < doubts_))
    return true;
  asking_ = true;
  doubts_ = never;
  limits_at_ = now; // not again soon, whatever comes of it
  known_claims_ = claims_;
  request(supervisor_, limits_timeout, identify_limits_request{})
      .then(
          [this](const identify_limits& x) {
            asking_ = false;
            set_limits(x);
            serve();
          },
          [this](const caf::error&) { // the old ones must do
            asking_ = false;
            if (buckets_.starved())
              doubts_ = clock().now() + gateway_directory::spacing;
            serve();
          });
  return false;
}

void identify_gate::serve() {
  if (!limits_known())
    return;
  auto now = clock().now();
  while (auto turn = buckets_.next(now))
    claim(*turn);
  auto starved = buckets_.starved() && doubts_ == never;
  if (!std::exchange(told_starved_, starved) && starved)
    log().warn("{}", buckets_.starved_words(now, caf::make_timestamp()));
  auto due = buckets_.due(now);
  if (buckets_.starved())
    due = std::min(due, limits_at_ + limits_age);
  if (!waiting_.empty())
    due = std::min(due, doubts_);
  if (auto tick = wakeup_.set(due))
    delayed_send(this, due - now, *tick);
}

void identify_gate::claim(const identify_buckets::turn& x) {
  limits_at_ = x.at;
  ++claiming_;
  request(keeper_, caf::infinite,
          claim_identify{x.bucket, x.seen, buckets_.remaining() + claiming_,
                         known_claims_})
      .then(
          [this, x, joins = joins_](const identify_claimed& by) {
            --claiming_;
            if (joins == joins_)
              claimed(x, by);
            else
              failed(x);
            serve();
          },
          [this, x](const caf::error& error) {
            --claiming_;
            log().warn("shard {} may not identify: {}", x.shard,
                       sentence_of(error));
            failed(x);
            serve();
          });
}

void identify_gate::failed(const identify_buckets::turn& x) {
  buckets_.refused(x, identify_buckets::unknown, buckets_.remaining() + 1,
                   clock().now());
}

void identify_gate::claimed(const identify_buckets::turn& x,
                            const identify_claimed& by) {
  auto now = clock().now();
  claims_ = by.claims;
  if (!by.granted) {
    // The REST API had some left; what was counted may be of yesterday.
    if (by.remaining == 0)
      doubts_ = now;
    buckets_.refused(x, by.counter, by.remaining, now);
    return;
  }
  auto in_time = buckets_.claimed(x, by.counter, now);
  auto i = waiting_.find(x.shard);
  if (!in_time || i == waiting_.end())
    return;
  log().debug("shard {} may identify", x.shard);
  auto until = x.at + identify_buckets::claim_holds;
  i->second.answer.deliver(identify_slot{until.time_since_epoch()});
  waiting_.erase(i);
}

} // namespace muster
