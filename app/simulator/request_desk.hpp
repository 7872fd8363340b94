#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/simulator/gateway.hpp"
#include "app/simulator/member_request.hpp"

namespace muster::sim {

/// Where op 8s are taken and given what Discord would give them: chunks to
/// come, RATE_LIMITED, or nothing. Not thread-safe.
class request_desk {
public:
  /// An op 8 and the faults that strike it.
  struct taken {
    member_request request;
    std::vector<fault> faults;
  };

  explicit request_desk(gateway& gw) : gw_(gw) {}

  /// Counts a request.
  taken take(member_request r, std::optional<std::uint32_t> shard);

  /// Not for a malformed request. `unsent` is the first number that the
  /// session's connection has not sent.
  void answer(const taken& x, client_session& s, std::uint64_t unsent,
              time_point now);

private:
  bool is_answered(const member_request& r, const guild* g,
                   const client_session& s) const;
  void refuse(const member_request& r, clock::duration wait, client_session& s,
              std::uint64_t unsent);

  gateway& gw_;
};

} // namespace muster::sim
