#include "app/simulator/certificate.hpp"

#include <vector>

#include "net/certificate_authority.hpp"

namespace muster::sim {

certificate make_certificate(const std::string& host) {
  auto now = caf::make_timestamp();
  auto authority = certificate_authority::make("simulated gateway CA", now);
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  if (!host.empty())
    hosts.push_back(host);
  auto leaf = authority.issue(hosts, now);
  return {authority.certificate(), leaf.certificate, leaf.key};
}

} // namespace muster::sim
