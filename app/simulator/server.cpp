#include "app/simulator/server.hpp"

#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "app/simulator/client_link.hpp"
#include "app/simulator/rest.hpp"
#include "net/wire_stream.hpp"

namespace muster::sim {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;
namespace net = boost::asio;
namespace websocket = beast::websocket;
using beast::error_code;
using net::ip::tcp;

constexpr std::chrono::seconds patience{30};
constexpr std::chrono::milliseconds tick{50};
// What fits into a close frame beside its code.
constexpr std::size_t max_reason = 123;

std::string text_of(boost::string_view x) {
  return {x.data(), x.size()};
}

/// One TCP connection: TLS, then HTTP, then perhaps WebSocket. Lives as long
/// as one of its handlers is waiting.
class client_socket : public std::enable_shared_from_this<client_socket> {
public:
  client_socket(tcp::socket socket, net::ssl::context* tls, gateway& gw,
                std::string address)
      : ws_(beast::tcp_stream{std::move(socket)}, tls), gw_(gw),
        address_(std::move(address)), timer_(ws_.get_executor()) {}

  void run() {
    auto& wire = ws_.next_layer();
    be_patient();
    if (!wire.encrypted())
      return read_http();
    wire.tls().async_handshake(net::ssl::stream_base::server,
                               [self = shared_from_this()](error_code ec) {
                                 if (!ec)
                                   self->read_http();
                               });
  }

private:
  /// Hangs up on who says nothing for long.
  void be_patient() {
    timer_.expires_after(patience);
    timer_.async_wait([self = weak_from_this()](error_code ec) {
      error_code ignored;
      if (auto x = self.lock(); x && !ec)
        x->ws_.next_layer().next_layer().socket().close(ignored);
    });
  }

  // -- HTTP -------------------------------------------------------------------

  void read_http() {
    parser_.emplace();
    parser_->body_limit(1 << 20);
    be_patient();
    http::async_read(ws_.next_layer(), buffer_, *parser_,
                     [self = shared_from_this()](error_code ec, std::size_t) {
                       if (!ec)
                         self->on_http();
                     });
  }

  std::string url() const {
    return gateway_url(ws_.next_layer().encrypted(),
                       text_of(parser_->get()[http::field::host]), address_);
  }

  void on_http() {
    const auto& request = parser_->get();
    if (websocket::is_upgrade(request) && !gw_.down)
      return accept();
    rest_request r{text_of(request.method_string()), text_of(request.target()),
                   text_of(request[http::field::authorization]), url(),
                   request.body()};
    auto answer = gw_.down ? answer_down() : answer_rest(r, gw_, clock::now());
    bool keep = request.keep_alive() && !gw_.down;
    reply_ = "HTTP/1.1 " + std::to_string(answer.status) + ' ';
    reply_ +=
        text_of(http::obsolete_reason(http::int_to_status(answer.status)));
    reply_ += "\r\nContent-Type: application/json\r\nContent-Length: ";
    reply_ += std::to_string(answer.body.size());
    reply_ += keep ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
    reply_ += answer.body;
    net::async_write(
        ws_.next_layer(), net::buffer(reply_),
        [self = shared_from_this(), keep](error_code ec, std::size_t) {
          if (!ec && keep)
            self->read_http();
          else
            self->hang_up();
        });
  }

  void hang_up() {
    error_code ec;
    auto& socket = ws_.next_layer().next_layer().socket();
    socket.shutdown(tcp::socket::shutdown_send, ec);
  }

  // -- WebSocket --------------------------------------------------------------

  void accept() {
    auto target = text_of(parser_->get().target());
    query_ = parse_connect_query(target);
    query_.url = url();
    timer_.cancel();
    websocket::stream_base::timeout limits;
    limits.handshake_timeout = std::chrono::seconds{5};
    limits.idle_timeout = websocket::stream_base::none();
    limits.keep_alive_pings = false;
    ws_.set_option(limits);
    // One frame a message, so that no copy is made to split it.
    ws_.auto_fragment(false);
    ws_.read_message_max(1 << 20);
    ws_.async_accept(parser_->get(),
                     [self = shared_from_this()](error_code ec) {
                       if (!ec)
                         self->open();
                     });
  }

  void open() {
    parser_.reset();
    buffer_.clear();
    link_.emplace(
        gw_, query_,
        [self = weak_from_this()] {
          if (auto x = self.lock())
            x->pump_soon();
        },
        clock::now());
    read();
    pump();
  }

  void read() {
    ws_.async_read(buffer_,
                   [self = shared_from_this()](error_code ec, std::size_t) {
                     self->on_read(ec);
                   });
  }

  void on_read(error_code ec) {
    if (ec) {
      // The answer to a close frame may fail; then the frame still counts.
      auto code = ws_.reason().code;
      if (code == websocket::close_code::none)
        code = ec == websocket::error::closed ? 1005 : 1006;
      link_->closed(code, clock::now());
      timer_.cancel();
      return;
    }
    auto data = buffer_.cdata();
    link_->receive({static_cast<const char*>(data.data()), data.size()},
                   clock::now());
    buffer_.clear();
    pump();
    read();
  }

  // The gateway wakes links while it works, so pump only afterwards.
  void pump_soon() {
    if (std::exchange(pump_posted_, true))
      return;
    net::post(ws_.get_executor(), [self = shared_from_this()] {
      self->pump_posted_ = false;
      self->pump();
    });
  }

  void pump() {
    if (writing_ || closing_ || !link_)
      return;
    auto now = clock::now();
    if (!link_->next(step_, now))
      return wait(link_->wake_at(now));
    switch (step_.what) {
    case step::kind::send:
      writing_ = true;
      ws_.binary(step_.binary);
      ws_.async_write(net::buffer(step_.bytes),
                      [self = shared_from_this()](error_code ec, std::size_t) {
                        self->writing_ = false;
                        if (!ec)
                          self->pump();
                      });
      break;
    case step::kind::close:
      closing_ = true;
      ws_.async_close({websocket::close_code{step_.code},
                       boost::string_view{step_.why}.substr(0, max_reason)},
                      [self = shared_from_this()](error_code) {});
      break;
    case step::kind::kill: {
      closing_ = true;
      error_code ec;
      auto& socket = ws_.next_layer().next_layer().socket();
      socket.set_option(net::socket_base::linger{true, 0}, ec);
      ws_.next_layer().next_layer().close();
      break;
    }
    }
  }

  void wait(std::optional<time_point> at) {
    if (!at)
      return;
    timer_.expires_at(*at);
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec)
        self->pump();
    });
  }

  websocket::stream<wire_stream, false> ws_;
  gateway& gw_;
  std::string address_;
  net::steady_timer timer_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::string reply_;
  connect_query query_;
  std::optional<client_link> link_;
  step step_;
  bool writing_ = false;
  bool closing_ = false;
  bool pump_posted_ = false;
};

} // namespace

struct server::impl {
  impl(gateway& g, const std::string& cert_chain, const std::string& key)
      : gw(g), acceptor(io), ticker(io) {
    if (!cert_chain.empty()) {
      tls.emplace(net::ssl::context::tls_server);
      tls->use_certificate_chain(net::buffer(cert_chain));
      tls->use_private_key(net::buffer(key), net::ssl::context::pem);
    }
    auto address = net::ip::make_address(
        gw.opts.host == "localhost" ? "127.0.0.1" : gw.opts.host);
    tcp::endpoint endpoint{address, gw.opts.port};
    acceptor.open(endpoint.protocol());
    acceptor.set_option(tcp::acceptor::reuse_address{true});
    acceptor.bind(endpoint);
    acceptor.listen();
    accept();
    wait();
  }

  void accept() {
    acceptor.async_accept([this](error_code ec, tcp::socket socket) {
      if (!ec) {
        ++gw.seen.connections;
        socket.set_option(tcp::no_delay{true}, ec);
        auto host = gw.opts.host + ':' + std::to_string(port());
        std::make_shared<client_socket>(
            std::move(socket), tls ? &*tls : nullptr, gw, std::move(host))
            ->run();
      }
      accept();
    });
  }

  void wait() {
    ticker.expires_after(tick);
    ticker.async_wait([this](error_code) {
      gw.tick(clock::now());
      wait();
    });
  }

  std::uint16_t port() const { return acceptor.local_endpoint().port(); }

  gateway& gw;
  std::optional<net::ssl::context> tls;
  net::io_context io{1};
  tcp::acceptor acceptor;
  net::steady_timer ticker;
  std::thread thread;
};

server::server(gateway& gw, const std::string& cert_chain,
               const std::string& key)
    : impl_(std::make_unique<impl>(gw, cert_chain, key)) {
  impl_->thread = std::thread{[this] { impl_->io.run(); }};
}

server::~server() {
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t server::port() const {
  return impl_->port();
}

void server::post(std::function<void()> f) {
  net::post(impl_->io, std::move(f));
}

} // namespace muster::sim
