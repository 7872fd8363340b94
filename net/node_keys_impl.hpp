#pragma once

#include <boost/asio/ssl/context.hpp>

#include "net/node_keys.hpp"

namespace muster {

/// What is behind a node_keys, for units that see Asio.
struct node_keys::impl {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls};
};

} // namespace muster
