#include "net/certificate_authority.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <stdexcept>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>

#include "messages/node_address.hpp"
#include "net/openssl_ptr.hpp"

namespace muster {

namespace {

using days = std::chrono::duration<int, std::ratio<86400>>;

constexpr days head_start{1};
constexpr days authority_life{3652};
constexpr days node_life{1826};
/// Of a common name (RFC 5280).
constexpr std::size_t max_common_name = 64;

void check(bool ok) {
  if (!ok)
    throw std::runtime_error{"OpenSSL cannot make a certificate"};
}

std::time_t seconds_of(caf::timestamp x) {
  return std::chrono::floor<std::chrono::seconds>(x.time_since_epoch()).count();
}

caf::timestamp time_of(const ASN1_TIME* x) {
  std::tm parts{};
  check(ASN1_TIME_to_tm(x, &parts) == 1);
  // More than these years are more than a timestamp holds.
  parts.tm_year = std::clamp(parts.tm_year, 70, 350);
  return caf::timestamp{std::chrono::seconds{timegm(&parts)}};
}

template <class Write>
std::string to_pem(Write write) {
  bio_ptr bio{BIO_new(BIO_s_mem())};
  check(bio != nullptr && write(bio.get()) == 1);
  char* data = nullptr;
  auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* x) {
  return to_pem([x](BIO* b) { return PEM_write_bio_X509(b, x); });
}

std::string to_pem(EVP_PKEY* x) {
  return to_pem([x](BIO* b) {
    return PEM_write_bio_PKCS8PrivateKey(b, x, nullptr, nullptr, 0, nullptr,
                                         nullptr);
  });
}

bio_ptr reader_of(const std::string& text) {
  bio_ptr result{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  check(result != nullptr);
  return result;
}

x509_ptr next_certificate(BIO* from) {
  return x509_ptr{PEM_read_bio_X509(from, nullptr, nullptr, nullptr)};
}

key_ptr read_key(const std::string& text) {
  // OpenSSL would ask the terminal for a password.
  auto none = [](char*, int, int, void*) { return -1; };
  return key_ptr{
      PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, none, nullptr)};
}

void add_extension(X509* to, X509* issuer, int nid, const char* text) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  extension_ptr x{X509V3_EXT_conf_nid(nullptr, &context, nid, text)};
  check(x != nullptr && X509_add_ext(to, x.get(), -1) == 1);
}

/// Not as text, in which a name could add others.
void add_hosts(X509* to, const std::vector<std::string>& hosts) {
  general_names_ptr all{GENERAL_NAMES_new()};
  check(all != nullptr);
  for (auto& host : hosts) {
    general_name_ptr x{GENERAL_NAME_new()};
    check(x != nullptr);
    if (is_ip_address(host)) {
      auto bytes = a2i_IPADDRESS(host.c_str());
      check(bytes != nullptr);
      GENERAL_NAME_set0_value(x.get(), GEN_IPADD, bytes);
    } else {
      auto text = ASN1_IA5STRING_new();
      check(text != nullptr);
      GENERAL_NAME_set0_value(x.get(), GEN_DNS, text);
      check(ASN1_STRING_set(text, host.data(), static_cast<int>(host.size()))
            == 1);
    }
    check(sk_GENERAL_NAME_push(all.get(), x.get()) > 0);
    static_cast<void>(x.release()); // it is in `all`
  }
  check(X509_add1_ext_i2d(to, NID_subject_alt_name, all.get(), 0, 0) == 1);
}

x509_ptr begin(EVP_PKEY* key, const std::string& name, caf::timestamp now,
               caf::timestamp ends) {
  x509_ptr result{X509_new()};
  check(result != nullptr);
  auto x = result.get();
  std::array<unsigned char, 16> serial{};
  check(RAND_bytes(serial.data(), serial.size()) == 1);
  serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and always as long
  std::unique_ptr<BIGNUM, openssl_freer<BN_free>> number{
      BN_bin2bn(serial.data(), serial.size(), nullptr)};
  check(number != nullptr
        && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) != nullptr
        && X509_set_version(x, X509_VERSION_3) == 1
        && ASN1_TIME_set(X509_getm_notBefore(x), seconds_of(now - head_start))
               != nullptr
        && ASN1_TIME_set(X509_getm_notAfter(x), seconds_of(ends)) != nullptr
        && X509_set_pubkey(x, key) == 1
        && X509_NAME_add_entry_by_txt(
               X509_get_subject_name(x), "CN", MBSTRING_UTF8,
               reinterpret_cast<const unsigned char*>(name.data()),
               static_cast<int>(std::min(name.size(), max_common_name)), -1, 0)
               == 1);
  return result;
}

/// Says why the certificate may not be used for `purpose`.
std::string verify(X509_STORE* trusted, X509* certificate,
                   STACK_OF(X509) * between, int purpose, caf::timestamp now) {
  x509_store_ctx_ptr context{X509_STORE_CTX_new()};
  check(context != nullptr
        && X509_STORE_CTX_init(context.get(), trusted, certificate, between)
               == 1
        && X509_STORE_CTX_set_purpose(context.get(), purpose) == 1);
  X509_STORE_CTX_set_time(context.get(), 0, seconds_of(now));
  if (X509_verify_cert(context.get()) == 1)
    return {};
  auto error = X509_STORE_CTX_get_error(context.get());
  auto at = X509_STORE_CTX_get_current_cert(context.get());
  std::string whose = X509_STORE_CTX_get_error_depth(context.get()) > 0
                          ? "its authority's certificate"
                          : "its certificate";
  if (error == X509_V_ERR_CERT_HAS_EXPIRED && at != nullptr)
    return whose + " is good until " + date_of(time_of(X509_get0_notAfter(at)))
           + " only";
  if (error == X509_V_ERR_CERT_NOT_YET_VALID && at != nullptr)
    return whose + " is not good before "
           + date_of(time_of(X509_get0_notBefore(at)))
           + ", if the clock of this machine is right";
  return whose + " does not fit its authority ("
         + X509_verify_cert_error_string(error) + ")";
}

} // namespace

certificate_authority::certificate_authority(
    std::shared_ptr<x509_st> certificate, std::shared_ptr<evp_pkey_st> key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

certificate_authority certificate_authority::make(const std::string& name,
                                                  caf::timestamp now) {
  key_ptr key{EVP_EC_gen("P-256")};
  check(key != nullptr);
  auto x = begin(key.get(), name, now, now + authority_life);
  auto own = X509_get_subject_name(x.get());
  check(X509_set_issuer_name(x.get(), own) == 1);
  auto add = [&](int nid, const char* text) {
    add_extension(x.get(), x.get(), nid, text);
  };
  add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add(NID_key_usage, "critical,keyCertSign,cRLSign");
  add(NID_subject_key_identifier, "hash");
  check(X509_sign(x.get(), key.get(), EVP_sha256()) > 0);
  return {std::move(x), std::move(key)};
}

std::string
certificate_authority::read(const std::string& certificate,
                            const std::string& key, caf::timestamp now,
                            std::optional<certificate_authority>& out) {
  auto x = next_certificate(reader_of(certificate).get());
  auto own = read_key(key);
  auto fits = x && own && X509_check_private_key(x.get(), own.get()) == 1;
  ERR_clear_error();
  if (!x)
    return "its certificate cannot be read; restore it";
  if (!own)
    return "its key cannot be read, or has a password; restore it, or take the "
           "password off";
  if (!fits)
    return "its key is another one's; restore the right one";
  if (X509_check_ca(x.get()) == 0)
    return "its certificate is no authority's; name another folder";
  out = certificate_authority{std::move(x), std::move(own)};
  if (out->ends() <= now)
    return "its certificate has expired on " + date_of(out->ends())
           + "; name a new folder, and give every machine new keys";
  return {};
}

certified_key
certificate_authority::issue(const std::vector<std::string>& hosts,
                             caf::timestamp now) const {
  key_ptr key{EVP_EC_gen("P-256")};
  check(key != nullptr && !hosts.empty());
  auto x = begin(key.get(), hosts.front(), now,
                 std::min<caf::timestamp>(now + node_life, ends()));
  check(X509_set_issuer_name(x.get(), X509_get_subject_name(certificate_.get()))
        == 1);
  auto add = [&](int nid, const char* text) {
    add_extension(x.get(), certificate_.get(), nid, text);
  };
  add(NID_basic_constraints, "critical,CA:FALSE");
  add(NID_key_usage, "critical,digitalSignature");
  add(NID_ext_key_usage, "serverAuth,clientAuth");
  add_hosts(x.get(), hosts);
  add(NID_subject_key_identifier, "hash");
  add(NID_authority_key_identifier, "keyid");
  check(X509_sign(x.get(), key_.get(), EVP_sha256()) > 0);
  return {to_pem(x.get()), to_pem(key.get()),
          time_of(X509_get0_notAfter(x.get()))};
}

std::string certificate_authority::certificate() const {
  return to_pem(certificate_.get());
}

std::string certificate_authority::key() const {
  return to_pem(key_.get());
}

caf::timestamp certificate_authority::ends() const {
  return time_of(X509_get0_notAfter(certificate_.get()));
}

std::string check_node_keys(const std::string& ca,
                            const std::string& certificate,
                            const std::string& key, caf::timestamp now) {
  x509_store_ptr trusted{X509_STORE_new()};
  check(trusted != nullptr);
  auto authorities = 0;
  auto from = reader_of(ca);
  while (auto x = next_certificate(from.get()))
    authorities += X509_STORE_add_cert(trusted.get(), x.get());
  auto chain = reader_of(certificate);
  auto x = next_certificate(chain.get());
  x509_stack_ptr between{sk_X509_new_null()};
  check(between != nullptr);
  while (auto y = next_certificate(chain.get()))
    if (sk_X509_push(between.get(), y.get()) > 0)
      static_cast<void>(y.release());
  auto own = read_key(key);
  auto fits = x && own && X509_check_private_key(x.get(), own.get()) == 1;
  ERR_clear_error();
  if (authorities == 0)
    return "its authority's certificate cannot be read";
  if (!x)
    return "its certificate cannot be read";
  if (!own)
    return "its key cannot be read, or has a password";
  if (!fits)
    return "its key is not its certificate's";
  for (auto purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT})
    if (auto wrong =
            verify(trusted.get(), x.get(), between.get(), purpose, now);
        !wrong.empty())
      return wrong;
  return {};
}

std::string date_of(caf::timestamp x) {
  auto seconds = seconds_of(x);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d", &utc);
  return text.data();
}

} // namespace muster
