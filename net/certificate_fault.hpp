#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

struct x509_st; // OpenSSL's X509

namespace muster {

/// Why a server's certificate was refused. A value; what it holds of the
/// certificate is fit to be shown.
struct certificate_fault {
  enum class kind : std::uint8_t {
    other,
    expired,
    not_yet_valid,
    self_signed,
    unknown_issuer,
    wrong_name,
  };

  certificate_fault::kind kind = kind::other;
  /// The fault is not in the server's own but in one that signed it.
  bool in_issuer = false;
  /// End or begin of validity, "2026-08-01 12:00 UTC"; empty if unknown.
  std::string when;
  /// Who signed it.
  std::string issuer;
  /// The hosts that it is for, the first few.
  std::vector<std::string> names;
  /// With kind::other: OpenSSL's words.
  std::string reason;
};

/// From OpenSSL's error at `depth` of the chain; `certificate` is the one
/// there, or null. An `error` of 0 (X509_V_OK) stands for a name that does not
/// fit.
certificate_fault read_fault(int error, int depth, const x509_st* certificate);

/// What is wrong with the certificate of `authority`, and the mend.
std::string describe(const certificate_fault& x, std::string_view authority);

} // namespace muster
