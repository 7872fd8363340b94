#include "net/wire_stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>

namespace muster {

namespace asio = boost::asio;
using error_code = boost::beast::error_code;

namespace {

template <class Step>
wire_stream::next try_tcp(asio::ip::tcp::socket& socket, error_code& ec,
                          wire_stream::next otherwise, Step step) {
  ec = {};
  if (!socket.non_blocking())
    socket.non_blocking(true, ec);
  if (!ec)
    step();
  if (ec != asio::error::would_block)
    return wire_stream::next::done;
  ec = {};
  return otherwise;
}

} // namespace

wire_stream::next wire_stream::try_read(asio::mutable_buffer to, error_code& ec,
                                        std::size_t& n) {
  if (tls_)
    return tls_->try_read(to, ec, n);
  return try_tcp(tcp_.socket(), ec, next::wait_to_read,
                 [&] { n = tcp_.socket().read_some(asio::buffer(to), ec); });
}

wire_stream::next wire_stream::try_write(asio::const_buffer from,
                                         error_code& ec, std::size_t& n) {
  if (tls_)
    return tls_->try_write(from, ec, n);
  return try_tcp(tcp_.socket(), ec, next::wait_to_write,
                 [&] { n = tcp_.socket().write_some(asio::buffer(from), ec); });
}

void wire_stream::start_read(asio::mutable_buffer to, io_handler h) {
  if (upgrade_)
    read_upgrade(to, std::move(h));
  else
    read_raw(to, std::move(h));
}

void wire_stream::start_write(const pieces& from, io_handler h) {
  if (tls_)
    tls_->start_write(from.front(), std::move(h));
  else
    tcp_.async_write_some(from, std::move(h));
}

void wire_stream::read_raw(asio::mutable_buffer to, io_handler h) {
  if (tls_)
    tls_->start_read(to, std::move(h));
  else
    tcp_.async_read_some(asio::buffer(to), std::move(h));
}

void wire_stream::read_upgrade(asio::mutable_buffer to, io_handler h) {
  if (upgrade_->state() == upgrade_answer::status::accepted) {
    auto n = upgrade_->take(static_cast<char*>(to.data()), to.size());
    if (upgrade_->all_taken()) {
      rest_ = upgrade_->rest();
      upgrade_.reset();
    }
    asio::post(get_executor(),
               boost::beast::bind_front_handler(std::move(h), error_code{}, n));
    return;
  }
  auto fed = [this, to, h = std::move(h)](error_code ec,
                                          std::size_t n) mutable {
    auto state = ec ? upgrade_->end() : upgrade_->feed({answer_.data(), n});
    if (ec && state != upgrade_answer::status::refused)
      h(ec, 0); // the network's fault
    else if (state == upgrade_answer::status::refused
             || state == upgrade_answer::status::failed)
      h(asio::error::connection_refused, 0);
    else
      read_upgrade(to, std::move(h));
  };
  read_raw(asio::buffer(answer_), io_handler{std::move(fed)});
}

void wire_stream::start_teardown(boost::beast::role_type role, io_handler h) {
  using tcp = asio::ip::tcp;
  error_code ec;
  if (role == boost::beast::role_type::server)
    tcp_.socket().shutdown(tcp::socket::shutdown_send, ec);
  if (ec) {
    asio::post(get_executor(),
               boost::beast::bind_front_handler(std::move(h), ec, 0));
    return;
  }
  // Not until its end, if it goes on: whatever comes now is nobody's.
  auto then = [this, role, h = std::move(h)](error_code failed,
                                             std::size_t) mutable {
    auto& socket = tcp_.socket();
    if (failed == asio::error::eof)
      failed = {};
    if (!failed && role == boost::beast::role_type::client)
      socket.shutdown(tcp::socket::shutdown_send, failed);
    error_code ignored;
    socket.close(ignored);
    h(failed, 0);
  };
  tcp_.socket().async_read_some(asio::buffer(answer_),
                                io_handler{std::move(then)});
}

void teardown(boost::beast::role_type role, wire_stream& stream,
              error_code& ec) {
  using boost::beast::websocket::teardown;
  teardown(role, stream.next_layer().socket(), ec);
}

} // namespace muster
