#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <openssl/bio.h>

namespace muster {

/// How OpenSSL reads from and writes to a socket that does not block, without
/// anything between them and without SIGPIPE. When the peer has hung up,
/// BIO_eof says so, and a read wants to be tried again, so that what is left
/// can still be written. `socket` must outlive it; the caller owns the result.
/// Throws std::bad_alloc.
BIO* make_socket_bio(boost::asio::ip::tcp::socket& socket);

} // namespace muster
