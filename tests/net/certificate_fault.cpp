#define CAF_SUITE net_certificate_fault

#include "net/certificate_fault.hpp"

#include <memory>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "app/simulator/certificate.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

struct freer {
  void operator()(X509* x) const { X509_free(x); }
};

std::unique_ptr<X509, freer> parse(const std::string& pem) {
  auto bytes = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  std::unique_ptr<X509, freer> result{
      PEM_read_bio_X509(bytes, nullptr, nullptr, nullptr)};
  BIO_free(bytes);
  CAF_REQUIRE(result != nullptr);
  return result;
}

/// What is said of a certificate for localhost and `host`.
std::string said(int error, int depth = 0, const std::string& host = "a.test") {
  auto leaf = parse(sim::make_certificate(host).leaf);
  return describe(read_fault(error, depth, leaf.get()), "gateway.test:1");
}

bool has(const std::string& text, std::string_view part) {
  CAF_MESSAGE(text);
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST(each fault has its own mend) {
  auto x = said(X509_V_ERR_CERT_HAS_EXPIRED);
  CAF_CHECK(has(x, "the certificate of gateway.test:1 expired on 20"));
  CAF_CHECK(has(x, " UTC; the server needs a new one"));
  x = said(X509_V_ERR_CERT_NOT_YET_VALID);
  CAF_CHECK(has(x, "not valid yet, from 20"));
  CAF_CHECK(has(x, "check the clock"));
  x = said(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT);
  CAF_CHECK(has(x, "signed by itself"));
  CAF_CHECK(has(x, "CA file"));
  for (auto error : {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                     X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
                     X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN}) {
    x = said(error);
    CAF_CHECK(has(x, "signed by 'simulated gateway CA' which is not trusted"));
    CAF_CHECK(has(x, "CA file"));
  }
  x = said(X509_V_OK);
  CAF_CHECK(has(x, "is not for this host, but for localhost, 127.0.0.1, "
                   "0000:0000:0000:0000:0000:0000:0000:0001, a.test; "));
  CAF_CHECK(has(x, "check the host name"));
  x = said(X509_V_ERR_CERT_REVOKED);
  CAF_CHECK(has(x, "could not be verified: certificate revoked"));
}

CAF_TEST(a fault of an authority is not that of the server) {
  auto x = said(X509_V_ERR_CERT_HAS_EXPIRED, 1);
  CAF_CHECK(has(x, "a certificate that signed that of gateway.test:1 expired"));
}

CAF_TEST(a fault without a certificate is told too) {
  for (auto error :
       {X509_V_OK, X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID,
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_CERT_REVOKED}) {
    auto x = describe(read_fault(error, 0, nullptr), "host");
    CAF_CHECK(has(x, "the certificate of host "));
  }
}

CAF_TEST(foreign names are shown without harm and not all) {
  certificate_fault x;
  x.kind = certificate_fault::kind::wrong_name;
  CAF_CHECK_EQUAL(describe(x, "host"), "the certificate of host is not for "
                                       "this host; check the host name");
  std::unique_ptr<X509, freer> many{X509_new()};
  auto names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name,
                                   "DNS:a,DNS:b,DNS:c,IP:1.2.3.4,DNS:e,DNS:f");
  X509_add_ext(many.get(), names, -1);
  X509_EXTENSION_free(names);
  auto y = read_fault(0, 0, many.get());
  CAF_CHECK_EQUAL(y.names.size(), 6u);
  CAF_CHECK_EQUAL(y.names.back(), "others");
}
