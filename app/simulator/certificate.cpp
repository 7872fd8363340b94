#include "app/simulator/certificate.hpp"

#include <cstdint>
#include <memory>
#include <stdexcept>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace muster::sim {

namespace {

template <auto Free>
struct freer {
  template <class T>
  void operator()(T* x) const {
    Free(x);
  }
};

using key_ptr = std::unique_ptr<EVP_PKEY, freer<EVP_PKEY_free>>;
using cert_ptr = std::unique_ptr<X509, freer<X509_free>>;
using bio_ptr = std::unique_ptr<BIO, freer<BIO_free_all>>;
using ext_ptr = std::unique_ptr<X509_EXTENSION, freer<X509_EXTENSION_free>>;

void check(bool ok) {
  if (!ok)
    throw std::runtime_error{"OpenSSL cannot make a certificate"};
}

key_ptr make_key() {
  key_ptr key{EVP_EC_gen("P-256")};
  check(key != nullptr);
  return key;
}

void add_extension(X509* cert, X509* issuer, int nid, const std::string& text) {
  X509V3_CTX ctx;
  X509V3_set_ctx(&ctx, issuer, cert, nullptr, nullptr, 0);
  ext_ptr ext{X509V3_EXT_conf_nid(nullptr, &ctx, nid, text.c_str())};
  check(ext != nullptr && X509_add_ext(cert, ext.get(), -1) == 1);
}

cert_ptr start_cert(EVP_PKEY* key, const char* name) {
  cert_ptr cert{X509_new()};
  check(cert != nullptr);
  X509_set_version(cert.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  check(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial)
        == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert.get()), serial >> 1);
  constexpr long day = 24 * 60 * 60;
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -day);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), 7 * day);
  check(X509_set_pubkey(cert.get(), key) == 1);
  check(X509_NAME_add_entry_by_txt(
            X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
            reinterpret_cast<const unsigned char*>(name), -1, -1, 0)
        == 1);
  return cert;
}

template <class Write>
std::string to_pem(Write write) {
  bio_ptr bio{BIO_new(BIO_s_mem())};
  check(bio != nullptr && write(bio.get()) == 1);
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

bool is_address(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos
         || host.find(':') != std::string::npos;
}

} // namespace

certificate make_certificate(const std::string& host) {
  auto ca_key = make_key();
  auto ca = start_cert(ca_key.get(), "simulated gateway CA");
  check(X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1);
  add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(ca.get(), ca.get(), NID_key_usage,
                "critical,keyCertSign,cRLSign");
  add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  check(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);

  auto key = make_key();
  auto leaf = start_cert(key.get(), "localhost");
  check(X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca.get())) == 1);
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (!host.empty())
    names += (is_address(host) ? ",IP:" : ",DNS:") + host;
  add_extension(leaf.get(), ca.get(), NID_basic_constraints,
                "critical,CA:FALSE");
  add_extension(leaf.get(), ca.get(), NID_key_usage,
                "critical,digitalSignature");
  add_extension(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  add_extension(leaf.get(), ca.get(), NID_subject_alt_name, names);
  add_extension(leaf.get(), ca.get(), NID_subject_key_identifier, "hash");
  add_extension(leaf.get(), ca.get(), NID_authority_key_identifier, "keyid");
  check(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) > 0);

  certificate result;
  result.ca = to_pem([&](BIO* b) { return PEM_write_bio_X509(b, ca.get()); });
  result.leaf =
      to_pem([&](BIO* b) { return PEM_write_bio_X509(b, leaf.get()); });
  result.key = to_pem([&](BIO* b) {
    return PEM_write_bio_PrivateKey(b, key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr);
  });
  return result;
}

} // namespace muster::sim
