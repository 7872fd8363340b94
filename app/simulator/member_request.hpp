#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "app/simulator/chunk.hpp"
#include "app/simulator/world.hpp"

namespace muster::sim {

/// An op 8 as it came from a client.
struct member_request {
  enum class kind : std::uint8_t { whole_list, prefix, user_ids, malformed };

  kind what = kind::malformed;
  /// What is wrong with a malformed one, for people.
  std::string wrong;
  snowflake guild;
  std::string prefix;
  /// At most 100 for a prefix.
  std::uint32_t limit = 0;
  std::vector<snowflake> user_ids;
  bool presences = false;
  /// Absent also if it was longer than 32 bytes.
  std::optional<std::string> nonce;
};

/// The name that the counters use.
const char* to_string(member_request::kind x);

/// Reads the `d` of an op 8; one that Discord cannot decode is malformed.
member_request read_member_request(const nlohmann::json& d);

/// Finds the members that `r` asks for; presences are granted by intents.
std::shared_ptr<const answer> make_answer(const member_request& r,
                                          const guild& g, std::uint32_t intents,
                                          std::uint32_t chunk_size);

/// The `d` of the RATE_LIMITED that refuses `r`.
std::string rate_limited_text(const member_request& r,
                              std::chrono::duration<double> wait);

} // namespace muster::sim
