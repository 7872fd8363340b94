// What is asked of shards in another process, and of those here by it (C12).

#include <string>
#include <type_traits>
#include <utility>

#include <caf/send.hpp>

#include "actors/peer.hpp"
#include "actors/stream_relay.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

caf::error lost() {
  return make_error(errc::link_lost);
}

peer_answer refusal(const peer_call& x, const caf::error& why) {
  auto y = refused(why);
  y.link = x.link;
  y.number = x.number;
  return y;
}

std::size_t size_of(const chunk_request_finished& x) {
  std::size_t result = 0;
  for (auto& list : x.chunks)
    result += list.json.size();
  return result;
}

} // namespace

// -- what is asked there ------------------------------------------------------

void peer::fail(promise& who, caf::error why) {
  std::visit([&](auto& x) { x.deliver(std::move(why)); }, who);
}

template <class Result, class Message>
caf::result<Result> peer::ask_there(optional<Message> peer_call::*where,
                                    const Message& x) {
  auto answer = make_response_promise<Result>();
  if (link_ == 0) {
    answer.deliver(lost());
    return answer;
  }
  peer_call what;
  what.link = link_;
  what.number = ++calls_;
  what.*where = x;
  if constexpr (std::is_same_v<Message, called_request>)
    if (x.receiver) {
      what.stream = true;
      what.request->receiver = nullptr;
      inlet_.add_stream(what.number, x.receiver);
    }
  pending_.emplace(what.number, answer);
  send(remote_, std::move(what));
  return answer;
}

template caf::result<chunk_request_finished>
peer::ask_there(optional<called_request> peer_call::*, const called_request&);
template caf::result<void>
peer::ask_there(optional<cancel_request> peer_call::*, const cancel_request&);
template caf::result<guild_state>
peer::ask_there(optional<guild_state_request> peer_call::*,
                const guild_state_request&);
template caf::result<void>
peer::ask_there(optional<gateway_command> peer_call::*, const gateway_command&);

void peer::answered(const peer_answer& x) {
  inlet_.remove_stream(x.number);
  auto found = pending_.extract(x.number);
  if (!found)
    return;
  auto& who = found.mapped();
  if (x.error != 0)
    fail(who, make_error(static_cast<errc>(x.error), x.sentence));
  else if (auto end = std::get_if<end_promise>(&who); end && x.end)
    end->deliver(*x.end);
  else if (auto state = std::get_if<state_promise>(&who); state && x.state)
    state->deliver(*x.state);
  else if (auto done = std::get_if<done_promise>(&who))
    static_cast<caf::response_promise&>(*done).deliver(caf::unit);
  else
    fail(who, lost());
}

// -- what is asked here -------------------------------------------------------

void peer::take(const peer_call& x) {
  if (x.link != link_ || link_ == 0) {
    if (auto to = current_sender()) // or its caller would wait
      send(caf::actor_cast<link_actor>(to), refusal(x, lost()));
  } else if (x.request) {
    auto what = *x.request;
    what.remote = true;
    what.receiver = nullptr; // it is not theirs to name
    if (x.stream)
      stream_here(x, what);
    else
      ask_here<chunk_request_finished>(x, what.request.guild_id, what);
  } else if (x.cancel) {
    ask_here<void>(x, x.cancel->guild_id, *x.cancel);
  } else if (x.look) {
    ask_here<guild_state>(x, x.look->guild_id, *x.look);
  } else if (x.command) {
    ask_here<void>(x, x.command->guild_id, *x.command);
  } else { // of another version
    answer(refusal(x, make_error(errc::invalid_payload)));
  }
}

template <class Result, class Message>
void peer::ask_here(const peer_call& from, snowflake guild,
                    const Message& what) {
  peer_answer to;
  to.link = from.link;
  to.number = from.number;
  auto fail = [this, to](const caf::error& why) { refuse(to, why); };
  request(cfg_.supervisor, caf::infinite, locate_shard{guild})
      .then(
          [this, to, what, fail](const shard_located& x) {
            auto sent = request(x.owner, caf::infinite, what);
            if constexpr (std::is_void_v<Result>)
              sent.then([this, to] { answer(to); }, fail);
            else
              sent.then(
                  [this, to](const Result& y) mutable {
                    if constexpr (std::is_same_v<Result, guild_state>) {
                      to.state = y;
                    } else if (!y.chunks.empty()) {
                      to.end = y;
                      answer_in(answer_lane, to);
                      return;
                    } else {
                      to.end = y;
                    }
                    answer(to);
                  },
                  fail);
          },
          fail);
}

void peer::stream_here(const peer_call& from, const called_request& what) {
  auto guild = what.request.guild_id;
  streaming made;
  made.call = from.number;
  made.lane = cfg_.shard_count == 0 ? 0 : shard_of(guild, cfg_.shard_count);
  auto number = ++relays_made_;
  relays_.emplace(number, made);
  auto refuse = [this, number](const caf::error& why) {
    peer_parcel news;
    news.call = number;
    news.answer = refused(why);
    take(news);
  };
  request(cfg_.supervisor, caf::infinite, locate_shard{guild})
      .then(
          [this, number, what](const shard_located& x) {
            auto i = relays_.find(number);
            if (i == relays_.end())
              return; // its link has ended
            stream_relay_config args;
            args.number = number;
            args.what = what;
            args.owner = x.owner;
            args.to = this;
            args.strays = cfg_.strays;
            i->second.relay = spawn(stream_relay, std::move(args));
          },
          refuse);
}

void peer::take(const peer_parcel& x) {
  auto i = relays_.find(x.call);
  if (i == relays_.end())
    return; // of another link
  auto to = i->second;
  if (x.answer) {
    auto end = *x.answer;
    end.link = link_;
    end.number = to.call;
    relays_.erase(i);
    answer_in(to.lane, std::move(end));
  } else if (x.members) {
    auto out = x;
    out.call = to.call;
    outlet_.add(to.lane, std::move(out));
  }
}

void peer::end_relays() {
  for (auto& [number, x] : std::exchange(relays_, {}))
    if (x.relay)
      caf::anon_send_exit(x.relay, caf::exit_reason::user_shutdown);
}

void peer::answer(peer_answer x) {
  if (x.link == link_)
    send(remote_, std::move(x));
}

void peer::answer_in(std::uint32_t lane, peer_answer x) {
  if (x.link != link_)
    return;
  auto bytes = x.end ? size_of(*x.end) : 0;
  if (bytes > largest_answer) {
    x.end = {};
    refuse(x, make_error(errc::answer_too_large,
                         "its members have " + std::to_string(bytes >> 20)
                             + " MiB, too many for an answer from another "
                               "process; have them streamed"));
    return;
  }
  if (bytes == 0) {
    outlet_.add(lane, parcel_queue::small{std::move(x)});
    return;
  }
  peer_parcel out;
  out.answer = std::move(x);
  outlet_.add(lane, std::move(out));
}

void peer::refuse(peer_answer x, const caf::error& why) {
  auto y = refused(why);
  y.link = x.link;
  y.number = x.number;
  answer(std::move(y));
}

} // namespace muster
