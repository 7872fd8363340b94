#pragma once

#include <string>

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "messages/errc.hpp"
#include "net/tls.hpp"

namespace muster {

/// What is behind a tls_context, for units that see Asio.
struct tls_context::impl {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
};

/// Makes `stream` ask for and verify the certificate of `host`.
template <class Stream>
bool expect_host(Stream& stream, const std::string& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  // Server name indication is for names only (RFC 6066).
  if (ec && SSL_set_tlsext_host_name(stream.native_handle(), host.c_str()) != 1)
    return false;
  stream.set_verify_callback(boost::asio::ssl::host_name_verification{host},
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

} // namespace muster
