#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/ssl/verify_context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "messages/errc.hpp"
#include "net/certificate_fault.hpp"
#include "net/tls.hpp"

namespace muster {

/// What is behind a tls_context, for units that see Asio.
struct tls_context::impl {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
};

/// Makes `stream` ask for and verify the certificate of `host`; what is wrong
/// with it is put into `fault`.
template <class Stream>
bool expect_host(Stream& stream, const std::string& host,
                 std::shared_ptr<std::optional<certificate_fault>> fault) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  // Server name indication is for names only (RFC 6066).
  if (ec && SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()) != 1)
    return false;
  boost::asio::ssl::host_name_verification fits{host};
  stream.set_verify_callback(
      [fits, fault](bool ok, boost::asio::ssl::verify_context& x) {
        try { // nothing may be thrown through OpenSSL
          if (fits(ok, x))
            return true;
          auto store = x.native_handle();
          *fault = read_fault(ok ? 0 : X509_STORE_CTX_get_error(store),
                              X509_STORE_CTX_get_error_depth(store),
                              X509_STORE_CTX_get_current_cert(store));
        } catch (...) {
        }
        return false;
      },
      ec);
  return !ec;
}

/// Tells a refused certificate from other failures of a handshake.
inline errc tls_failure(const boost::system::error_code& ec) {
  if (ec.category() == boost::asio::error::get_ssl_category()
      && ERR_GET_REASON(static_cast<unsigned long>(ec.value()))
             == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return errc::certificate_refused;
  return errc::tls_failed;
}

/// What to do about it, to follow the words of OpenSSL; may be empty.
inline const char* tls_mend(const boost::system::error_code& ec) {
  if (ec.category() == boost::asio::error::get_ssl_category()
      && ERR_GET_REASON(static_cast<unsigned long>(ec.value()))
             == SSL_R_WRONG_VERSION_NUMBER)
    return "; the server seems to speak no TLS, check scheme and port";
  return "";
}

} // namespace muster
