#include "actors/identify_gate.hpp"

#include "actors/log.hpp"
#include "messages/errc.hpp"

namespace muster {

identify_gate::identify_gate(caf::actor_config& cfg, const settings& values)
    : identify_gate_actor::base(cfg),
      buckets_(values.identify_interval + values.network_margin) {}

identify_gate::behavior_type identify_gate::make_behavior() {
  return {
      [this](const identify_slot_request& x) {
        auto answer = make_response_promise<identify_slot>();
        auto [i, fresh] = waiting_.emplace(x.shard.index, answer);
        if (fresh) {
          buckets_.ask(x.shard.index, x.shard.index);
        } else {
          i->second.deliver(make_error(errc::not_running));
          i->second = answer;
        }
        serve();
        return answer;
      },
      [this](const identify_limits& x) {
        buckets_.set_limits(x.max_concurrency, x.remaining, x.reset_after,
                            clock().now());
        if (buckets_.exhausted())
          log().warn("no session start is left; shards wait until Discord "
                     "resets the limit");
        serve();
      },
      [this](const timer_tick& x) {
        if (x.generation != generation_)
          return;
        armed_ = never;
        serve();
      },
  };
}

void identify_gate::on_exit() {
  for (auto& [ticket, answer] : waiting_)
    answer.deliver(make_error(errc::not_running));
  waiting_.clear();
}

void identify_gate::serve() {
  auto now = clock().now();
  while (auto ticket = buckets_.grant(now)) {
    auto i = waiting_.find(*ticket);
    if (i == waiting_.end())
      continue;
    i->second.deliver(identify_slot{});
    waiting_.erase(i);
  }
  auto due = buckets_.due(now);
  if (due < armed_) {
    armed_ = due;
    delayed_send(this, due - now, timer_tick{++generation_});
  }
}

} // namespace muster
