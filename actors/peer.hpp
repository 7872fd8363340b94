#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/bulk_inlet.hpp"
#include "actors/bulk_outlet.hpp"
#include "actors/guard.hpp"
#include "messages/internal/actors.hpp"
#include "messages/subscription.hpp"
#include "net/clock.hpp"
#include "net/peer_network.hpp"

namespace muster {

/// What a peer is told at its start.
struct peer_config {
  /// This process and the other one, by the numbers that they drew.
  std::uint64_t here = 0;
  std::uint64_t there = 0;
  /// Where it listens; empty: this process waits to be dialed.
  std::string address;
  supervisor_actor supervisor;
  std::shared_ptr<peer_network> network;
  std::shared_ptr<const settings> values;
  /// Of the bot.
  std::uint32_t shard_count = 0;
  /// Evenly distributed numbers in [0, 1).
  std::function<double()> random;
  stray_counter strays;
};

/// Another process of the bot, for as long as it lives: finds it, passes on
/// what is asked of its shards and answers what it asks of those here, and
/// tells each what the other runs. What is under way when the link ends is
/// answered with errc::link_lost; the callers know what to do (C12). Listens
/// here for those there, and the other way round; members and dispatches wait
/// here until there is credit for them, and end with the link (C13). Its text
/// is in four units.
class peer : public peer_actor::base {
public:
  /// Between two tries to reach it, and for its welcome.
  static constexpr auto retry_interval = std::chrono::seconds(1);
  static constexpr auto welcome_timeout = std::chrono::seconds(5);
  /// Each tells the other that it is there, and gives it up after so long:
  /// whatever the connection says, the peer there may have another link.
  static constexpr auto ping_interval = std::chrono::seconds(5);
  static constexpr auto silence_limit = std::chrono::seconds(16);
  /// While it is not reached.
  static constexpr auto longest_retry = std::chrono::seconds(5);
  /// Until it is said that it is not reached, and between two times.
  static constexpr auto patience = std::chrono::seconds(5);
  static constexpr auto complaint_interval = std::chrono::minutes(1);

  /// Events that go by link; the rest is for the store, or of no other process.
  static constexpr std::uint32_t by_link =
      event_bit::chunk_request_finished | event_bit::shard_finished_chunking
      | event_bit::chunking_progress | event_bit::shard_ready
      | event_bit::shard_resumed | event_bit::shard_disconnected
      | event_bit::shard_moved;

  peer(caf::actor_config& cfg, peer_config args);

  const char* name() const override { return "muster.peer"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  // -- peer.cpp: the link -----------------------------------------------------
  void dial();
  void dial_later(caf::timespan wait);
  void dialed(const peer_dialed& x);
  void not_reached(const peer_unreachable& x);
  void begin(std::uint64_t link, const caf::strong_actor_ptr& remote);
  /// Nothing goes over it any longer.
  void end();
  void tell_shards();
  void ping();
  /// Both tell each other what they run, and want to hear.
  void introduce();
  /// The other side does what no muster does.
  void give_link_up(const char* why);

  // -- peer_calls.cpp: what is asked there ------------------------------------
  using end_promise = caf::typed_response_promise<chunk_request_finished>;
  using state_promise = caf::typed_response_promise<guild_state>;
  using done_promise = caf::typed_response_promise<void>;
  using promise = std::variant<end_promise, state_promise, done_promise>;

  template <class Result, class Message>
  caf::result<Result> ask_there(optional<Message> peer_call::*where,
                                const Message& x);
  static void fail(promise& who, caf::error why);
  void answered(const peer_answer& x);

  // -- peer_calls.cpp: what is asked here -------------------------------------
  void take(const peer_call& x);
  template <class Result, class Message>
  void ask_here(const peer_call& from, snowflake guild, const Message& what);
  void stream_here(const peer_call& from, const called_request& what);
  /// From a stream_relay.
  void take(const peer_parcel& x);
  void end_relays();
  void answer(peer_answer x);
  /// Puts it into a lane, behind what is there.
  void answer_in(std::uint32_t lane, peer_answer x);
  void refuse(peer_answer x, const caf::error& why);

  // -- peer_bulk.cpp: members and dispatches ----------------------------------
  /// Who listens here.
  void take(const subscribe_request& x);
  void take(const unsubscribe_request& x);
  void listeners_changed();
  bool wants_something() const;
  /// Tells there what listeners here want, if that is new.
  void tell_wish();
  /// Listens here for those there, as far as that makes sense now.
  void listen();
  template <class Event>
  void carry(optional<Event> peer_parcel::*which, const Event& x);
  void put_out(parcel_queue::outgoing&& x);
  void put_in(const peer_piece& x);
  /// Its process ends.
  void say_last_words();
  /// What was under way is lost, and nobody knows how much.
  void lose_bulk();

  // -- peer_events.cpp: what listeners there want to hear of here -------------
  void take(const peer_wish& x);
  template <class Event>
  void tell(std::uint32_t shard, optional<Event> peer_event::*which,
            const Event& x);
  void tell(const shard_finished_chunking& x);
  void tell(const chunking_progress& x);
  bool runs(std::uint32_t shard) const;

  // -- peer_events.cpp: what listeners here want to hear of there -------------
  void heard(const peer_event& x);
  void heard(const peer_mark& x);
  void heard_base(std::uint64_t base);
  void miss(std::uint32_t shard, std::uint64_t count);
  /// The events of a shard up to this number have come, or never will.
  void count(std::uint32_t shard, std::uint64_t number);
  /// It is gone, and what it told last is not known.
  void miss_the_rest();

  peer_config cfg_;
  /// 0: there is none.
  std::uint64_t link_ = 0;
  link_actor remote_;
  /// In a hello that has no welcome yet.
  std::uint64_t offered_ = 0;
  bool dialing_ = false;
  int failures_ = 0;
  /// Since it is not reached, and when that is to be said again.
  time_point unreached_since_ = never;
  time_point complain_at_{};
  /// Of the timer that counts.
  std::uint64_t timer_ = 0;
  std::vector<shard_epoch> shards_;
  bool leaving_ = false;
  /// Events that listeners here want of there, and the other way round.
  std::uint32_t wanted_here_ = 0;
  peer_wish wanted_there_;
  /// Of these, what the other side was told last; and what is listened to here.
  peer_wish told_wish_;
  peer_wish listened_;
  bulk_outlet outlet_;
  bulk_inlet inlet_;
  /// Of each shard: events that were told here, and the latest that came.
  std::map<std::uint32_t, std::uint64_t> told_;
  std::map<std::uint32_t, std::uint64_t> heard_;
  /// From where they are counted; drawn, so that who counts anew is known.
  std::uint64_t base_ = 0;
  std::uint64_t base_there_ = 0;
  /// What has been told before the first wish was not missed.
  bool first_wish_ = true;
  /// What it ran when it was heard of last, and when that was.
  std::vector<shard_epoch> shards_there_;
  time_point heard_at_{};
  /// By which the supervisor was told of that.
  std::uint64_t told_link_ = 0;
  std::map<std::uint64_t, promise> pending_;
  std::uint64_t calls_ = 0;
  /// Calls from there whose members are streamed.
  struct streaming {
    caf::actor relay;
    std::uint64_t call = 0;
    std::uint32_t lane = 0;
  };
  std::map<std::uint64_t, streaming> relays_;
  std::uint64_t relays_made_ = 0;
  /// So that no two links are the same.
  std::uint64_t offers_ = 0;
};

/// The door of a process: passes on to the supervisor who means this one.
door_actor::behavior_type door(door_actor::pointer self, std::uint64_t node,
                               supervisor_actor supervisor,
                               stray_counter strays);

} // namespace muster
