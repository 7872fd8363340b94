#include "net/tls.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "net/system_trust.hpp"
#include "net/tls_impl.hpp"

namespace muster {

namespace {

/// Far more than all authorities of a system.
constexpr std::size_t max_ca_file = std::size_t{16} << 20;
constexpr std::size_t step = std::size_t{16} << 10;

/// Trusts the certificates in a PEM file; gives what is wrong with it.
std::string trust(boost::asio::ssl::context& context, const std::string& path) {
  struct freer {
    void operator()(std::FILE* x) const { std::fclose(x); }
    void operator()(BIO* x) const { BIO_free_all(x); }
    void operator()(STACK_OF(X509_INFO) * x) const {
      sk_X509_INFO_pop_free(x, X509_INFO_free);
    }
  };
  std::unique_ptr<std::FILE, freer> file{std::fopen(path.c_str(), "rb")};
  std::string text;
  for (std::size_t n = 1;
       file != nullptr && n > 0 && text.size() <= max_ca_file;
       text.resize(text.size() - (step - n))) {
    text.resize(text.size() + step);
    n = std::fread(text.data() + text.size() - step, 1, step, file.get());
  }
  if (file == nullptr || std::ferror(file.get()) != 0)
    return "cannot be read: " + std::generic_category().message(errno)
           + "; name a readable PEM file";
  if (text.size() > max_ca_file)
    return "is larger than 16 MB; name a PEM file with certificates";
  std::unique_ptr<BIO, freer> bytes{
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
  ERR_clear_error();
  std::unique_ptr<STACK_OF(X509_INFO), freer> all{
      bytes == nullptr
          ? nullptr
          : PEM_X509_INFO_read_bio(bytes.get(), nullptr, nullptr, nullptr)};
  if (all == nullptr) {
    auto why = ERR_reason_error_string(ERR_peek_last_error());
    return std::string{"holds a certificate that cannot be read ("}
           + (why == nullptr ? "unknown" : why)
           + "); name a PEM file with whole certificates";
  }
  auto store = SSL_CTX_get_cert_store(context.native_handle());
  int found = 0;
  for (int i = 0; i < sk_X509_INFO_num(all.get()); ++i)
    if (auto x = sk_X509_INFO_value(all.get(), i)->x509; x != nullptr)
      found += X509_STORE_add_cert(store, x);
  if (found == 0)
    return text.empty() ? "is empty; name a PEM file with certificates"
                        : "holds no certificate in PEM (\"-----BEGIN "
                          "CERTIFICATE-----\"); name one that does";
  return {};
}

/// Wishes for AES with 128 bits before the others of TLS 1.3 that the system
/// permits: it is a fifth faster than with 256, which OpenSSL names first.
void prefer_short_keys(SSL_CTX* context) {
  constexpr std::string_view preferred = "TLS_AES_128_GCM_SHA256";
  std::string first, others;
  auto all = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(all); ++i) {
    auto cipher = sk_SSL_CIPHER_value(all, i);
    std::string_view name = SSL_CIPHER_get_name(cipher);
    if (SSL_CIPHER_get_protocol_id(cipher) >> 8 != 0x13) // those of TLS 1.3
      continue;
    if (name == preferred)
      first = name;
    else
      others.append(":").append(name);
  }
  if (!first.empty())
    SSL_CTX_set_ciphersuites(context, (first + others).c_str());
}

} // namespace

tls_context::tls_context(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

tls_context::~tls_context() = default;

caf::error tls_context::make(const std::string& ca_file,
                             std::shared_ptr<tls_context>& result) {
  namespace ssl = boost::asio::ssl;
  auto made = std::make_unique<impl>();
  boost::system::error_code ec;
  auto& context = made->context;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2
                          | ssl::context::no_sslv3 | ssl::context::no_tlsv1
                          | ssl::context::no_tlsv1_1,
                      ec);
  context.set_verify_mode(ssl::verify_peer, ec);
  prefer_short_keys(context.native_handle());
  // A system without authorities fails at the first handshake, not here.
  trust_system(SSL_CTX_get_cert_store(context.native_handle()));
  if (!ca_file.empty())
    if (auto wrong = trust(context, ca_file); !wrong.empty()) {
      result = nullptr;
      return make_error(errc::invalid_settings,
                        "the CA file '" + ca_file + "' " + wrong);
    }
  result = std::make_shared<tls_context>(std::move(made));
  return caf::none;
}

} // namespace muster
