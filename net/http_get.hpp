#pragma once

#include <functional>
#include <memory>
#include <string>

#include "messages/errc.hpp"
#include "messages/settings.hpp"
#include "net/http_answer.hpp"
#include "net/io_loop.hpp"
#include "net/proxy_policy.hpp"
#include "net/tls.hpp"
#include "net/token.hpp"
#include "net/url.hpp"

namespace muster {

/// errc{} and an answer, or what failed and a sentence about it.
using http_handler = std::function<void(errc, std::string, http_answer)>;

/// One GET on a connection of its own, from the name to the answer, whatever
/// its status. `done` is called once, on the I/O thread, within the timeouts
/// of `cfg`; never after io_loop::stop(). What is under way keeps `tls`, but
/// not the loop. `secret` and `proxies`
/// may be null.
void http_get(io_loop::context& loop, std::shared_ptr<tls_context> tls,
              const settings& cfg, std::shared_ptr<const proxy_policy> proxies,
              std::shared_ptr<const token> secret, const url& from,
              http_handler done);

} // namespace muster
