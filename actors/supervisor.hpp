#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/event_hub.hpp"
#include "actors/gateway_directory.hpp"
#include "actors/guard.hpp"
#include "actors/io_unit.hpp"
#include "actors/placement.hpp"
#include "actors/poll.hpp"
#include "actors/shard_directory.hpp"
#include "actors/shard_roster.hpp"
#include "messages/internal/actors.hpp"
#include "messages/settings.hpp"
#include "net/connection.hpp"
#include "net/lease_term.hpp"
#include "net/peer_network.hpp"
#include "net/rest_client.hpp"
#include "net/state_store.hpp"
#include "net/token.hpp"

namespace muster {

/// What a supervisor is made of; its parts can be replaced (A1).
struct supervisor_config {
  std::shared_ptr<const settings> values;
  std::shared_ptr<const token> secret;
  gateway_lookup lookup;
  connection_factory connect;
  /// Of the thread on which the connections live; may be null.
  std::shared_ptr<io_unit> unit;
  /// Where sessions and books are kept; null: in memory.
  std::shared_ptr<state_store> store;
  /// Obeyed by the connections; null: they do not look, and it is by the
  /// actor's clock.
  std::shared_ptr<lease_term> term;
  /// To the other processes of the bot; null: they are out of reach.
  std::shared_ptr<peer_network> network;
  /// Calls what it is given on the I/O thread; may be empty.
  std::function<void(std::function<void()>)> probe_io;
  /// Gives leave to identify; null: muster's own.
  identify_gate_actor gate;
  /// Of this process, and of the start if it begins one; not 0.
  std::uint64_t node = 1;
  std::uint64_t start_id = 1;
  /// Evenly distributed numbers in [0, 1); copied to each shard.
  std::function<double()> random;
};

/// Claims the bot's shards and runs them, starts those anew whose actor dies,
/// passes requests to the one that owns the guild, and passes the shards'
/// events on to listeners, so that each of them sees E1 before E2 before E3
/// (E4). Members and dispatches go from shard to listener directly, or through
/// peers. Its text is in six units.
class supervisor : public supervisor_actor::base {
public:
  supervisor(caf::actor_config& cfg, supervisor_config args);

  const char* name() const override { return "muster.supervisor"; }

  behavior_type make_behavior() override;
  void on_exit() override;

private:
  // -- supervisor.cpp: start and stop, what a bot asks ------------------------
  caf::result<started> start();
  caf::result<stopped> stop();
  void give_up(const caf::error& why);
  /// Answers who waits for the shards; there will be none, or no more.
  void end_waiting(const caf::error& why);
  /// Passes `x` to the shard that owns `guild`, now or when it runs; or
  /// answers with an error.
  template <class Result, class Message>
  caf::result<Result> route(snowflake guild, const Message& x);
  /// False if that has to wait.
  template <class Result, class Message>
  bool pass_on(snowflake guild, const Message& x,
               caf::typed_response_promise<Result> promise);
  /// Until the shards run, or for a while (C12).
  void wait_for_shards(std::function<bool()> pass,
                       std::function<void()> refuse);
  void pass_waiting();
  void end_waits();
  caf::result<statistics> sum_up();
  caf::result<void> send_to_all(const gateway_command& x);
  void set_auto_chunk(const auto_chunk_request& x);

  // -- supervisor_events.cpp: what listeners hear -----------------------------
  void subscribe(const subscribe_request& x);
  void unsubscribe(const unsubscribe_request& x);
  void unsubscribe(const caf::actor_addr& gone);
  bool is_peer(const caf::actor_addr& x) const;
  /// Tells a shard who listens for members and dispatches.
  void tell_shard(const shard_internal_actor& to, const subscribe_request& x);
  /// Those that come and go are told to listeners.
  void name(const std::vector<node_info>& all);
  void take(const peer_event& x);
  void take(const events_missed& x);
  /// What listeners here want of the events there (C13).
  void tell_wish();
  void await_far_events();
  /// Who has come wants to know how far the startup is.
  void await_progress();
  /// For who watches this process.
  std::vector<node_standing> nodes() const;
  caf::result<fleet_standing> standing(const fleet_standing_request& asked);

  // -- supervisor_shards.cpp: the gateway, the store, the shards --------------
  void look_up();
  void looked_up(const gateway_answer& x);
  caf::result<identify_limits> tell_limits();
  /// Which shards to run, now that the gateway is known.
  void plan();
  void join();
  void joined(const joined_store& x);
  /// Asks for the shards that are planned and do not run.
  void claim();
  void claim_later();
  void retry_claim();
  void claimed(const shards_claimed& x);
  void spawn_shard(const claimed_shard& from);
  void overtaken(const claim_lost& x);
  /// Nothing can be saved any longer: others may have the shards (C1).
  void give_shards_up(const std::string& why);
  void shard_down(const caf::down_msg& x);
  /// READY or RESUMED.
  template <class Event>
  void connected(const Event& x) {
    shards_.connected(x.shard.index);
    hub_.tell(x);
    if (clustered())
      claim(); // so many connections open at a time
  }
  void disconnected(const shard_disconnected& x);
  shard_disconnected disconnect_of(std::uint32_t index) const;

  // -- supervisor_placement.cpp: what it runs of the shards of many -----------
  /// It shares the bot's shards with others.
  bool clustered() const { return lease_ && !values_.cluster.node.empty(); }
  /// What others are to see of it.
  node_info introduce() const;
  /// What to ask for now, and how many of that; empty: nothing.
  std::uint32_t choose(std::vector<std::uint32_t>& shards) const;
  /// Takes what is free, and leaves what others are to have.
  void place();
  void balance();
  /// Leaves a shard to others, with all that was asked of it (C4).
  void hand_over(std::uint32_t index);
  void handed_over(const shard_cut& cut);

  // -- supervisor_peers.cpp: shards of other processes (C12) ------------------
  /// Who stands for the shard of `guild`, wherever that runs; null, with an
  /// error, if there is no such shard or it has ended here for good.
  shard_proxy_actor proxy_of(snowflake guild, caf::error& why);
  /// So that it is the same wherever it is asked.
  called_request with_number(const guild_members_request& x,
                             caf::actor receiver = {});
  template <class Message, class Result>
  void delegate_to(const shard_proxy_actor& to, const Message& x,
                   caf::typed_response_promise<Result> promise) {
    if constexpr (std::is_same_v<Message, guild_members_request>)
      promise.delegate(to, with_number(x));
    else if constexpr (std::is_same_v<Message, stream_members_request>)
      promise.delegate(to, with_number(x.request, x.receiver));
    else
      promise.delegate(to, x);
  }
  shard_located find(std::uint32_t index) const;
  caf::result<shard_located> locate(const locate_shard& x);
  void tell_proxies();
  void open_door();
  void close_door();
  /// Those that live have peers here, and nobody else for long.
  void meet(const std::vector<node_info>& all);
  peer_actor peer_of(std::uint64_t node, const std::string& address);
  void welcome(const peer_guest& x);
  void peer_down(const caf::actor_addr& who);
  void forget(std::uint64_t node);
  void take(const shards_there& x);
  /// There may be news in the store: for this process, for the others.
  void look();
  void nudge();
  /// What runs here, or there, has changed.
  void routes_changed();

  // -- supervisor_lease.cpp: what it owns is its own --------------------------
  void begin_lease();
  /// Answers when all of its shards have, and the I/O thread.
  caf::result<void> check_alive();
  void io_answered();
  void lease_goes_on(const lease_renewed& x);
  void lease_ran_out();
  void lease_was_lost();

  // Of timer_tick: this actor has six timers.
  static constexpr std::uint64_t lookup_timer = 1;
  static constexpr std::uint64_t progress_timer = 2;
  static constexpr std::uint64_t claim_timer = 3;
  static constexpr std::uint64_t backlog_timer = 4;
  static constexpr std::uint64_t balance_timer = 5;
  static constexpr std::uint64_t event_timer = 6;

  supervisor_config cfg_;
  const settings& values_;
  stray_counter strays_;
  /// The store is the bot's, and outlasts it.
  bool keeps_;
  store_keeper_actor keeper_;
  /// Null without a store of the bot's.
  lease_keeper_actor lease_;
  /// Null if the bot brought one.
  own_identify_gate_actor own_gate_;
  gateway_directory directory_;
  shard_roster shards_;
  shard_directory elsewhere_;
  struct known_peer {
    peer_actor actor;
    /// The store has named it.
    bool listed = false;
    /// When it came through the door.
    time_point seen{};
    /// It has said that it stops.
    bool leaving = false;
  };
  std::map<std::uint64_t, known_peer> peers_;
  struct known_proxy {
    shard_proxy_actor actor;
    /// The way that it was told last.
    shard_route told;
  };
  std::map<std::uint32_t, known_proxy> proxies_;
  /// What peers have said that listeners did not get, and those before them.
  std::map<std::uint64_t, std::uint64_t> far_dropped_;
  std::uint64_t far_dropped_before_ = 0;
  /// Listeners have been told that they are there, and where.
  std::map<std::uint64_t, std::string> named_;
  std::uint32_t wanted_ = 0;
  door_actor door_;
  /// What the peers were told last.
  std::vector<shard_epoch> told_shards_;
  event_hub hub_;
  std::uint64_t start_id_ = 0;
  /// What came before its shards ran, and until when it may wait.
  struct waiting {
    /// False if it has to wait on.
    std::function<bool()> pass;
    std::function<void()> refuse;
    time_point until;
  };
  std::vector<waiting> backlog_;
  /// They run no more, but may not have ended.
  std::vector<caf::actor_addr> overtaken_;
  std::vector<caf::typed_response_promise<started>> starting_;
  std::vector<caf::typed_response_promise<identify_limits>> asking_limits_;
  std::optional<caf::typed_response_promise<stopped>> stopping_;
  auto_chunk_request auto_chunk_;
  /// The first claim has been answered.
  bool begun_ = false;
  /// The store knows this process.
  bool joined_ = false;
  /// Its lease has run out: shards are not connected.
  bool lapsed_ = false;
  /// Its claims when its life was asked about last.
  std::vector<shard_owner> watched_;
  std::optional<poll> io_poll_;
  placement placement_;
  /// Its own, but for a claim whose answer was lost.
  std::vector<std::uint32_t> astray_;
  /// Identifies of this day, as the store knows it.
  optional<std::uint32_t> identifies_left_;
  /// Since when others are below their share and this one above.
  time_point uneven_since_ = never;
  time_point handed_over_at_{};
  /// A shard is on its way to others.
  bool handing_over_ = false;
  /// A balance_timer is set, and an event_timer.
  bool balance_due_ = false;
  bool event_due_ = false;
  /// When no shard was free, or it was said that some are.
  time_point unplaced_told_{};
  bool claiming_ = false;
  /// So that no two of them have the same token, or number.
  std::uint64_t claims_ = 0;
  std::uint64_t calls_ = 0;
  /// When it was said last that shards are waited for.
  time_point waiting_told_{};
  /// A claim_timer is set.
  bool claim_due_ = false;
  bool failed_ = false;
};

} // namespace muster
