#pragma once

#include <cstdint>

#include <caf/event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

/// What a call is told at its start.
struct call_config {
  supervisor_actor supervisor;
  /// For a shard that has not been reached, and for one that had been.
  caf::timespan patience{0};
  caf::timespan long_patience{0};
  /// What is asked may be asked twice: it goes on wherever its shard goes.
  bool repeats = true;
  stray_counter strays;
};

/// Keeps the promise to who asks something of a shard, which may run in any
/// process and move while it is asked: asks it again, wherever it runs by then
/// (C12). Takes one message, and ends with its answer. `Message` is what both a
/// shard and a peer take.
template <class Message, class Result>
class call : public caf::event_based_actor {
public:
  call(caf::actor_config& cfg, call_config args, Message what);

  const char* name() const override { return "muster.call"; }

  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  void locate();
  void ask(const shard_located& x);
  void failed(const caf::error& why);
  template <class... Ts>
  void finish(Ts&&... xs);

  call_config cfg_;
  Message what_;
  caf::typed_response_promise<Result> answer_;
  shard_route tried_;
  /// It has been asked, and nobody knows what came of it.
  bool asked_ = false;
  /// It lives until it has an answer.
  caf::actor self_;
};

extern template class call<called_request, chunk_request_finished>;
extern template class call<cancel_request, void>;
extern template class call<guild_state_request, guild_state>;
extern template class call<gateway_command, void>;

} // namespace muster
