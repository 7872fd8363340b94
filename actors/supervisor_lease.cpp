// How a supervisor holds the lease of its process.

#include <utility>

#include <caf/send.hpp>

#include "actors/lease_keeper.hpp"
#include "actors/log.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"

namespace muster {

void supervisor::begin_lease() {
  request(lease_, caf::infinite, hold_lease{cfg_.node})
      .then(
          [this](const lease_held&) {
            joined_ = true;
            claim();
          },
          // The keeper has told why.
          [](const caf::error&) {});
}

caf::result<void> supervisor::check_alive() {
  auto promise = make_response_promise<void>();
  watched_ = shards_.claims();
  poll all{[promise](const poll&) mutable {
    static_cast<caf::response_promise&>(promise).deliver(caf::unit);
  }};
  // Who is dead is not who hangs; who hangs lets the keeper's patience end.
  shards_.for_each_alive([&](auto, auto& shard) {
    all.ask();
    request(shard, caf::infinite, alive_check{})
        .then([all] { all.one_less(); },
              [all](const caf::error&) { all.one_less(); });
  });
  if (cfg_.probe_io) {
    all.ask();
    io_poll_ = all;
    cfg_.probe_io([self = caf::actor_cast<supervisor_actor>(this)] {
      caf::anon_send(self, io_alive{});
    });
  }
  all.one_less();
  return promise;
}

void supervisor::io_answered() {
  if (auto waiting = std::exchange(io_poll_, std::nullopt))
    waiting->one_less();
}

void supervisor::lease_goes_on(const lease_renewed& x) {
  if (stopping_ || failed_)
    return;
  if (std::exchange(lapsed_, false)) {
    log().warn("the lease of this process is renewed; its shards resume");
    shards_.for_each_open(
        [&](auto, auto& shard) { send(shard, lease_state{true}); });
  }
  // Claims since it was asked about may not be in it yet.
  for (auto& claim : std::exchange(watched_, {}))
    if (std::find(x.own.begin(), x.own.end(), claim) == x.own.end())
      overtaken({claim});
  if (x.start) // it may not be told another time
    hub_.take(*x.start, clock().now());
  hub_.expire(clock().now());
  await_far_events();
  if (clustered()) {
    name(x.nodes);
    meet(x.nodes);
  }
  placement_ = placement{x.nodes, cfg_.node, shards_.shard_count()};
  identifies_left_ = x.identifies_left;
  astray_ = claiming_ ? std::vector<std::uint32_t>{} : shards_.strays(x.own);
  if (x.freed && clustered())
    nudge(); // the others have their part of what is free
  if (clustered())
    place();
  else if (x.freed)
    claim();
}

void supervisor::lease_ran_out() {
  if (stopping_ || failed_ || std::exchange(lapsed_, true))
    return;
  log().error("the lease of this process could not be renewed: its shards "
              "close, resumably, until it is");
  shards_.for_each_open(
      [&](auto, auto& shard) { send(shard, lease_state{false}); });
}

void supervisor::lease_was_lost() {
  if (stopping_ || failed_)
    return;
  log().warn("the store does not know this process any longer: others held it "
             "for dead, or the store is another one; it joins anew");
  joined_ = false;
  for (auto& claim : shards_.claims())
    overtaken({claim});
  lapsed_ = false;
  cfg_.start_id += 0x9e3779b97f4a7c15; // if it begins one, that is another
  cfg_.start_id |= 1;
  if (!own_gate_) {
    join();
    return;
  }
  // By then all that it claimed before is ahead of the join.
  auto go_on = [this] {
    if (!stopping_ && !failed_)
      join();
  };
  request(own_gate_, caf::infinite, lease_lost{})
      .then(go_on, [go_on](const caf::error&) { go_on(); });
}

} // namespace muster
