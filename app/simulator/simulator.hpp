#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/simulator/counters.hpp"
#include "app/simulator/fault.hpp"
#include "app/simulator/options.hpp"
#include "messages/snowflake.hpp"

namespace muster::sim {

/// A simulated Discord gateway with its REST interface, on one local port,
/// in a thread of its own. Every function is callable from any thread except
/// that one; what concerns an unknown guild or a shard without a connection
/// does nothing.
class simulator {
public:
  /// Listens when it returns. Throws std::exception if it cannot listen or
  /// cannot write the certificate authority.
  explicit simulator(options opts);

  /// Closes every connection without a word.
  ~simulator();

  simulator(const simulator&) = delete;
  simulator& operator=(const simulator&) = delete;

  /// Such as "http://127.0.0.1:40123/api/v10".
  std::string rest_url() const;

  std::uint16_t port() const;

  /// The certificate authority to trust, as a PEM file; empty without TLS.
  std::filesystem::path ca_path() const;

  /// A snapshot.
  counters counts() const;

  /// All guilds the bot is in now; the index of a fault is the position among
  /// all guilds there ever were.
  std::vector<snowflake> guild_ids() const;

  /// The id of a member, by indexes; the first member is the bot.
  static snowflake member_id(std::uint32_t guild, std::uint32_t member);

  /// The username of a member; those with the same index share it.
  static std::string username(std::uint32_t member);

  // -- what can happen --------------------------------------------------------

  void add_fault(const fault& f);

  /// Resets the TCP connections of a shard.
  void kill_connections(std::uint32_t shard);

  /// Closes all connections with a close code.
  void close_connections(std::uint16_t code);

  /// Sends op 7.
  void send_reconnect(std::uint32_t shard);

  /// Sends op 9; without `resumable` the session ends.
  void invalidate(std::uint32_t shard, bool resumable);

  /// Begins or ends an outage: GUILD_DELETE or GUILD_CREATE.
  void set_unavailable(snowflake guild, bool unavailable);

  /// The bot is removed from a guild: GUILD_DELETE.
  void remove_guild(snowflake guild);

  /// The bot joins a new guild: GUILD_CREATE.
  snowflake add_guild(std::uint32_t members);

  /// While down, new connections get 503 and are closed.
  void set_down(bool down);

  /// Sends any event, `json` being its `d`, to a shard.
  void dispatch(std::uint32_t shard, std::string name, std::string json);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace muster::sim
