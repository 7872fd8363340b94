#include "net/certificate_fault.hpp"

#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <memory>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "net/http_refusal.hpp"

namespace muster {

namespace {

/// Of foreign names, which may be many and long.
constexpr std::size_t max_names = 5;
constexpr std::size_t max_name = 64;

enum certificate_fault::kind kind_of(int error) {
  using kind = enum certificate_fault::kind;
  switch (error) {
  case X509_V_OK:
  case X509_V_ERR_HOSTNAME_MISMATCH:
  case X509_V_ERR_IP_ADDRESS_MISMATCH:
    return kind::wrong_name;
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return kind::expired;
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return kind::not_yet_valid;
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    return kind::self_signed;
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    return kind::unknown_issuer;
  default:
    return kind::other;
  }
}

std::string common_name(const X509_NAME* name) {
  std::array<char, 128> text{};
  auto n = name == nullptr
               ? -1
               : X509_NAME_get_text_by_NID(const_cast<X509_NAME*>(name),
                                           NID_commonName, text.data(),
                                           static_cast<int>(text.size()));
  return n > 0 ? shown({text.data(), static_cast<std::size_t>(n)}, max_name)
               : "";
}

std::string date_of(const ASN1_TIME* time) {
  std::tm x{};
  std::array<char, 64> text{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &x) != 1
      || std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &x) == 0)
    return {};
  return text.data();
}

std::string_view bytes_of(const ASN1_STRING* x) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(x)),
          static_cast<std::size_t>(ASN1_STRING_length(x))};
}

/// The hosts of a certificate; the common name when it lists none.
std::vector<std::string> names_of(const X509* certificate) {
  struct freer {
    void operator()(GENERAL_NAMES* x) const { GENERAL_NAMES_free(x); }
  };
  std::unique_ptr<GENERAL_NAMES, freer> all{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  std::vector<std::string> result;
  auto n = all == nullptr ? 0 : sk_GENERAL_NAME_num(all.get());
  for (int i = 0; i < n; ++i) {
    auto x = sk_GENERAL_NAME_value(all.get(), i);
    std::string name;
    if (x->type == GEN_DNS) {
      name = shown(bytes_of(x->d.dNSName), max_name);
    } else if (x->type == GEN_IPADD) {
      auto bytes = bytes_of(x->d.iPAddress);
      for (std::size_t at = 0; at < bytes.size() && at < 16; ++at) {
        auto byte = static_cast<unsigned char>(bytes[at]);
        std::array<char, 8> text{};
        if (bytes.size() == 4) // else IPv6, written out in full
          std::snprintf(text.data(), text.size(), at == 0 ? "%u" : ".%u", byte);
        else
          std::snprintf(text.data(), text.size(),
                        at == 0 || at % 2 != 0 ? "%02x" : ":%02x", byte);
        name += text.data();
      }
    }
    if (name.empty())
      continue;
    if (result.size() == max_names) {
      result.push_back("others");
      return result;
    }
    result.push_back(std::move(name));
  }
  if (result.empty())
    if (auto name = common_name(X509_get_subject_name(certificate));
        !name.empty())
      result.push_back(std::move(name));
  return result;
}

} // namespace

certificate_fault read_fault(int error, int depth, const X509* certificate) {
  certificate_fault result;
  result.kind = kind_of(error);
  result.in_issuer = depth > 0;
  result.reason = X509_verify_cert_error_string(error);
  if (certificate == nullptr)
    return result;
  result.issuer = common_name(X509_get_issuer_name(certificate));
  result.names = names_of(certificate);
  if (result.kind == certificate_fault::kind::expired)
    result.when = date_of(X509_get0_notAfter(certificate));
  else if (result.kind == certificate_fault::kind::not_yet_valid)
    result.when = date_of(X509_get0_notBefore(certificate));
  return result;
}

std::string describe(const certificate_fault& x, std::string_view authority) {
  using kind = enum certificate_fault::kind;
  auto result = std::string{x.in_issuer && x.kind != kind::unknown_issuer
                                ? "a certificate that signed that of "
                                : "the certificate of "}
                + std::string{authority};
  switch (x.kind) {
  case kind::expired:
    result += " expired";
    if (!x.when.empty())
      result += " on " + x.when;
    return result
           + "; the server needs a new one, unless the clock here is "
             "wrong";
  case kind::not_yet_valid:
    result += " is not valid yet";
    if (!x.when.empty())
      result += ", from " + x.when + " on only";
    return result + "; check the clock here";
  case kind::self_signed:
    return result
           + " is signed by itself; if it is the right one, name it as "
             "the CA file";
  case kind::unknown_issuer:
    result += " is signed by ";
    result += x.issuer.empty() ? "an authority" : "'" + x.issuer + "'";
    return result
           + " which is not trusted here; name that authority's "
             "certificate as the CA file, or install the system's "
             "(ca-certificates)";
  case kind::wrong_name: {
    result += " is not for this host";
    const char* before = ", but for ";
    for (auto& name : x.names) {
      result += before + name;
      before = ", ";
    }
    return result + "; check the host name";
  }
  case kind::other:
    break;
  }
  return result + " could not be verified: " + x.reason;
}

} // namespace muster
