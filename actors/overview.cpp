#include "actors/overview.hpp"

#include <utility>

#include "actors/guard.hpp"
#include "actors/overview_json.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// Longer than the supervisor waits for its shards.
constexpr auto fleet_patience = std::chrono::seconds(4);

} // namespace

overview::overview(caf::actor_config& cfg, supervisor_actor fleet)
    : overview_actor::base(cfg), fleet_(std::move(fleet)),
      journal_(caf::make_timestamp()) {
  guard(this, nullptr);
}

subscribe_request overview::wish(const overview_actor& who) {
  subscribe_request x;
  x.listener = caf::actor_cast<caf::actor>(who);
  x.events = event_bit::books | event_bit::chunking_progress
             | event_bit::shard_moved | event_bit::node_joined
             | event_bit::node_left;
  return x;
}

overview::behavior_type overview::make_behavior() {
  auto note = [this](auto& x) {
    if constexpr (requires { x.at; }) // it may be told again later
      journal_.add(x, x.at);
    else
      journal_.add(x, caf::make_timestamp());
  };
  return {
      [this](const overview_request&) { return tell(); },
      [note](const chunk_request_finished& x) { note(x); },
      [note](const shard_finished_chunking& x) { note(x); },
      [note](const finished_chunking& x) { note(x); },
      [this](const chunking_progress& x) { startup_ = x; },
      [note](const shard_ready& x) { note(x); },
      [note](const shard_resumed& x) { note(x); },
      [note](const shard_disconnected& x) { note(x); },
      [note](const shard_moved& x) { note(x); },
      [note](const node_joined& x) { note(x); },
      [note](const node_left& x) { note(x); },
      [this](const unsubscribe_request&) { quit(); },
  };
}

void overview::on_exit() {
  for (auto& x : std::exchange(asking_, {}))
    x.deliver(make_error(errc::not_running));
  fleet_ = nullptr;
}

caf::result<overview_text> overview::tell() {
  auto promise = make_response_promise<overview_text>();
  if (made_ != time_point::min() && clock().now() - made_ < good_for) {
    promise.deliver(text_);
    return promise;
  }
  asking_.push_back(promise);
  if (asking_.size() > 1)
    return promise;
  request(fleet_, fleet_patience, fleet_standing_request{})
      .then([this](const fleet_standing& x) { take(x); },
            [this](const caf::error& why) {
              for (auto& one : std::exchange(asking_, {}))
                one.deliver(why);
            });
  return promise;
}

void overview::take(const fleet_standing& x) {
  made_ = clock().now();
  text_.json = overview_json(x, journal_, startup_, caf::make_timestamp());
  for (auto& one : std::exchange(asking_, {}))
    one.deliver(text_);
}

} // namespace muster
