#include "net/node_keys.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "net/certificate_fault.hpp"
#include "net/node_keys_impl.hpp"

namespace muster {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr auto mend =
    "; make them with `muster certs DIR NAME` and name the folder DIR/NAME";

/// OpenSSL's words for what it has just refused.
std::string reason(const error_code& ec) {
  auto text = ERR_reason_error_string(static_cast<unsigned long>(ec.value()));
  return text != nullptr ? text : ec.message();
}

std::string unreadable(const std::string& path, const error_code& ec) {
  if (access(path.c_str(), R_OK) != 0)
    return "'" + path + "' cannot be read" + mend;
  return "'" + path + "' is not what it should be (" + reason(ec) + ")" + mend;
}

/// What is wrong with the certificate now, or an empty string.
std::string check(SSL_CTX* context, int purpose, const std::string& folder) {
  struct freer {
    void operator()(X509_STORE_CTX* x) const { X509_STORE_CTX_free(x); }
  };
  std::unique_ptr<X509_STORE_CTX, freer> x{X509_STORE_CTX_new()};
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(context, &chain);
  auto own = SSL_CTX_get0_certificate(context);
  if (!x
      || X509_STORE_CTX_init(x.get(), SSL_CTX_get_cert_store(context), own,
                             chain)
             != 1
      || X509_STORE_CTX_set_purpose(x.get(), purpose) != 1)
    return "out of memory";
  if (X509_verify_cert(x.get()) == 1)
    return {};
  auto fault = read_fault(X509_STORE_CTX_get_error(x.get()),
                          X509_STORE_CTX_get_error_depth(x.get()),
                          X509_STORE_CTX_get_current_cert(x.get()));
  auto which = folder + (fault.in_issuer ? "/ca.pem" : "/node.pem");
  switch (fault.kind) {
  case certificate_fault::kind::expired:
    return "'" + which + "' has expired on " + fault.when
           + ", if the clock here is right" + mend;
  case certificate_fault::kind::not_yet_valid:
    return "'" + which + "' is not valid before " + fault.when
           + "; set the clock here";
  case certificate_fault::kind::self_signed:
  case certificate_fault::kind::unknown_issuer:
    return "'" + folder + "/node.pem' is not signed by '" + folder + "/ca.pem'"
           + mend;
  default:
    return "'" + which + "' does not fit: " + fault.reason + mend;
  }
}

std::string load(ssl::context& context, const std::string& folder) {
  auto ca = folder + "/ca.pem";
  auto certificate = folder + "/node.pem";
  auto key = folder + "/node.key";
  error_code ec;
  ERR_clear_error();
  context.load_verify_file(ca, ec);
  if (ec)
    return unreadable(ca, ec);
  context.use_certificate_chain_file(certificate, ec);
  if (ec)
    return unreadable(certificate, ec);
  // Without this OpenSSL would ask for it on the terminal.
  context.set_password_callback(
      [](std::size_t, ssl::context::password_purpose) { return std::string{}; },
      ec);
  context.use_private_key_file(key, ssl::context::pem, ec);
  if (ec
      && ERR_GET_REASON(static_cast<unsigned long>(ec.value()))
             == X509_R_KEY_VALUES_MISMATCH)
    return "'" + key + "' is not the key of '" + certificate + "'" + mend;
  if (ec)
    return unreadable(key, ec);
  auto raw = context.native_handle();
  for (auto purpose : {X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT})
    if (auto wrong = check(raw, purpose, folder); !wrong.empty())
      return wrong;
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert,
                          ec);
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  // Each link proves anew who it is.
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  return {};
}

} // namespace

node_keys::node_keys(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

node_keys::~node_keys() = default;

caf::error node_keys::read(const std::string& folder,
                           std::shared_ptr<node_keys>& result) {
  result = nullptr;
  auto made = std::make_unique<impl>();
  if (auto wrong = load(made->context, folder); !wrong.empty())
    return make_error(errc::invalid_settings, "between processes: " + wrong);
  result = std::make_shared<node_keys>(std::move(made));
  return caf::none;
}

} // namespace muster
