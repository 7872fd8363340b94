#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "app/simulator/compressor.hpp"
#include "app/simulator/options.hpp"
#include "app/simulator/session.hpp"
#include "app/simulator/world.hpp"
#include "messages/shard_id.hpp"

namespace muster::sim {

/// How a client connected.
struct connect_query {
  std::string version;
  std::string encoding;
  compression compress = compression::none;
  /// Where this client can come back to.
  std::string url;
};

/// Reads the query of a request target such as "/?v=10&encoding=json".
connect_query parse_connect_query(std::string_view target);

/// A well-formed op 2.
struct identify_request {
  shard_id shard;
  std::uint32_t intents = 0;
  std::uint32_t large_threshold = 50;
};

/// A well-formed op 6.
struct resume_request {
  std::string session_id;
  std::uint64_t seq = 0;
};

/// Reads the `d` of an op 2, or gives the close code that it deserves.
std::variant<identify_request, std::uint16_t>
read_identify(const nlohmann::json& d, const options& opts);

/// Reads the `d` of an op 6, or gives the close code that it deserves.
std::variant<resume_request, std::uint16_t> read_resume(const nlohmann::json& d,
                                                        const options& opts);

/// The `d` of READY.
std::string ready_text(const session& s, const world& w,
                       const std::string& url);

} // namespace muster::sim
