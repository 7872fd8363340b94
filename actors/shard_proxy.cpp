#include "actors/shard_proxy.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "messages/errc.hpp"
#include "net/payload.hpp"

namespace muster {

namespace {

/// Another owner may do what this one does not: it stops, has moved, has died,
/// or is out of reach.
bool may_be_elsewhere(const caf::error& why) {
  auto code = code_of(why);
  return code == errc::not_running || code == errc::link_lost
         || code == errc::wrong_shard
         || code == errc{}; // CAF's: its actor is gone
}

caf::error runs_nowhere() {
  return make_error(errc::not_running, "its shard runs nowhere, as far as is "
                                       "known; ask again");
}

// What its owner would refuse anyway does not go there: it may be larger than
// any message between processes (Q2).

caf::error refusal(const called_request& x, const shard_proxy_config& cfg) {
  if (auto error = validate(x.request, cfg.intents, cfg.shard))
    return error;
  return largest_request(x.request) > max_sent_payload
             ? make_error(errc::payload_too_large)
             : caf::error{};
}

caf::error refusal(const cancel_request& x, const shard_proxy_config&) {
  return x.nonce.size() > max_nonce_size ? make_error(errc::unknown_nonce)
                                         : caf::error{};
}

caf::error refusal(const guild_state_request&, const shard_proxy_config&) {
  return caf::none;
}

caf::error refusal(const gateway_command& x, const shard_proxy_config&) {
  std::string ignored;
  return encode_command(x, ignored);
}

template <class... Ts>
void deliver(caf::response_promise& to, Ts&&... xs) {
  to.deliver(std::forward<Ts>(xs)...);
}

} // namespace

shard_proxy::shard_proxy(caf::actor_config& cfg, shard_proxy_config args)
    : shard_proxy_actor::base(cfg), cfg_(std::move(args)) {
  guard(this, cfg_.strays);
}

shard_proxy::behavior_type shard_proxy::make_behavior() {
  return {
      [this](const called_request& x) {
        return take<chunk_request_finished>(x);
      },
      [this](const cancel_request& x) -> caf::result<void> {
        if (drop(x))
          return caf::unit;
        return take<void>(x);
      },
      [this](const guild_state_request& x) { return take<guild_state>(x); },
      [this](const gateway_command& x) { return take<void>(x); },
      [this](const shard_located& x) { take(x); },
      [this](const timer_tick&) { refuse_late(); },
  };
}

void shard_proxy::on_exit() {
  for (auto& [number, x] : calls_)
    std::visit([](auto& to) { to.deliver(make_error(errc::not_running)); },
               x.answer);
  calls_.clear();
  owner_ = nullptr;
}

template <class Result, class Message>
caf::result<Result> shard_proxy::take(const Message& x) {
  if (auto error = refusal(x, cfg_))
    return error;
  auto answer = make_response_promise<Result>();
  auto number = ++numbers_;
  auto& made = calls_[number];
  made.what = x;
  made.answer = answer;
  if (owner_)
    ask(number, made);
  else
    wait(made);
  return answer;
}

template <class... Ts>
void shard_proxy::finish(std::uint64_t number, Ts&&... xs) {
  auto found = calls_.extract(number);
  if (!found)
    return; // another owner has answered
  std::visit(
      [&](auto& to) {
        deliver(static_cast<caf::response_promise&>(to),
                std::forward<Ts>(xs)...);
      },
      found.mapped().answer);
}

template <class Message>
void shard_proxy::ask(std::uint64_t number, const Message& what) {
  auto sent = request(owner_, caf::infinite, what);
  auto fail = [this, number, way = way_](const caf::error& why) {
    failed(number, way, why);
  };
  if constexpr (std::is_same_v<Message, called_request>)
    sent.then(
        [this, number](const chunk_request_finished& y) { finish(number, y); },
        fail);
  else if constexpr (std::is_same_v<Message, guild_state_request>)
    sent.then([this, number](const guild_state& y) { finish(number, y); },
              fail);
  else
    sent.then([this, number] { finish(number, caf::unit); }, fail);
}

void shard_proxy::ask(std::uint64_t number, call& x) {
  x.waits = false;
  x.asked_by = way_;
  std::visit([&](auto& what) { ask(number, what); }, x.what);
}

void shard_proxy::take(const shard_located& x) {
  if (x.route == route_)
    return;
  route_ = x.route;
  owner_ = x.owner;
  if (!owner_)
    return; // what is under way may still be answered
  ++way_;
  for (auto& [number, one] : calls_) {
    // A command would be said twice.
    auto once = std::holds_alternative<gateway_command>(one.what);
    if (!once || one.waits)
      ask(number, one);
  }
}

void shard_proxy::failed(std::uint64_t number, std::uint64_t way,
                         const caf::error& why) {
  auto i = calls_.find(number);
  if (i == calls_.end() || i->second.asked_by != way)
    return; // somebody else has been asked since
  auto& x = i->second;
  auto code = code_of(why);
  if (std::holds_alternative<cancel_request>(x.what) && x.lost
      && code == errc::unknown_nonce) {
    finish(number, caf::unit); // the first time has done it
    return;
  }
  auto lost = code == errc::link_lost || code == errc{};
  auto once = std::holds_alternative<gateway_command>(x.what);
  if (!may_be_elsewhere(why) || (once && lost)) {
    finish(number, why);
    return;
  }
  x.lost |= lost;
  if (owner_ && way != way_)
    ask(number, x);
  else
    wait(x);
}

void shard_proxy::wait(call& x) {
  auto patience = x.asked_by == 0 ? cfg_.patience : cfg_.long_patience;
  x.waits = true;
  x.until = clock().now() + patience;
  delayed_send(this, patience, timer_tick{});
}

void shard_proxy::refuse_late() {
  auto now = clock().now();
  std::vector<std::uint64_t> late;
  for (auto& [number, x] : calls_)
    if (x.waits && now >= x.until)
      late.push_back(number);
  for (auto number : late)
    finish(number, runs_nowhere());
}

bool shard_proxy::drop(const cancel_request& x) {
  auto i = std::find_if(calls_.begin(), calls_.end(), [&](auto& one) {
    auto request = std::get_if<called_request>(&one.second.what);
    return request != nullptr && one.second.asked_by == 0
           && request->request.nonce == x.nonce;
  });
  if (i == calls_.end())
    return false;
  chunk_request_finished end;
  end.shard = cfg_.shard;
  end.guild_id = x.guild_id;
  end.nonce = x.nonce;
  end.outcome = outcome::cancelled;
  finish(i->first, end);
  return true;
}

} // namespace muster
