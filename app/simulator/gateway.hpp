#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "app/simulator/client_session.hpp"
#include "app/simulator/counters.hpp"
#include "app/simulator/fault_plan.hpp"
#include "app/simulator/limits.hpp"
#include "app/simulator/member_text.hpp"
#include "app/simulator/options.hpp"
#include "app/simulator/packed_members.hpp"
#include "app/simulator/world.hpp"

namespace muster::sim {

/// What all connections share: the guilds, the sessions, the limits that count
/// for the bot, and what was seen. No sockets. Not thread-safe: one thread
/// uses it and every client_link.
class gateway {
public:
  gateway(options opts, time_point now);

  const options opts;
  const member_text members;
  packed_members packed;
  world guilds;
  fault_plan plan;
  identify_limit identifies;
  chunk_cooldown cooldown;
  counters seen;
  /// New connections are refused.
  bool down = false;

  /// Milliseconds since the start.
  std::chrono::milliseconds age(time_point now) const;

  // -- sessions ---------------------------------------------------------------

  client_session& make_session(const identify_request& wish);

  /// Null if there is none of that id (any more).
  client_session* find_session(const std::string& id);

  /// Gives a session to a connection. Another connection of the same shard is
  /// closed, and its session ends if it is another one.
  void attach(client_session& s, client_link& to);

  /// Takes a session from its connection; it stays resumable.
  void detach(client_session& s, time_point now);

  /// Ends a session.
  void end(client_session& s);

  // -- connections ------------------------------------------------------------

  void enter(client_link& x) { links_.insert(&x); }
  void leave(client_link& x) { links_.erase(&x); }

  // -- things that happen -----------------------------------------------------

  /// Counts a whole-list request.
  void count_request(snowflake guild, time_point now = clock::now());

  /// Ends what is due to end: outages, sessions that nobody resumed.
  void tick(time_point now);

  /// Sends an event to the sessions of that shard index, connected or not.
  void dispatch_to(std::uint32_t shard, const std::string& name,
                   const std::string& data);

  void set_unavailable(guild& g, bool unavailable);
  void remove_guild(guild& g);
  snowflake add_guild(std::uint32_t size);

  void kill_connections(std::uint32_t shard);
  void close_connections(std::uint16_t code);
  void send_reconnect(std::uint32_t shard);
  void invalidate(std::uint32_t shard, bool resumable);

  /// What was seen, with what only the parts know.
  counters snapshot() const;

private:
  /// Whole-list requests for one guild.
  struct asked {
    std::uint64_t times = 0;
    time_point last;
  };

  template <class F>
  void for_links(F f);
  template <class F>
  void for_links_of(std::uint32_t shard, F f);
  void tell_about(const guild& g, session_event x);

  time_point start_;
  std::set<client_link*> links_;
  std::unordered_map<std::string, std::unique_ptr<client_session>> sessions_;
  std::unordered_map<snowflake, asked> requests_of_;
  std::uint64_t next_session_ = 1;
};

} // namespace muster::sim
