#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::sim {

/// What a fault does.
enum class fault_kind : std::uint8_t {
  drop,            ///< a chunk is never sent
  duplicate,       ///< a chunk is sent twice
  reorder,         ///< a chunk changes places with the next of its request
  delay,           ///< a chunk waits for `ms`
  corrupt,         ///< a chunk is damaged as `what` says
  split,           ///< a chunk's compressed bytes come as two messages
  silence,         ///< an op 8 is not answered
  rate_limit,      ///< an op 8 is refused with RATE_LIMITED
  no_ack,          ///< a connection gets no more heartbeat acks
  unavailable,     ///< a guild is reported in an outage
  missing,         ///< a guild of READY is never created
  close,           ///< the gateway closes with `code`
  kill,            ///< the TCP connection is reset
  reconnect,       ///< op 7
  invalid_session, ///< op 9
  bomb,            ///< a message that inflates to more than 64 MiB
  garbage,         ///< a message that is no JSON
};

/// When a fault gets its chance to strike.
enum class occasion : std::uint8_t {
  hello,     ///< a client has connected, HELLO is still to come
  login,     ///< either of the next two
  identify,  ///< op 2 has come
  resume,    ///< op 6 has come
  heartbeat, ///< op 1 has come
  request,   ///< op 8 has come
  guild,     ///< a guild of READY is about to be created
  chunk,     ///< a chunk is about to be sent
};

/// What `corrupt` does to a chunk.
enum class corruption : std::uint8_t {
  json,         ///< the text is no JSON
  index,        ///< chunk_index is beyond chunk_count
  count,        ///< chunk_count is zero
  count_change, ///< chunk_count differs from that of other chunks
  guild,        ///< another guild's id
  nonce,        ///< a nonce nobody asked with
  truncate,     ///< half of the text
  bytes,        ///< the compressed stream is broken
};

/// One planned misbehaviour, with the selectors that say where it strikes.
/// A fault lets the first `after` of what it selects pass, then strikes at
/// every `every`-th, `times` times (0: for ever), if a roll of `chance` allows.
struct fault {
  fault_kind kind = fault_kind::drop;
  occasion when = occasion::chunk;
  std::optional<std::uint32_t> shard;
  /// An index into the simulator's guilds, or a guild's id.
  std::optional<std::uint64_t> guild;
  /// A chunk_index.
  std::optional<std::uint32_t> chunk;
  std::uint32_t every = 1;
  std::uint32_t after = 0;
  std::uint32_t times = 1;
  /// Percent.
  std::uint32_t chance = 100;
  std::uint64_t seed = 1;
  /// How long a `delay` lasts, the retry_after of a `rate_limit`, the length
  /// of an outage (0: until someone ends it).
  std::chrono::milliseconds ms{0};
  corruption what = corruption::json;
  std::uint16_t code = 4000;
  bool resumable = false;

  bool operator==(const fault&) const = default;
};

/// The name of a kind, as parse_fault() reads it.
std::string_view to_string(fault_kind kind);

/// Reads "KIND[:key=value[,key=value...]]". Gives nullopt for anything else;
/// `error`, if given, receives a sentence that says the mend.
std::optional<fault> parse_fault(std::string_view text,
                                 std::string* error = nullptr);

/// Reads a file with a JSON array of such texts.
std::optional<std::vector<fault>> load_script(const std::filesystem::path& path,
                                              std::string* error = nullptr);

/// The kinds and keys, for a program's help text.
std::string fault_help();

} // namespace muster::sim
