#pragma once

#include <string>

namespace muster::sim {

/// A throw-away certificate authority and a certificate of this host that it
/// signed, all in PEM. Valid from yesterday on.
struct certificate {
  std::string ca;
  std::string leaf;
  std::string key;
};

/// Makes a new one, for localhost, 127.0.0.1, ::1 and `host`. Takes a
/// millisecond; throws std::runtime_error if OpenSSL fails.
certificate make_certificate(const std::string& host);

} // namespace muster::sim
