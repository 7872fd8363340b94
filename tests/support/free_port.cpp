#include "tests/support/free_port.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::test {

std::string free_port() {
  auto listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  bind(listener, reinterpret_cast<sockaddr*>(&at), size);
  getsockname(listener, reinterpret_cast<sockaddr*>(&at), &size);
  close(listener);
  return std::to_string(ntohs(at.sin_port));
}

} // namespace muster::test
