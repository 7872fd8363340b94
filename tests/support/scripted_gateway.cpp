#include "tests/support/scripted_gateway.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>

#include "tests/support/payloads.hpp"

namespace muster::test {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using asio::ip::tcp;

struct scripted_gateway::server {
  asio::io_context io;
  tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};

  std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
  }

  void answer_rest(tcp::socket& socket,
                   const http::request<http::string_body>& asked) {
    http::response<http::string_body> x{http::status::ok, asked.version()};
    x.body() = "{\"url\":\"ws://" + address()
               + "\",\"shards\":1,\"session_start_limit\":{\"total\":1000,"
                 "\"remaining\":1000,\"reset_after\":0,\"max_concurrency\":1}}";
    x.keep_alive(false);
    x.prepare_payload();
    http::write(socket, x);
  }

  void converse(tcp::socket socket,
                const http::request<http::string_body>& asked,
                const script& answer) {
    websocket::stream<tcp::socket> ws{std::move(socket)};
    ws.accept(asked);
    ws.binary(true); // a text frame would have to be UTF-8
    ws.write(asio::buffer(hello(std::chrono::milliseconds(41'250))));
    for (;;) {
      beast::flat_buffer buffer;
      ws.read(buffer);
      auto text = beast::buffers_to_string(buffer.data());
      for (auto& x : answer(nlohmann::json::parse(text)))
        ws.write(asio::buffer(x));
    }
  }
};

scripted_gateway::scripted_gateway(script answer)
    : answer_(std::move(answer)), server_(std::make_unique<server>()),
      thread_([this] { serve(); }) {}

scripted_gateway::~scripted_gateway() {
  stopping_ = true;
  boost::system::error_code ignored;
  tcp::socket knock{server_->io};
  knock.connect(server_->acceptor.local_endpoint(), ignored);
  knock.close(ignored);
  thread_.join();
}

std::string scripted_gateway::rest_url() const {
  return "http://" + server_->address();
}

void scripted_gateway::serve() {
  while (!stopping_) {
    try {
      auto socket = server_->acceptor.accept();
      beast::flat_buffer buffer;
      http::request<http::string_body> asked;
      http::read(socket, buffer, asked);
      if (websocket::is_upgrade(asked))
        server_->converse(std::move(socket), asked, answer_);
      else
        server_->answer_rest(socket, asked);
    } catch (const std::exception&) {
      // The client has gone, the usual end.
    }
  }
}

} // namespace muster::test
