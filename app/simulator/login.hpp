#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <nlohmann/json_fwd.hpp>

#include "app/simulator/client_session.hpp"
#include "app/simulator/compressor.hpp"
#include "app/simulator/options.hpp"
#include "app/simulator/world.hpp"
#include "messages/shard_id.hpp"

namespace muster::sim {

/// How a client connected; what it leaves away is as Discord takes it.
struct connect_query {
  std::string version = "10";
  std::string encoding = "json";
  packing compress = packing::none;
  /// Where this client can come back to.
  std::string url;
};

/// Reads the query of a request target such as "/?v=10&encoding=json".
connect_query parse_connect_query(std::string_view target);

/// Why a connection is closed.
struct refusal {
  std::uint16_t code = 0;
  /// For people, saying the mend; goes into the close frame.
  std::string why;
};

/// Nothing if the gateway can serve a client that connects so.
std::optional<refusal> refuse(const connect_query& query);

/// A well-formed op 6.
struct resume_request {
  std::string session_id;
  std::uint64_t seq = 0;
};

/// Reads the `d` of an op 2, or gives the close that it deserves.
std::variant<identify_request, refusal> read_identify(const nlohmann::json& d,
                                                      const options& opts);

/// Reads the `d` of an op 6, or gives the close that it deserves.
std::variant<resume_request, refusal> read_resume(const nlohmann::json& d,
                                                  const options& opts);

/// The `d` of READY for a client that has connected with `query`.
std::string ready_text(const client_session& s, const world& w,
                       const connect_query& query);

} // namespace muster::sim
