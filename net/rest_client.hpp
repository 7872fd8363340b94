#pragma once

#include <memory>

#include "messages/gateway_info.hpp"
#include "messages/settings.hpp"
#include "net/io_loop.hpp"
#include "net/tls.hpp"
#include "net/token.hpp"

namespace muster {

/// The lookup by HTTP or HTTPS at settings::rest_url: calls on the I/O thread,
/// within the timeouts of the settings, and not after io_loop::stop(). Throws
/// what proxy_policy::of() does.
gateway_lookup make_rest_lookup(const io_loop& loop,
                                std::shared_ptr<tls_context> tls,
                                const settings& cfg,
                                std::shared_ptr<const token> secret);

} // namespace muster
