#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/guard.hpp"
#include "actors/quantiles.hpp"
#include "actors/quiet_clock.hpp"
#include "actors/request_book.hpp"
#include "actors/startup_ledger.hpp"
#include "actors/subscribers.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "net/command_window.hpp"
#include "net/connection.hpp"
#include "net/envelope.hpp"
#include "net/event_data.hpp"
#include "net/gateway_session.hpp"
#include "net/inflater.hpp"
#include "net/token.hpp"

namespace muster {

/// What a shard is made of; its parts can be replaced (A1).
struct shard_config {
  shard_id id;
  std::uint64_t start_id = 0;
  std::shared_ptr<const settings> values;
  std::shared_ptr<const token> secret;
  connection_factory connect;
  std::string gateway_url;
  identify_gate_actor gate;
  supervisor_actor supervisor;
  /// Evenly distributed numbers in [0, 1).
  std::function<double()> random;
  /// Shared by all of the bot's actors; may be null.
  stray_counter strays;
};

/// One gateway connection with all that belongs to it: the session, the books
/// of its guilds and requests, and who listens. Decisions are made by the
/// pure units that it is composed of; the actor carries them out.
class shard : public shard_internal_actor::base {
public:
  shard(caf::actor_config& cfg, shard_config args);

  const char* name() const override { return "muster.shard"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using answer = caf::result<chunk_request_finished>;

  // -- shard.cpp: life, time, statistics --------------------------------------
  void start();
  caf::result<stopped> stop();
  void stop_if_idle();
  time_point now() const { return clock().now(); }
  timespan quiet_now() const { return quiet_.read(now()); }
  /// Carries out what the session wants, sends what may go, sets the timer.
  void settle();
  void rearm();
  void tick();
  statistics figures() const;
  void report_progress(bool at_once);

  // -- shard_link.cpp: connection and session ---------------------------------
  void run_actions();
  void run(session_action::connect& x);
  void run(session_action::close& x);
  void run(session_action::locate& x);
  void run(session_action::note& x);
  void run(session_action::ask_identify& x);
  void run(session_action::send_heartbeat& x);
  void run(session_action::send_identify& x);
  void run(session_action::send_resume& x);
  void run(session_action::disconnected& x);
  void run(session_action::fatal& x);
  void write(std::string text, std::uint64_t ticket = 0);
  void opened(const connection_opened& x);
  void closed(const connection_closed& x);
  void received(const frame_received& x);
  void unpack(const frame_received& x);
  /// A payload larger than the bound, of which the head is left (F2).
  void skipped(const frozen_buffer& head, std::uint64_t size);
  void take_payload(const frozen_buffer& payload);
  /// Gives an error when the end of the payload cannot be told.
  errc take_one(const frozen_buffer& payload, envelope& x);
  void grant_credit(std::size_t bytes);
  /// Stops reading while a listener is behind, and goes on after that.
  void update_reading();
  void update_quiet_clock();
  bool live(std::uint64_t epoch) const {
    return epoch == epoch_ && connection_ != nullptr;
  }

  // -- shard_dispatch.cpp: what the gateway tells
  // ------------------------------
  /// Leaves `x` cut, unless its data is cut off.
  void dispatched(const frozen_buffer& payload, envelope& x);
  void became_ready(std::string_view data);
  /// Leaves those of other shards out, and says what is wrong with the list.
  void keep_own_guilds(ready& x);
  void became_resumed();
  void guild_created(const frozen_buffer& payload, envelope& from);
  void guild_deleted(std::string_view data);
  startup_ledger::step take(const guild_create& x);
  void take(const guild_delete& x);
  /// News of the session whose READY has not come is for later; true if it is
  /// for nobody else.
  template <class News>
  bool keep_for_ready(const News& x);
  void chunk_arrived(const frozen_buffer& payload, envelope& from);
  void hit_rate_limit(std::string_view data);
  void count_late(std::uint64_t chunks, snowflake guild);
  void malformed(const char* what, errc error, std::uint64_t times = 1);
  /// True, and said, if an event is of a guild that another shard owns.
  bool strays(const char* what, snowflake guild);
  void end_requests_of(snowflake guild, outcome how);

  // -- shard_requests.cpp: what the bot and the startup ask
  // --------------------
  answer take_request(guild_members_request x, caf::actor receiver);
  caf::error refuse(caf::error x);
  void ask_for_startup(snowflake guild);
  /// Starts the chunk_request of a request that the book has accepted.
  void begin_request(const std::string& nonce);
  caf::error cancel(const cancel_request& x);
  caf::error take_command(const gateway_command& x);
  void set_auto_chunk(const auto_chunk_request& x);
  void pump();
  void send_request(const request_book::entry& x);
  void written(const payload_written& x);
  void again(const ask_again& x);
  void ended(const request_ended& x);
  /// What was on the wire when a connection ended may have ended it (Q13).
  void look_for_poison();
  void carry_out(const std::vector<request_book::consequence>& all);
  /// Ends a request from outside.
  void finish_request(const std::string& nonce, outcome how);
  void answer_quiet_checks();
  void check_startup();
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
  gateway_session session_;
  command_window window_;
  request_book book_;
  startup_ledger startup_;
  subscribers subscribers_;
  quiet_clock quiet_;
  envelope_reader envelopes_;
  std::unique_ptr<inflater> inflater_;
  std::shared_ptr<connection> connection_;

  std::deque<std::string> commands_;
  /// Frames that came after reading had stopped.
  std::deque<frame_received> parked_;
  /// What came of guilds before READY; the views in it are void.
  std::vector<std::variant<guild_create, guild_delete>> early_;
  std::vector<std::string> quiet_checks_;
  std::optional<caf::typed_response_promise<stopped>> stopping_;

  std::uint64_t epoch_ = 0;
  std::uint64_t generation_ = 0;
  time_point armed_ = never;
  time_point window_free_ = never;
  time_point progress_due_ = never;
  time_point progress_sent_{};
  timespan last_chunk_{0};
  std::size_t unconsumed_ = 0;
  bool reading_stopped_ = false;
  bool auto_chunk_ = false;
  bool chunk_presences_ = false;
  /// The connection is the bot's own (A1).
  bool lent_ = false;
  bool failed_ = false;
  /// That the gateway ignores sharding has been said of this session.
  bool strays_told_ = false;
  statistics stats_;
  quantiles heartbeats_;
  quantiles first_responses_;
  quantiles completions_;
};

/// More of the bot's commands than this may not wait for the window (Q11).
constexpr std::size_t max_queued_commands = 1000;

/// More news of guilds than this is not kept for a READY: twice as many as a
/// shard has guilds.
constexpr std::size_t max_early_news = 5000;

} // namespace muster
