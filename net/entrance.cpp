#include "net/entrance.hpp"

#include <chrono>
#include <utility>

#include <fcntl.h>

#include "messages/errc.hpp"
#include "net/guarded.hpp"

namespace muster {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

caf::error entrance::listen(const tcp::endpoint& where,
                            const std::string& cannot, const char* elsewhere) {
  error_code ec;
  acceptor_.open(where.protocol(), ec);
  if (!ec) // or a child of this process would keep the port
    fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
  if (!ec)
    acceptor_.set_option(tcp::acceptor::reuse_address{true}, ec);
  if (!ec)
    acceptor_.bind(where, ec);
  if (!ec)
    acceptor_.listen(asio::socket_base::max_listen_connections, ec);
  if (!ec)
    return caf::none;
  auto mend = ec == asio::error::address_in_use
                  ? "another process has it, name a port of its own"
              : ec == asio::error::access_denied
                  ? "name a port of 1024 or above"
                  : elsewhere;
  return make_error(errc::invalid_settings,
                    cannot + ": " + ec.message() + "; " + mend);
}

void entrance::open(std::shared_ptr<void> owner,
                    std::function<void(socket)> take) {
  if (closed_)
    return;
  take_ = std::move(take);
  accept(std::move(owner));
}

void entrance::accept(std::shared_ptr<void> owner) {
  acceptor_.async_accept([this, owner](error_code ec, socket from) {
    if (closed_)
      return;
    if (!ec) {
      guarded([&] { take_(std::move(from)); }, [](auto&&) {});
      accept(owner);
      return;
    }
    // No descriptor is left, most likely: others may give theirs back.
    pause_.expires_after(std::chrono::milliseconds(100));
    pause_.async_wait([this, owner](error_code) {
      if (!closed_)
        accept(owner);
    });
  });
}

void entrance::close() {
  closed_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

} // namespace muster
