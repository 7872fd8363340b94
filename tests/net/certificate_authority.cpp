#define CAF_SUITE net_certificate_authority

#include "net/certificate_authority.hpp"

#include <algorithm>
#include <set>

#include <openssl/pem.h>

#include "net/openssl_ptr.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr auto day = 24h;
// 2026-08-01T12:00:00Z
const caf::timestamp noon{1'785'585'600s};

x509_ptr parse(const std::string& pem) {
  bio_ptr bytes{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  x509_ptr result{PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr)};
  CAF_REQUIRE(result != nullptr);
  return result;
}

/// The certificate is good at this moment as that of a server and of a client.
bool is_good(const std::string& ca, const std::string& certificate,
             caf::timestamp at) {
  x509_store_ptr trusted{X509_STORE_new()};
  X509_STORE_add_cert(trusted.get(), parse(ca).get());
  auto x = parse(certificate);
  auto good = true;
  for (auto purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT}) {
    x509_store_ctx_ptr context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), trusted.get(), x.get(), nullptr);
    X509_STORE_CTX_set_purpose(context.get(), purpose);
    X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
    X509_STORE_CTX_set_time(
        context.get(), 0,
        std::chrono::floor<std::chrono::seconds>(at.time_since_epoch())
            .count());
    good = good && X509_verify_cert(context.get()) == 1;
  }
  return good;
}

bool has(const std::string& text, std::string_view part) {
  CAF_MESSAGE(text);
  return text.find(part) != std::string::npos;
}

struct fixture {
  certificate_authority authority =
      certificate_authority::make("the authority", noon);
  std::string ca = authority.certificate();
  std::optional<certificate_authority> again;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(certificate_authority_tests, fixture)

CAF_TEST(C14 a certificate is good for servers and clients of its authority) {
  auto one = authority.issue({"bot1.example"}, noon);
  CAF_CHECK(is_good(ca, one.certificate, noon));
  CAF_CHECK_EQUAL(check_node_keys(ca, one.certificate, one.key, noon), "");
  auto foreign = certificate_authority::make("the authority", noon);
  CAF_CHECK(!is_good(foreign.certificate(), one.certificate, noon));
  // None of them is an authority itself.
  std::optional<certificate_authority> ignored;
  CAF_CHECK(
      has(certificate_authority::read(one.certificate, one.key, noon, ignored),
          "no authority's"));
  CAF_CHECK_EQUAL(X509_check_ca(parse(one.certificate).get()), 0);
}

CAF_TEST(C14 keys are of P - 256 and signed with SHA - 256) {
  auto one = authority.issue({"a"}, noon);
  for (auto& pem : {ca, one.certificate}) {
    auto x = parse(pem);
    CAF_CHECK_EQUAL(X509_get_signature_nid(x.get()), NID_ecdsa_with_SHA256);
    char group[32] = {};
    CAF_CHECK_EQUAL(EVP_PKEY_get_group_name(X509_get0_pubkey(x.get()), group,
                                            sizeof group, nullptr),
                    1);
    CAF_CHECK_EQUAL(std::string{group}, "prime256v1");
  }
  auto x = parse(ca);
  CAF_CHECK_EQUAL(X509_get_pathlen(x.get()), 0);
  CAF_CHECK_EQUAL(X509_get_key_usage(x.get()),
                  std::uint32_t{KU_KEY_CERT_SIGN | KU_CRL_SIGN});
  auto node = parse(one.certificate);
  CAF_CHECK_EQUAL(X509_get_key_usage(node.get()),
                  std::uint32_t{KU_DIGITAL_SIGNATURE});
  CAF_CHECK_EQUAL(X509_get_extended_key_usage(node.get()),
                  std::uint32_t{XKU_SSL_SERVER | XKU_SSL_CLIENT});
}

CAF_TEST(a certificate is for its hosts and no others) {
  auto fits = [&](X509* x, const char* host) {
    return X509_check_host(x, host, 0, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                           nullptr)
           == 1;
  };
  auto many = parse(
      authority.issue({"bot1.example", "10.0.0.7", "::1"}, noon).certificate);
  CAF_CHECK(fits(many.get(), "bot1.example"));
  CAF_CHECK(!fits(many.get(), "bot2.example"));
  CAF_CHECK_EQUAL(X509_check_ip_asc(many.get(), "10.0.0.7", 0), 1);
  CAF_CHECK_EQUAL(X509_check_ip_asc(many.get(), "::1", 0), 1);
  CAF_CHECK_EQUAL(X509_check_ip_asc(many.get(), "10.0.0.8", 0), 0);
  CAF_CHECK(!fits(many.get(), "10.0.0.7"));
  // A name adds no other.
  auto one = parse(authority.issue({"a,DNS:b"}, noon).certificate);
  CAF_CHECK(!fits(one.get(), "b"));
  // One that is too long for a common name is whole all the same.
  auto name = std::string(60, 'a') + "." + std::string(60, 'b');
  auto x = parse(authority.issue({name}, noon).certificate);
  CAF_CHECK(fits(x.get(), name.c_str()));
}

CAF_TEST(C14 certificates begin a day back and end with their authority) {
  auto one = authority.issue({"a"}, noon);
  CAF_CHECK(is_good(ca, one.certificate, noon - day + 1s));
  CAF_CHECK(!is_good(ca, one.certificate, noon - day - 1s));
  CAF_CHECK_EQUAL(date_of(one.ends), "2031-08-01");
  CAF_CHECK_EQUAL(date_of(authority.ends()), "2036-07-31");
  CAF_CHECK(is_good(ca, one.certificate, one.ends - 1s));
  CAF_CHECK(!is_good(ca, one.certificate, one.ends + 1s));
  auto late = authority.issue({"a"}, noon + 9 * 365 * day);
  CAF_CHECK(late.ends == authority.ends());
  CAF_CHECK(is_good(ca, late.certificate, late.ends - 1s));
}

CAF_TEST(serial numbers are drawn and of 16 bytes) {
  std::set<std::string> serials;
  for (int i = 0; i < 20; ++i) {
    auto x = parse(authority.issue({"a"}, noon).certificate);
    auto serial = X509_get0_serialNumber(x.get());
    CAF_CHECK_EQUAL(ASN1_STRING_length(serial), 16);
    CAF_CHECK_EQUAL(ASN1_STRING_type(serial), V_ASN1_INTEGER); // positive
    serials.emplace(
        reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)), 16);
  }
  CAF_CHECK_EQUAL(serials.size(), 20u);
}

CAF_TEST(an authority is read again) {
  CAF_CHECK_EQUAL(certificate_authority::read(ca, authority.key(), noon, again),
                  "");
  CAF_REQUIRE(again);
  CAF_CHECK(is_good(ca, again->issue({"a"}, noon).certificate, noon));
}

CAF_TEST(an authority that cannot be used is told with the mend) {
  auto other = certificate_authority::make("another", noon);
  auto said = [&](const std::string& certificate, const std::string& key,
                  caf::timestamp now = noon) {
    again.reset();
    return certificate_authority::read(certificate, key, now, again);
  };
  CAF_CHECK(has(said("", authority.key()), "certificate cannot be read; "));
  CAF_CHECK(has(said(ca, ""), "key cannot be read"));
  CAF_CHECK(!again);
  CAF_CHECK(has(said(ca, other.key()), "restore the right one"));
  CAF_CHECK(!again);
  CAF_CHECK(has(said(ca, authority.key(), authority.ends() + 1s),
                "expired on 2036-07-31; name a new folder"));
}

CAF_TEST(a key with a password is told and asked of nobody) {
  bio_ptr bytes{BIO_new(BIO_s_mem())};
  key_ptr key{EVP_EC_gen("P-256")};
  CAF_REQUIRE_EQUAL(PEM_write_bio_PKCS8PrivateKey(bytes.get(), key.get(),
                                                  EVP_aes_128_cbc(), "pw", 2,
                                                  nullptr, nullptr),
                    1);
  char* data = nullptr;
  auto size = BIO_get_mem_data(bytes.get(), &data);
  std::string text{data, static_cast<std::size_t>(size)};
  CAF_CHECK(has(certificate_authority::read(ca, text, noon, again),
                "has a password"));
}

CAF_TEST(C14 keys that others would refuse are told) {
  auto one = authority.issue({"a"}, noon);
  auto two = authority.issue({"a"}, noon);
  auto other = certificate_authority::make("another", noon);
  auto said = [&](const std::string& by, const std::string& certificate,
                  const std::string& key, caf::timestamp now = noon) {
    return check_node_keys(by, certificate, key, now);
  };
  CAF_CHECK(has(said("", one.certificate, one.key), "authority's certificate"));
  CAF_CHECK(has(said(ca, "x", one.key), "its certificate cannot be read"));
  CAF_CHECK(has(said(ca, one.certificate, "x"), "its key cannot be read"));
  CAF_CHECK(has(said(ca, one.certificate, two.key), "not its certificate's"));
  CAF_CHECK(has(said(other.certificate(), one.certificate, one.key),
                "does not fit its authority"));
  CAF_CHECK_EQUAL(said(other.certificate() + ca, one.certificate, one.key), "");
  CAF_CHECK(has(said(ca, one.certificate, one.key, one.ends + 1s),
                "good until 2031-08-01 only"));
  CAF_CHECK(has(said(ca, one.certificate, one.key, noon - 2 * day),
                "not good before 2026-07-31"));
  // Of a client or a server only there are none of ours.
  CAF_CHECK(has(said(ca, ca, authority.key()), "its certificate"));
}

CAF_TEST_FIXTURE_SCOPE_END()
