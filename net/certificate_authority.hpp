#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/timestamp.hpp>

struct evp_pkey_st; // OpenSSL's EVP_PKEY
struct x509_st;     // and X509

namespace muster {

/// A certificate with its key, both PEM.
struct certified_key {
  std::string certificate;
  /// A secret.
  std::string key;
  /// Of its validity.
  caf::timestamp ends;
};

/// Signs the certificates by which the processes of a bot know each other
/// (C14): ECDSA on P-256 with SHA-256. They begin a day before they are made,
/// since clocks differ. Its functions throw std::runtime_error when OpenSSL
/// fails, for lack of memory or randomness. Times are the wall clock's.
class certificate_authority {
public:
  /// A new one, for ten years.
  static certificate_authority make(const std::string& name,
                                    caf::timestamp now);

  /// One that certificate() and key() gave; says what is wrong with them, with
  /// the mend, or gives an empty string.
  static std::string read(const std::string& certificate,
                          const std::string& key, caf::timestamp now,
                          std::optional<certificate_authority>& out);

  /// A key for a server and client that is reached as one of `hosts`, which
  /// are names or addresses; for five years, but no longer than this.
  certified_key issue(const std::vector<std::string>& hosts,
                      caf::timestamp now) const;

  std::string certificate() const;
  /// A secret.
  std::string key() const;
  /// Of its validity.
  caf::timestamp ends() const;

private:
  certificate_authority(std::shared_ptr<x509_st> certificate,
                        std::shared_ptr<evp_pkey_st> key);

  std::shared_ptr<x509_st> certificate_;
  std::shared_ptr<evp_pkey_st> key_;
};

/// An empty string, or what is wrong at `now` with what a process shows to the
/// others: `ca` holds the authorities, all three are PEM. Between the
/// certificate and them there may be others, behind it.
std::string check_node_keys(const std::string& ca,
                            const std::string& certificate,
                            const std::string& key, caf::timestamp now);

/// "2031-11-26", in UTC.
std::string date_of(caf::timestamp x);

} // namespace muster
