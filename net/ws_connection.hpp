#pragma once

#include <memory>

#include "messages/settings.hpp"
#include "net/connection.hpp"
#include "net/io_loop.hpp"
#include "net/lease_term.hpp"
#include "net/tls.hpp"

namespace muster {

/// Connections by Boost.Beast over `loop`, for ws and wss. The factory and
/// its connections keep what they need of `loop` and `tls` alive; nothing is
/// reported after loop.stop(). What is sent and read is only while `term`
/// lasts, if that is given. Throws what proxy_policy::of() does.
connection_factory
make_ws_factory(const io_loop& loop, std::shared_ptr<tls_context> tls,
                const settings& cfg,
                std::shared_ptr<const lease_term> term = nullptr);

} // namespace muster
