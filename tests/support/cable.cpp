#include "tests/support/cable.hpp"

#include <array>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace muster::test {

namespace asio = boost::asio;
using error_code = boost::system::error_code;

struct cable::pair {
  explicit pair(asio::io_context& io)
      : ends{tcp::socket{io}, tcp::socket{io}} {}

  void close() {
    error_code ignored;
    for (auto& x : ends)
      x.close(ignored);
  }

  std::array<tcp::socket, 2> ends;
  /// What goes there, and back.
  std::array<std::array<char, 16'384>, 2> buffers;
  /// Nothing passes any longer.
  bool dead = false;
};

cable::cable()
    : acceptor_(io_, {asio::ip::address_v4::loopback(), 0}),
      port_(acceptor_.local_endpoint().port()) {
  accept();
  thread_ = std::thread{[this] { io_.run(); }};
}

cable::~cable() {
  io_.stop();
  thread_.join();
}

void cable::lead_to(const std::string& port) {
  to_ = static_cast<std::uint16_t>(std::stoi(port));
}

void cable::accept() {
  auto x = std::make_shared<pair>(io_);
  acceptor_.async_accept(x->ends[0], [this, x](error_code ec) {
    if (ec)
      return;
    accept();
    x->ends[1].connect({asio::ip::address_v4::loopback(), to_}, ec);
    if (ec) {
      x->close();
      return;
    }
    pass(x, false);
    pass(x, true);
  });
}

void cable::pass(const std::shared_ptr<pair>& x, bool back) {
  auto& buffer = x->buffers[back ? 1 : 0];
  auto& from = x->ends[back ? 1 : 0];
  from.async_read_some(
      asio::buffer(buffer), [this, x, back, &buffer](error_code ec, size_t n) {
        x->dead |= !whole_;
        if (ec && !x->dead)
          x->close();
        if (ec)
          return;
        if (x->dead) { // taken, and gone
          pass(x, back);
          return;
        }
        bytes_ += n;
        asio::async_write(x->ends[back ? 0 : 1], asio::buffer(buffer.data(), n),
                          [this, x, back](error_code ec2, size_t) {
                            if (ec2)
                              x->close();
                            else
                              pass(x, back);
                          });
      });
}

} // namespace muster::test
