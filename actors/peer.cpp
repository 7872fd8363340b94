#include "actors/peer.hpp"

#include <type_traits>
#include <utility>

#include "actors/draw.hpp"
#include "actors/log.hpp"
#include "messages/errc.hpp"
#include "messages/internal/claim.hpp"

namespace muster {

namespace {

/// Of timer_tick; those that dial count up from 1.
constexpr std::uint64_t ping_timer = UINT64_MAX;

caf::error lost() {
  return make_error(errc::link_lost);
}

/// Larger answers would keep the link busy for too long.
constexpr std::size_t largest_answer = std::size_t{64} << 10;

std::size_t size_of(const chunk_request_finished& x) {
  std::size_t result = 0;
  for (auto& list : x.chunks)
    result += list.json.size();
  return result;
}

peer_answer refusal(const peer_call& x, const caf::error& why) {
  peer_answer y;
  y.link = x.link;
  y.number = x.number;
  y.error = static_cast<std::uint8_t>(code_of(why));
  y.sentence = sentence_of(why);
  return y;
}

} // namespace

peer::peer(caf::actor_config& cfg, peer_config args)
    : peer_actor::base(cfg), cfg_(std::move(args)) {
  guard(this, cfg_.strays);
  base_ = draw(cfg_.random) >> 16 | 1;
  set_down_handler([this](const caf::down_msg& x) {
    if (!remote_ || x.source != remote_.address())
      return;
    end();
    dial_later(caf::timespan{0});
  });
}

peer::behavior_type peer::make_behavior() {
  dial();
  delayed_send(this, ping_interval, timer_tick{ping_timer});
  return {
      [this](const peer_welcome& x) {
        if (x.link != 0 && x.link == link_)
          return;
        if (x.link == 0 || x.link != offered_ || !current_sender()) {
          // The other side has another link than this one.
          if (link_ != 0) {
            end();
            dial_later(retry_interval);
          }
          return;
        }
        begin(x.link, current_sender());
        introduce();
      },
      [this](const peer_shards& x) {
        if (x.link != link_ || link_ == 0)
          return;
        heard_at_ = clock().now();
        // Mostly it says only that it is there.
        if (std::exchange(told_link_, link_) == link_
            && shards_there_ == x.shards && !x.leaving)
          return;
        shards_there_ = x.shards;
        send(cfg_.supervisor,
             shards_there{cfg_.there, link_, x.shards, x.leaving});
      },
      [this](const peer_call& x) {
        if (x.link == link_ && link_ != 0)
          take(x);
        else if (auto to = current_sender()) // or its caller would wait
          send(caf::actor_cast<link_actor>(to), refusal(x, lost()));
      },
      [this](const peer_answer& x) {
        if (x.link == link_)
          answered(x);
      },
      [this](const peer_wish& x) { take(x); },
      [this](const peer_event& x) {
        if (x.link == link_)
          heard(x);
      },
      [this](const peer_mark& x) {
        if (x.link == link_)
          heard(x);
      },
      [this](const called_request& x) {
        return ask_there<chunk_request_finished>(&peer_call::request, x);
      },
      [this](const cancel_request& x) {
        return ask_there<void>(&peer_call::cancel, x);
      },
      [this](const guild_state_request& x) {
        return ask_there<guild_state>(&peer_call::look, x);
      },
      [this](const gateway_command& x) {
        return ask_there<void>(&peer_call::command, x);
      },
      [this](const shards_here& x) {
        shards_ = x.shards;
        leaving_ = x.leaving;
        tell_shards();
      },
      [this](const peer_guest& x) {
        begin(x.link, x.remote);
        send(remote_, peer_welcome{link_});
        introduce();
      },
      [this](const chunk_request_finished& x) {
        tell(x.shard.index, &peer_event::request, x);
      },
      [this](const shard_finished_chunking& x) { tell(x); },
      [this](const chunking_progress& x) { tell(x); },
      [this](const shard_ready& x) {
        tell(x.shard.index, &peer_event::ready, x);
      },
      [this](const shard_resumed& x) {
        tell(x.shard.index, &peer_event::resumed, x);
      },
      [this](const shard_disconnected& x) {
        tell(x.shard.index, &peer_event::disconnected, x);
      },
      [this](const shard_moved& x) {
        tell(x.shard.index, &peer_event::moved, x);
      },
      [this](const peer_dialed& x) { dialed(x); },
      [this](const peer_unreachable& x) { not_reached(x); },
      [this](const timer_tick& x) {
        if (x.id == ping_timer) {
          ping();
          return;
        }
        if (x.id != timer_ || link_ != 0)
          return;
        offered_ = 0; // no welcome has come
        dial();
      },
  };
}

void peer::on_exit() {
  for (auto& [number, who] : pending_)
    fail(who, lost());
  pending_.clear();
  miss_the_rest();
  remote_ = nullptr;
  cfg_.supervisor = nullptr;
  cfg_.network = nullptr;
}

// -- the link -----------------------------------------------------------------

void peer::dial() {
  if (cfg_.address.empty() || dialing_ || link_ != 0 || offered_ != 0)
    return;
  dialing_ = true;
  cfg_.network->dial(cfg_.address, caf::actor_cast<caf::actor>(this));
}

void peer::dial_later(caf::timespan wait) {
  delayed_send(this, wait, timer_tick{++timer_});
}

void peer::dialed(const peer_dialed& x) {
  dialing_ = false;
  if (link_ != 0)
    return;
  offered_ = draw(cfg_.random) + 2 * ++offers_;
  send(caf::actor_cast<door_actor>(x.door),
       peer_hello{cfg_.here, cfg_.there, offered_});
  dial_later(welcome_timeout);
}

void peer::not_reached(const peer_unreachable& x) {
  dialing_ = false;
  dial_later(retry_interval);
  auto now = clock().now();
  if (unreached_since_ == never)
    unreached_since_ = now;
  // Who has ended in order is not reached for a moment, either.
  if (now < unreached_since_ + patience || now < complain_at_)
    return;
  complain_at_ = now + complaint_interval;
  log().warn("process {} is not reached at {}: {}", node_name(cfg_.there),
             cfg_.address, x.reason);
}

void peer::begin(std::uint64_t link, const caf::strong_actor_ptr& remote) {
  if (link_ != 0)
    end();
  link_ = link;
  offered_ = 0;
  heard_at_ = clock().now();
  unreached_since_ = never;
  complain_at_ = {};
  remote_ = caf::actor_cast<link_actor>(remote);
  monitor(remote_);
  log().debug("process {} is reached", node_name(cfg_.there));
}

void peer::end() {
  log().debug("process {} is not reached any longer", node_name(cfg_.there));
  demonitor(remote_.address());
  remote_ = nullptr;
  link_ = 0;
  send(cfg_.supervisor, shards_there{cfg_.there, 0, {}, false});
  for (auto& [number, who] : std::exchange(pending_, {}))
    fail(who, lost());
}

void peer::tell_shards() {
  if (link_ != 0)
    send(remote_, peer_shards{link_, shards_, leaving_});
}

void peer::ping() {
  delayed_send(this, ping_interval, timer_tick{ping_timer});
  tell_shards();
  if (link_ == 0 || clock().now() < heard_at_ + silence_limit)
    return;
  end();
  dial_later(retry_interval);
}

void peer::introduce() {
  tell_shards();
  send(remote_, peer_wish{link_, wanted_here_});
}

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
  pending_.emplace(what.number, answer);
  send(remote_, std::move(what));
  return answer;
}

void peer::answered(const peer_answer& x) {
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
  if (x.request) {
    auto what = *x.request;
    what.remote = true;
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
                    } else if (size_of(y) > largest_answer) {
                      refuse(to, make_error(errc::answer_too_large));
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

void peer::answer(peer_answer x) {
  if (x.link == link_)
    send(remote_, std::move(x));
}

void peer::refuse(peer_answer x, const caf::error& why) {
  auto code = code_of(why);
  x.error =
      static_cast<std::uint8_t>(code == errc{} ? errc::not_running : code);
  x.sentence = sentence_of(why);
  answer(std::move(x));
}

door_actor::behavior_type door(door_actor::pointer self, std::uint64_t node,
                               supervisor_actor supervisor,
                               stray_counter strays) {
  guard(self, std::move(strays));
  return {[self, node, supervisor](const peer_hello& x) {
    if (x.to != node || x.from == node || x.from == 0 || x.link == 0
        || !self->current_sender())
      return; // it means who was here before
    caf::anon_send(supervisor,
                   peer_guest{x.from, x.link, self->current_sender()});
  }};
}

} // namespace muster
