#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/cut_rows.hpp"
#include "actors/early_news.hpp"
#include "actors/gateway_link.hpp"
#include "actors/progress_pace.hpp"
#include "actors/quiet_clock.hpp"
#include "actors/request_book.hpp"
#include "actors/shard_config.hpp"
#include "actors/shard_figures.hpp"
#include "actors/startup_ledger.hpp"
#include "actors/subscribers.hpp"
#include "actors/wakeup.hpp"
#include "messages/internal/actors.hpp"
#include "net/envelope.hpp"
#include "net/event_data.hpp"

namespace muster {

/// One gateway connection with all that belongs to it: the link and its
/// session, the books of its guilds and requests, and who listens. Decisions
/// are made by the units that it is composed of; the actor carries them out.
class shard : public shard_internal_actor::base,
              public runs_on_io,
              private gateway_link::owner {
public:
  shard(caf::actor_config& cfg, shard_config args);

  const char* name() const override { return "muster.shard"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using answer = caf::result<chunk_request_finished>;

  // -- shard.cpp: life, time, statistics --------------------------------------
  void stop_if_idle();

  // -- shard_cuts.cpp: what it goes on from, and what it leaves ---------------
  void start(const start_request& x);
  /// What to go on from: the session, and the books with what can be read.
  saved_session read_cut(shard_books& books);
  /// Goes on with the requests of another process.
  void restore_requests(shard_books& from);
  /// Nobody has asked again for the members of these.
  void give_up_callers();
  void restore_startup(startup_cut& from);
  /// What the process before had of the members is asked for again (C10).
  bool rechunks() const;
  caf::result<shard_cut> stop(const stop_request& x);
  /// Leaves the gateway once what is on the wire has ended, or has had its
  /// time (C4).
  void drain();
  /// Leaves the requests of the startup to the next owner, if there is one.
  /// Its requests go on elsewhere, and end there.
  void disown();
  void hand_over();
  /// A startup that had ended in another process counts for the bot's (C8).
  void count_settled();
  /// The state between two messages (C6): what of it differs from the cut
  /// before. `leaving`: the bot's own requests end with this process.
  shard_cut cut(bool leaving = false);
  shard_state state() const;
  shard_report report() const;
  /// Saves that.
  void save();
  /// Saves it when the time for that has come.
  void save_in_time();
  /// Saves the end of a startup, which is told when it holds (C8).
  void record(shard_settled x);
  /// Tells the supervisor; after what has settled, if that waits for the store.
  template <class Event>
  void tell(Event x) {
    if (recording_)
      untold_.push_back({[this, x] { send(cfg_.supervisor, x); },
                         std::is_same_v<Event, chunk_request_finished>,
                         {}});
    else
      send(cfg_.supervisor, std::move(x));
  }
  void tell_the_rest();

  // -- shard.cpp, again -------------------------------------------------------
  time_point now() const { return clock().now(); }
  timespan quiet_now() const { return quiet_.read(now()); }
  /// Draws the consequences of what was taken in: carries out what the session
  /// wants, sends what may go, sets the timer. Called at the end of each input
  /// (a message, an answer, a death), and nowhere else.
  void settle();
  /// A handler of messages that settles.
  template <class Result, class Message>
  auto settling(Result (shard::*take)(const Message&)) {
    return [this, take](const Message& x) -> Result {
      if constexpr (std::is_void_v<Result>) {
        (this->*take)(x);
        settle();
      } else {
        auto result = (this->*take)(x);
        settle();
        return result;
      }
    };
  }
  void tick(const timer_tick& x);
  void died(const caf::down_msg& x);
  /// Without quantiles, and with.
  statistics counts() const;
  statistics figures() const;
  shard_standing standing(const shard_standing_request& asked);
  guild_state state_of(const guild_state_request& x) const;
  void subscribe(const subscribe_request& x);
  void subscribe_peer(const peer_listens& x);
  void unsubscribe(const unsubscribe_request& x);

  // -- shard_link.cpp: what comes of the connection ---------------------------
  void opened(const connection_opened& x) { link_.take(x, now()); }
  void received(const frame_received& x) { link_.take(x, now()); }
  void closed(const connection_closed& x) { link_.take(x, now()); }
  void written(const payload_written& x);
  void relocate(const gateway_located& x) { link_.session().relocate(x.url); }
  void take_lease(const lease_state& x) { link_.set_lease(x.held, now()); }
  void connecting() override;
  void ask_identify() override;
  void no_leave_to_identify(const caf::error& error);
  void locate() override;
  void disconnected(session_action::disconnected& x) override;
  void failed(const std::string& reason) override;
  /// Stops reading while a listener is behind, and goes on after that.
  void update_reading();
  void update_quiet_clock();

  // -- shard_dispatch.cpp: what the gateway tells -----------------------------
  void dispatched(const frozen_buffer& payload, envelope& x) override;
  void route(const frozen_buffer& payload, envelope& x);
  void became_ready(std::string_view data);
  /// Leaves those of other shards out, and says what is wrong with the list.
  void keep_own_guilds(ready& x);
  void became_resumed();
  void guild_created(const frozen_buffer& payload, envelope& from);
  void guild_deleted(std::string_view data);
  void count_member(std::string_view data, bool added);
  startup_ledger::step take(const guild_create& x);
  void take(const guild_delete& x);
  /// News of the session whose READY has not come is for later; true if it is
  /// for nobody else.
  template <class News>
  bool keep_for_ready(const News& x);
  void chunk_arrived(const frozen_buffer& payload, envelope& from);
  /// Whose a chunk is; somebody else's request begins with it (Q4).
  request_book::owner owner_of(const members_chunk& x);
  void publish(const members_chunk& x, const member_list& list,
               frozen_buffer presences, const request_book::owner& owner);
  void pass_on(members_chunk x, member_list list,
               const request_book::owner& owner);
  void hit_rate_limit(std::string_view data);
  /// It asked for a guild of this session's startup, and has ended.
  bool was_of_startup(const std::string& nonce, snowflake guild) const;
  void count_late(std::uint64_t chunks, snowflake guild);
  void malformed(const char* what, errc error,
                 std::uint64_t times = 1) override;
  /// False, and said, if an event could not be read, or is of a guild that
  /// another shard owns.
  bool usable(const char* what, errc error, snowflake guild);
  void end_requests_of(snowflake guild, outcome how);

  // -- shard_requests.cpp: what the bot and the startup ask -------------------
  answer ask(const guild_members_request& x);
  answer ask_streaming(const stream_members_request& x);
  answer ask_calling(const called_request& x);
  /// Members that `nonce` brings go to `receiver` from now on.
  void stream(const std::string& nonce, const caf::actor& receiver);
  answer take_request(guild_members_request x, caf::actor receiver,
                      const called_request* call = nullptr);
  caf::error refuse(caf::error x);
  /// `goes_on`: what another process had begun, if it had.
  void ask_for_startup(snowflake guild, bool goes_on = false);
  /// Starts the chunk_request of a request that the book has accepted.
  void begin_request(const std::string& nonce);
  caf::result<void> cancel(const cancel_request& x);
  caf::result<void> take_command(const gateway_command& x);
  void set_auto_chunk(const auto_chunk_request& x);
  void again(const ask_again& x);
  void ended(const request_ended& x);
  /// What was on the wire when a connection ended may have ended it (Q13).
  void look_for_poison();
  void carry_out(const std::vector<request_book::consequence>& all);
  /// Ends a request from outside.
  void finish_request(const std::string& nonce, outcome how);
  void check_quiet(const quiet_check& x) { quiet_checks_.push_back(x.nonce); }
  void answer_quiet_checks();

  // -- shard_startup.cpp: how far the startup is ------------------------------
  void check_startup();
  void report_progress(bool at_once);
  shard_progress progress();
  /// An event of this shard and start.
  template <class Event>
  Event stamped() const {
    Event x;
    x.shard = cfg_.id;
    x.start_id = cfg_.start_id;
    return x;
  }
  template <class Message>
  void to_request(const std::string& nonce, Message&& x) {
    if (auto entry = book_.find(nonce))
      send(entry->collector, std::forward<Message>(x));
  }

  shard_config cfg_;
  const settings& values_;
  gateway_link link_;
  request_book book_;
  startup_ledger startup_;
  subscribers subscribers_;
  quiet_clock quiet_;
  early_news early_;
  progress_pace pace_;
  wakeup wakeup_;
  shard_figures figures_;
  std::vector<std::string> quiet_checks_;
  std::optional<caf::typed_response_promise<shard_cut>> stopping_;
  std::vector<caf::typed_response_promise<shard_cut>> also_stopping_;
  bool overtaken_ = false;
  bool moves_ = false;
  /// What is to be told when the store has the end of a startup: an event, or
  /// the next end.
  struct untold {
    std::function<void()> tell;
    bool ends_request = false;
    optional<shard_settled> settled;
  };
  std::deque<untold> untold_;
  /// Ends of startups among them.
  std::size_t unrecorded_ = 0;
  bool recording_ = false;
  /// Since it is to stop: until when it waits, and that it has left.
  time_point drain_until_{};
  bool left_ = false;
  /// What is left of it when it stops.
  shard_cut last_cut_;
  cut_rows rows_;
  /// Cuts that were made.
  std::uint64_t cuts_ = 0;
  std::optional<std::uint64_t> saved_sequence_;
  shard_state saved_state_ = shard_state::starting;
  time_point save_due_ = never;
  /// Until then callers of restored requests may ask again.
  time_point callers_due_ = never;
  /// One is on its way to the store, and another one is wanted.
  bool saving_ = false;
  bool save_again_ = false;
  /// READY or RESUMED has come.
  bool progressed_ = false;
  /// It waits before it connects; that it does is to be saved (C5).
  bool waits_ = false;
  bool begins_ = false;
  /// When its session began.
  optional<caf::timestamp> session_at_;
  /// What was saved of it is another version's, and stays as it is.
  bool untouchable_ = false;
  /// Its session is one that another process had, and so is the end of the
  /// startup, which has not been counted here.
  bool inherited_ = false;
  std::optional<shard_settled> inherited_end_;

  timespan last_chunk_{0};
  bool auto_chunk_ = false;
  bool chunk_presences_ = false;
  bool failed_ = false;
  /// That the gateway ignores sharding has been said of this session.
  bool strays_told_ = false;
};

} // namespace muster
