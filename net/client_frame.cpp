#include "net/client_frame.hpp"

#include <array>
#include <stdexcept>

#include <openssl/rand.h>

namespace muster {

std::string client_frame(frame_type type, std::string_view payload) {
  std::array<unsigned char, 4> key{};
  if (RAND_bytes(key.data(), key.size()) != 1)
    throw std::runtime_error{"the system gives no random bytes"};
  std::string result{static_cast<char>(0x80 | static_cast<int>(type))};
  auto size = payload.size();
  auto bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  result += static_cast<char>(0x80
                              | (bytes == 0   ? static_cast<int>(size)
                                 : bytes == 2 ? 126
                                              : 127));
  for (auto shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    result += static_cast<char>(size >> shift);
  result.append(key.begin(), key.end());
  for (std::size_t i = 0; i < size; ++i)
    result += static_cast<char>(payload[i] ^ key[i % key.size()]);
  return result;
}

std::string client_close(std::uint16_t code) {
  const char bytes[] = {static_cast<char>(code >> 8),
                        static_cast<char>(code & 0xff)};
  return client_frame(frame_type::close, {bytes, sizeof(bytes)});
}

} // namespace muster
