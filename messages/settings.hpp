#pragma once

/// @file
/// All settings.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Events > Gateway > Identifying, Rate Limiting; rules as named.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <caf/timespan.hpp>

#include "messages/api.hpp"
#include "messages/cluster_settings.hpp"
#include "messages/intent.hpp"
#include "messages/optional.hpp"
#include "messages/snowflake.hpp"
#include "messages/version.hpp"

namespace muster {

/// Compression of the gateway's payloads.
enum class compression : std::uint8_t { none, zlib, zstd };

/// What happens when a listener of members or dispatches falls behind by more
/// than its bound (B1).
enum class overflow : std::uint8_t { stop_reading, drop };

/// What a process does about the guilds whose members had come to the process
/// before it (C10).
enum class takeover_policy : std::uint8_t {
  /// Rechunk if there are listeners for members when it takes over.
  automatic,
  /// Ask for all of them again, without an identify.
  rechunk,
  /// Go on with the books.
  keep,
};

/// Discord's own numbers. Nothing to be set for Discord; gateways of tests
/// have others.
struct discord_limits {
  /// Between two whole lists of one guild.
  caf::timespan cooldown = std::chrono::seconds(30);
  /// Sends per connection and window.
  std::uint32_t send_limit = 120;
  /// The span that send_limit is for.
  caf::timespan send_window = std::chrono::seconds(60);
  /// Between two identifies of one bucket.
  caf::timespan identify_interval = std::chrono::seconds(5);
  /// After opcode 9 with false, a random time between these.
  caf::timespan invalid_session_min = std::chrono::seconds(1);
  /// See invalid_session_min.
  caf::timespan invalid_session_max = std::chrono::seconds(5);
};

/// How long the steps of a connection may take, and how they are repeated.
/// Sound for any network; tests are less patient.
struct connection_timing {
  /// Added to send_window and to the identify interval, since payloads may
  /// arrive closer together than they left.
  caf::timespan network_margin = std::chrono::milliseconds(500);
  /// Of a lookup of a name.
  caf::timespan resolve_timeout = std::chrono::seconds(10);
  /// Of a TCP connection.
  caf::timespan connect_timeout = std::chrono::seconds(10);
  /// TLS and WebSocket handshakes, and one REST answer.
  caf::timespan handshake_timeout = std::chrono::seconds(15);
  /// From a close frame of ours to the peer's.
  caf::timespan close_timeout = std::chrono::seconds(3);
  /// From the connection to HELLO, and from identify to READY.
  caf::timespan hello_timeout = std::chrono::seconds(20);
  /// See hello_timeout.
  caf::timespan ready_timeout = std::chrono::seconds(60);
  /// Reconnects wait between these, doubling, with jitter.
  caf::timespan backoff_min = std::chrono::seconds(1);
  /// See backoff_min.
  caf::timespan backoff_max = std::chrono::seconds(60);
  /// RATE_LIMITED in a row before a request ends as rate_limited (Q7).
  std::uint32_t max_refusals = 5;
};

/// Every setting, with its default and unit. Its own members are for a bot's
/// author, those that it inherits are not. A value; tracker copies it.
struct settings : discord_limits, connection_timing {
  // -- where and who ---------------------------------------------------------
  /// Base of the REST API, http or https, with the version.
  std::string rest_url = "https://discord.com/api/v10";
  /// PEM file with further certificate authorities; empty: the system's only.
  std::string ca_file;
  /// What REST and gateway are reached through, http://HOST:PORT or
  /// socks5://HOST:PORT, with USER:PASSWORD@ before HOST if it wants a login;
  /// it looks names up. "none": nothing. Empty: HTTPS_PROXY, ALL_PROXY and
  /// NO_PROXY of the environment. Other processes of the bot and its store are
  /// always reached directly. A login is a secret: on a command line others of
  /// this machine may read it.
  std::string proxy;
  /// Sent with each HTTP request; Discord asks for this form: a URL, then the
  /// version.
  std::string user_agent =
      "DiscordBot (https://github.com/muster/muster, " + version() + ')';
  /// Number of shards of the bot; none: what Discord recommends.
  optional<std::uint32_t> shard_count;
  /// The shards to run here; empty: all.
  std::vector<std::uint32_t> shards;
  /// When set, only the shard that owns this guild is run.
  snowflake owner_of;
  /// Of IDENTIFY, bits of muster::intent; whole lists need guild_members.
  std::uint32_t intents = intent::guilds | intent::guild_members;
  /// Guilds above this many members come without offline members (50..250).
  std::uint32_t large_threshold = 250;
  /// Of the transport.
  compression compress = compression::zstd;

  // -- who watches it --------------------------------------------------------
  /// HOST:PORT, or :PORT for this machine only, where it shows a page,
  /// /metrics, /healthz, /readyz and /status by HTTP; port 0: any, which
  /// tracker::http_port() tells; empty: nowhere. Without TLS or login: nothing
  /// in them is secret.
  std::string http;
  /// Names by which requests may call it, besides "localhost" and its
  /// addresses; others are refused.
  std::vector<std::string> http_hosts;

  // -- state -----------------------------------------------------------------
  /// Where sessions and books outlast the process, sqlite:PATH or a URL
  /// postgresql://[USER@]HOST[:PORT]/DATABASE[?OPTIONS] without a password;
  /// empty: nowhere. The file, or the tables, are made if there are none. A
  /// process that starts while another one of the bot's uses it waits for that
  /// to end, and goes on from there.
  std::string state;
  /// Permits a PostgreSQL server on another machine without
  /// sslmode=verify-full (C14): who is between reads and changes what is saved.
  bool insecure_store = false;
  /// After so long without a renewal a process counts as dead, and another one
  /// takes its shards (C2). It closes them itself when the state could not be
  /// reached for five sixths of that. The same in all processes of a bot.
  caf::timespan node_timeout = std::chrono::seconds(15);
  /// About guilds that the process before had.
  takeover_policy takeover = takeover_policy::automatic;
  /// Percent of a day's identifies that are kept for shards without a session:
  /// below that, none is moved for balance only (C7).
  std::uint32_t identify_reserve = 10;
  /// How its shards are shared with other processes.
  cluster_settings cluster;

  // -- startup (S1-S7) -------------------------------------------------------
  /// Ask for the members of all guilds at startup, and of those joined later
  /// (S1).
  bool auto_chunk = false;
  /// With presences, where the intent guild_presences is given.
  bool chunk_presences = false;
  /// Longest wait for the next GUILD_CREATE at startup (S4).
  caf::timespan guild_create_timeout = std::chrono::seconds(15);
  /// Guilds to be asked for first, in this order (S7).
  std::vector<snowflake> pinned_guilds;
  /// When not empty, startup asks for these guilds only (S7).
  std::vector<snowflake> only_guilds;
  /// When set, startup asks for those of them only for which it gives true,
  /// when they have been created (S7). Called by shards, possibly several at
  /// once, and mostly on the thread of the connections, which it holds up; must
  /// be quick.
  std::function<bool(snowflake guild, std::uint64_t member_count)> guild_filter;
  /// Attempts of a startup request (Q8).
  std::int32_t max_attempts = 2;

  // -- requests (Q6, Q8) ------------------------------------------------------
  /// Longest gap between two chunks.
  caf::timespan timeout = std::chrono::seconds(5);
  /// Longest wait for the first chunk, from the write of opcode 8.
  caf::timespan first_response_timeout = std::chrono::seconds(10);
  /// Whole lists on the wire at once, per shard.
  std::uint32_t max_in_flight = 8;

  // -- payloads --------------------------------------------------------------
  /// Largest payload, after decompression, in bytes.
  std::size_t max_payload = std::size_t{48} << 20;
  /// Parse whole payloads even where muster needs a part only (B2).
  bool validate_payloads = false;

  // -- listeners (B1, E6) ----------------------------------------------------
  /// Bytes of payloads held for one listener by one shard: what members and
  /// dispatches bring; the other events are small and few. What comes on top
  /// are one payload, and up to 4 MiB of frames that have not been unpacked.
  std::size_t listener_bound = std::size_t{64} << 20;
  /// For listeners that choose nothing else.
  overflow on_overflow = overflow::stop_reading;
  /// Between two chunking_progress.
  caf::timespan progress_interval = std::chrono::milliseconds(250);
};

/// An empty string, or what is wrong with `x` and how to mend it.
MUSTER_API std::string check(const settings& x);

} // namespace muster
