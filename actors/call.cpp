#include "actors/call.hpp"

#include <type_traits>
#include <utility>

#include "messages/errc.hpp"

namespace muster {

namespace {

snowflake guild_of(const called_request& x) {
  return x.request.guild_id;
}

template <class Message>
snowflake guild_of(const Message& x) {
  return x.guild_id;
}

/// Another owner may do what this one does not: it stops, has moved, has died,
/// or is out of reach.
bool may_be_elsewhere(const caf::error& why) {
  switch (code_of(why)) {
  case errc::not_running:
  case errc::link_lost:
  case errc::wrong_shard:
    return true;
  default:
    return code_of(why) == errc{}; // CAF's: its actor is gone
  }
}

} // namespace

template <class Message, class Result>
call<Message, Result>::call(caf::actor_config& cfg, call_config args,
                            Message what)
    : caf::event_based_actor(cfg), cfg_(std::move(args)),
      what_(std::move(what)) {
  guard(this, cfg_.strays);
}

template <class Message, class Result>
caf::behavior call<Message, Result>::make_behavior() {
  self_ = this;
  return {[this](start_request) -> caf::result<Result> {
    answer_ = make_response_promise<Result>();
    locate();
    return answer_;
  }};
}

template <class Message, class Result>
void call<Message, Result>::on_exit() {
  if (answer_.pending())
    answer_.deliver(make_error(errc::not_running));
  cfg_.supervisor = nullptr;
  self_ = nullptr;
}

template <class Message, class Result>
template <class... Ts>
void call<Message, Result>::finish(Ts&&... xs) {
  static_cast<caf::response_promise&>(answer_).deliver(std::forward<Ts>(xs)...);
  quit();
}

template <class Message, class Result>
void call<Message, Result>::locate() {
  locate_shard where;
  where.guild_id = guild_of(what_);
  where.tried = tried_;
  where.patience = asked_ ? cfg_.long_patience : cfg_.patience;
  request(cfg_.supervisor, caf::infinite, where)
      .then([this](const shard_located& x) { ask(x); },
            [this](const caf::error& why) {
              finish(code_of(why) != errc{} ? why
                                            : make_error(errc::not_running));
            });
}

template <class Message, class Result>
void call<Message, Result>::ask(const shard_located& x) {
  tried_ = x.route;
  auto sent = request(x.owner, caf::infinite, what_);
  auto fail = [this](const caf::error& why) { failed(why); };
  if constexpr (std::is_void_v<Result>)
    sent.then([this] { finish(caf::unit); }, fail);
  else
    sent.then([this](const Result& y) { finish(y); }, fail);
}

template <class Message, class Result>
void call<Message, Result>::failed(const caf::error& why) {
  auto code = code_of(why);
  if constexpr (std::is_same_v<Message, cancel_request>)
    if (asked_ && code == errc::unknown_nonce) {
      finish(caf::unit); // the first time has done it
      return;
    }
  auto again = cfg_.repeats || code == errc::not_running;
  if (!may_be_elsewhere(why) || !again) {
    finish(why);
    return;
  }
  asked_ |= code != errc::wrong_shard;
  locate();
}

template class call<called_request, chunk_request_finished>;
template class call<cancel_request, void>;
template class call<guild_state_request, guild_state>;
template class call<gateway_command, void>;

} // namespace muster
