#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster::test {

/// A frame as a server sends it, in the shortest form; `first` is its opcode
/// and any reserved bits.
inline std::string frame(int first, std::string_view payload,
                         bool final = true) {
  std::string result{static_cast<char>((final ? 0x80 : 0) | first)};
  auto size = payload.size();
  auto bytes = size < 126 ? 0 : size < 65536 ? 2 : 8;
  result += static_cast<char>(bytes == 0   ? static_cast<int>(size)
                              : bytes == 2 ? 126
                                           : 127);
  for (auto shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
    result += static_cast<char>(size >> shift);
  return result.append(payload);
}

/// The same for a fragment that others follow.
inline std::string part(int first, std::string_view payload) {
  return frame(first, payload, false);
}

/// The payload of a close frame.
inline std::string code(int x) {
  return {static_cast<char>(x >> 8), static_cast<char>(x & 0xff)};
}

} // namespace muster::test
