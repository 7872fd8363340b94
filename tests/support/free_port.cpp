#include "tests/support/free_port.hpp"

#include <cstdint>
#include <random>
#include <stdexcept>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace muster::test {

namespace {

// Linux takes those from 32768 on for whoever does not name one, as do the
// servers and clients of other tests at any moment.
constexpr std::uint16_t first = 20000;
constexpr std::uint16_t last = 32767;

bool is_free(std::uint16_t port) {
  auto listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  auto result = bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at);
  close(listener);
  return result == 0;
}

} // namespace

std::string free_port() {
  std::random_device chance;
  std::uniform_int_distribution<std::uint16_t> draw{first, last};
  for (int tries = 0; tries < 1000; ++tries)
    if (auto port = draw(chance); is_free(port))
      return std::to_string(port);
  throw std::runtime_error("no port of 127.0.0.1 is free");
}

} // namespace muster::test
