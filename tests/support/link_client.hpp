#pragma once

#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace muster::test {

/// Comes to a door for processes and keeps to no rule. Blocks; what fails is
/// an empty answer.
class link_client {
public:
  /// With the keys of a folder, or without any.
  explicit link_client(std::uint16_t port, const std::string& keys = {})
      : context_(with_keys(keys)) {
    boost::system::error_code ec;
    stream_.next_layer().connect(
        {boost::asio::ip::address_v4::loopback(), port}, ec);
  }

  /// Bytes as they are, below TLS.
  void write_raw(const std::string& bytes) {
    boost::system::error_code ec;
    boost::asio::write(stream_.next_layer(), boost::asio::buffer(bytes), ec);
  }

  bool shake_hands() {
    boost::system::error_code ec;
    stream_.handshake(boost::asio::ssl::stream_base::client, ec);
    return !ec;
  }

  void write(const std::string& bytes) {
    boost::system::error_code ec;
    boost::asio::write(stream_, boost::asio::buffer(bytes), ec);
  }

  /// So many bytes, or those until the end.
  std::string read(std::size_t count) {
    std::string result(count, '\0');
    boost::system::error_code ec;
    auto n = boost::asio::read(stream_, boost::asio::buffer(result), ec);
    result.resize(n);
    return result;
  }

  /// True when the other side has hung up.
  bool is_over() {
    char byte = 0;
    boost::system::error_code ec;
    stream_.next_layer().read_some(boost::asio::buffer(&byte, 1), ec);
    return static_cast<bool>(ec);
  }

private:
  static boost::asio::ssl::context with_keys(const std::string& keys) {
    using boost::asio::ssl::context;
    context result{context::tls_client};
    if (!keys.empty()) {
      result.use_certificate_chain_file(keys + "/node.pem");
      result.use_private_key_file(keys + "/node.key", context::pem);
    }
    return result;
  }

  boost::asio::io_context io_;
  boost::asio::ssl::context context_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_{io_, context_};
};

} // namespace muster::test
