#include "actors/peer.hpp"

#include <utility>

#include "actors/draw.hpp"
#include "actors/log.hpp"
#include "messages/errc.hpp"
#include "messages/internal/claim.hpp"

namespace muster {

namespace {

/// Of timer_tick; those that dial count up from 1.
constexpr std::uint64_t ping_timer = UINT64_MAX;

} // namespace

peer::peer(caf::actor_config& cfg, peer_config args)
    : peer_actor::base(cfg), cfg_(std::move(args)),
      outlet_(largest_parcel(cfg_.values->max_payload),
              [this](parcel_queue::outgoing&& x) { put_out(std::move(x)); }),
      inlet_({caf::actor_cast<caf::weak_actor_ptr>(ctrl()), cfg_.shard_count,
              cfg_.values->listener_bound, cfg_.values->on_overflow,
              largest_parcel(cfg_.values->max_payload),
              [this](peer_credit&& x) {
                x.link = link_;
                send(remote_, std::move(x));
              },
              [this](const caf::actor& x) { monitor(x); }}) {
  guard(this, cfg_.strays);
  base_ = draw(cfg_.random) >> 16 | 1;
  set_down_handler([this](const caf::down_msg& x) {
    if (!remote_ || x.source != remote_.address()) {
      inlet_.lost(x.source);
      listeners_changed();
      return;
    }
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
      [this](const peer_nudge& x) {
        if (current_sender() == cfg_.supervisor && link_ != 0)
          send(remote_, peer_nudge{link_});
        else if (x.link == link_ && link_ != 0)
          send(cfg_.supervisor, look_now{});
      },
      [this](const peer_call& x) { take(x); },
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
      [this](const peer_piece& x) { put_in(x); },
      [this](const peer_credit& x) {
        if (x.link == link_ && link_ != 0 && !outlet_.take(x))
          give_link_up("it gives credit for what it has not got");
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
      [this](const subscribe_request& x) { take(x); },
      [this](const unsubscribe_request& x) { take(x); },
      [this](const statistics_request&) {
        statistics x;
        x.dropped_events = inlet_.dropped() + outlet_.dropped();
        x.listener_bytes = inlet_.bytes();
        return x;
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
      [this](const guild_members_chunk& x) { carry(&peer_parcel::members, x); },
      [this](const dispatch& x) { carry(&peer_parcel::event, x); },
      [this](const peer_parcel& x) { take(x); },
      [this](const credit_available&) {
        if (link_ != 0)
          inlet_.give_credit();
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
    fail(who, make_error(errc::link_lost));
  pending_.clear();
  miss_the_rest();
  end_relays();
  say_last_words();
  remote_ = nullptr;
  cfg_.supervisor = nullptr;
  cfg_.network = nullptr;
}

// -- the link -----------------------------------------------------------------

void peer::dial() {
  if (cfg_.address.empty() || dialing_ || link_ != 0 || offered_ != 0)
    return;
  dialing_ = true;
  cfg_.network->dial(cfg_.address, cfg_.there,
                     caf::actor_cast<caf::actor>(this));
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
  // All others may do the same: not at the same moments.
  auto wait = std::min(retry_interval * ++failures_, longest_retry);
  dial_later(std::chrono::duration_cast<caf::timespan>(
      wait * (0.75 + cfg_.random() / 2)));
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
  failures_ = 0;
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
  lose_bulk();
  send(cfg_.supervisor, shards_there{cfg_.there, 0, {}, false});
  for (auto& [number, who] : std::exchange(pending_, {}))
    fail(who, make_error(errc::link_lost));
}

void peer::give_link_up(const char* why) {
  log().warn("process {} is not heard any longer for now: {}",
             node_name(cfg_.there), why);
  send(remote_, peer_welcome{}); // it is to look for another link, too
  end();
  dial_later(retry_interval);
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
  told_wish_ = {}; // by this link it is new
  tell_wish();
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
