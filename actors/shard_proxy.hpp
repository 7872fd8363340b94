#pragma once

#include <cstdint>
#include <map>
#include <variant>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"
#include "net/clock.hpp"

namespace muster {

/// What a shard_proxy is told at its start.
struct shard_proxy_config {
  shard_id shard;
  /// Of the bot.
  std::uint32_t intents = 0;
  /// For a shard that nobody runs, as far as is known; and if what is asked had
  /// been asked before, so that its owner is gone, which is to be noticed.
  caf::timespan patience{0};
  caf::timespan long_patience{0};
  stray_counter strays;
};

/// Stands in this process for a shard that may run in any, and move: keeps the
/// promises to who asks something of it, asks its owner in the order in which
/// it was asked, and asks again wherever the shard runs by then (C12). The
/// supervisor tells it where that is. What it has not answered when it ends is
/// answered with errc::not_running.
class shard_proxy : public shard_proxy_actor::base {
public:
  shard_proxy(caf::actor_config& cfg, shard_proxy_config args);

  const char* name() const override { return "muster.shard_proxy"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using question = std::variant<called_request, cancel_request,
                                guild_state_request, gateway_command>;
  using promise =
      std::variant<caf::typed_response_promise<chunk_request_finished>,
                   caf::typed_response_promise<guild_state>,
                   caf::typed_response_promise<void>>;

  struct call {
    question what;
    promise answer;
    /// Of the way by which it was asked last; 0: never.
    std::uint64_t asked_by = 0;
    /// It waits for another way, until then.
    bool waits = false;
    time_point until{};
    /// It was asked, and nobody knows what came of it.
    bool lost = false;
  };

  template <class Result, class Message>
  caf::result<Result> take(const Message& x);
  void take(const shard_located& x);
  void ask(std::uint64_t number, call& x);
  template <class Message>
  void ask(std::uint64_t number, const Message& what);
  void failed(std::uint64_t number, std::uint64_t way, const caf::error& why);
  void wait(call& x);
  void refuse_late();
  /// True if the request was dropped before anybody was asked.
  bool drop(const cancel_request& x);
  template <class... Ts>
  void finish(std::uint64_t number, Ts&&... xs);

  shard_proxy_config cfg_;
  caf::actor owner_;
  shard_route route_;
  /// Grows with each way to the shard.
  std::uint64_t way_ = 0;
  /// In the order in which they came.
  std::map<std::uint64_t, call> calls_;
  std::uint64_t numbers_ = 0;
};

} // namespace muster
