#include "net/socket_bio.hpp"

#include <cerrno>
#include <memory>
#include <new>

#include <sys/socket.h>

namespace muster {

namespace {

using socket_type = boost::asio::ip::tcp::socket;

struct state {
  socket_type& socket;
  bool at_end = false;
};

state& state_of(BIO* bio) {
  return *static_cast<state*>(BIO_get_data(bio));
}

int count(BIO* bio, ssize_t n, void (*retry)(BIO*)) {
  BIO_clear_retry_flags(bio);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    retry(bio);
  return static_cast<int>(n);
}

int read_some(BIO* bio, char* to, int size) {
  auto& x = state_of(bio);
  auto n =
      ::recv(x.socket.native_handle(), to, static_cast<std::size_t>(size), 0);
  x.at_end = n == 0;
  if (x.at_end) { // OpenSSL would take it for an attack, and stop writing
    BIO_set_retry_read(bio);
    return -1;
  }
  return count(bio, n, [](BIO* b) { BIO_set_retry_read(b); });
}

int write_some(BIO* bio, const char* from, int size) {
  auto n = ::send(state_of(bio).socket.native_handle(), from,
                  static_cast<std::size_t>(size), MSG_NOSIGNAL);
  return count(bio, n, [](BIO* b) { BIO_set_retry_write(b); });
}

long control(BIO* bio, int what, long, void*) {
  switch (what) {
  case BIO_CTRL_EOF:
    return state_of(bio).at_end ? 1 : 0;
  case BIO_CTRL_FLUSH:
    return 1;
  default:
    return 0;
  }
}

int destroy(BIO* bio) {
  delete static_cast<state*>(BIO_get_data(bio));
  return 1;
}

BIO_METHOD* make_method() {
  auto result =
      BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "muster socket");
  if (result == nullptr)
    throw std::bad_alloc{};
  BIO_meth_set_read(result, read_some);
  BIO_meth_set_write(result, write_some);
  BIO_meth_set_ctrl(result, control);
  BIO_meth_set_destroy(result, destroy);
  return result;
}

} // namespace

BIO* make_socket_bio(socket_type& socket) {
  static const auto method = make_method(); // tried again where it throws
  auto made = std::make_unique<state>(state{socket});
  auto result = BIO_new(method);
  if (result == nullptr)
    throw std::bad_alloc{};
  BIO_set_data(result, made.release());
  BIO_set_init(result, 1);
  return result;
}

} // namespace muster
