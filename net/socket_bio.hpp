#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <openssl/bio.h>

namespace muster {

/// How OpenSSL reads from and writes to a socket that does not block, without
/// anything between them and without SIGPIPE. `socket` must outlive it; the
/// caller owns the result, which is null for lack of memory.
BIO* make_socket_bio(boost::asio::ip::tcp::socket& socket);

} // namespace muster
