#pragma once

#include <functional>
#include <memory>

#include "messages/gateway_info.hpp"
#include "messages/settings.hpp"
#include "net/io_loop.hpp"
#include "net/tls.hpp"
#include "net/token.hpp"

namespace muster {

/// Asks for GET /gateway/bot once and hands over what came of it: exactly one
/// call, on the I/O thread, within the timeouts of the settings; none after
/// io_loop::stop().
using gateway_lookup = std::function<void(std::function<void(gateway_answer)>)>;

/// The lookup by HTTP or HTTPS at settings::rest_url.
gateway_lookup make_rest_lookup(const io_loop& loop,
                                std::shared_ptr<tls_context> tls,
                                const settings& cfg,
                                std::shared_ptr<const token> secret);

} // namespace muster
