#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "app/simulator/fault.hpp"
#include "net/clock.hpp"

namespace muster::sim {

/// The clock of the simulator; every rule takes the time as an argument.
using clock = time_point::clock;

/// Everything that can be chosen before a simulator starts. The defaults are
/// Discord's own numbers wherever Discord has one.
struct options {
  // -- where it listens -------------------------------------------------------

  std::string host = "127.0.0.1";
  /// 0 takes any free port.
  std::uint16_t port = 0;
  bool tls = false;
  /// Where the throw-away certificate authority goes (PEM) when `tls` is set;
  /// empty: a fresh file in the directory for temporary files.
  std::filesystem::path ca_path;

  // -- the bot's guilds -------------------------------------------------------

  /// What GET /gateway/bot recommends.
  std::uint32_t shards = 2;
  /// Guilds for each recommended shard.
  std::uint32_t guilds = 20;
  /// Members of each guild, the bot included: 1 to 10,000,000.
  std::uint32_t members = 5001;
  /// When not empty: the member count of each guild there is, instead of
  /// `guilds` and `members`.
  std::vector<std::uint32_t> guild_sizes;

  // -- limits -----------------------------------------------------------------

  /// Members in one GUILD_MEMBERS_CHUNK, 1 to 1000.
  std::uint32_t chunk_size = 1000;
  std::uint32_t max_concurrency = 1;
  /// One identify for each bucket in this time.
  std::chrono::milliseconds identify_window{5'000};
  std::uint32_t session_start_total = 1000;
  std::chrono::milliseconds heartbeat_interval{41'250};
  /// A session ends when no heartbeat has come for so many intervals.
  double silent_intervals = 2.5;
  /// At most `send_limit` payloads from a client in any `send_window`.
  std::chrono::milliseconds send_window{60'000};
  std::uint32_t send_limit = 120;
  /// The whole list of a guild is answered once in this time.
  std::chrono::milliseconds chunk_cooldown{30'000};
  /// How long a session without a connection can be resumed.
  std::chrono::milliseconds session_ttl{180'000};
  /// What a session keeps for a resume: this many dispatches, and this many
  /// bytes of those whose text cannot be made again.
  std::size_t replay_count = 20'000;
  std::size_t replay_bytes = 16u << 20;

  // -- who may come -----------------------------------------------------------

  /// When set, REST and the gateway accept this token only.
  std::string token;
  /// Identifying with any other intent closes with 4014.
  std::uint32_t allowed_intents = ~0u;

  // -- manners ----------------------------------------------------------------

  /// Sends plain text whatever compression was asked for.
  bool ignore_compress = false;
  /// Answers op 8s strictly in turn instead of interleaving their chunks.
  bool serial = false;
  /// How long after READY the guilds that it lists begin to be created.
  std::chrono::milliseconds guild_delay{50};
  /// A pause after each chunk of a session.
  std::chrono::milliseconds chunk_delay{0};
  /// What goes wrong, and when.
  std::vector<fault> faults;
};

} // namespace muster::sim
