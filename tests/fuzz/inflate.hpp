#pragma once

#include <string>
#include <string_view>

#include "net/connection.hpp"
#include "net/inflater.hpp"
#include "tests/fuzz/check.hpp"

namespace muster::fuzz {

/// Feeds a stream of messages, each preceded by one byte with the length; 255
/// stands for all the rest.
template <class Make>
void inflate(Make make, std::string_view bytes) {
  constexpr std::size_t cap = 1u << 16;
  auto inflater = make(cap, 64 * cap);
  if (inflater == nullptr)
    return; // built without it
  bool failed = false;
  while (!bytes.empty()) {
    std::size_t size = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    auto more = size % 8 == 7 && size != 255; // some are pieces
    if (size % 8 == 3)
      inflater->rest();
    if (size == 255)
      size = bytes.size();
    // A copy of its own, so that reading beyond it is seen.
    std::string message{bytes.substr(0, size)};
    message.shrink_to_fit();
    bytes.remove_prefix(message.size());
    auto x = inflater->feed(message, more);
    if (x.status == inflater::status::skipped)
      expect(x.size > cap && x.payload.size() <= connection::head_size,
             "only what is too large is skipped, but for its head");
    if (failed)
      expect(x.status == inflater::status::failed, "failed stays failed");
    failed = x.status == inflater::status::failed;
    if (x.status != inflater::status::payload)
      continue;
    expect(x.payload.size() <= cap, "no payload is larger than the cap");
    std::string_view padded{x.payload.view().data(),
                            x.payload.size() + frozen_buffer::padding};
    std::size_t sum = 0;
    for (unsigned char c : padded)
      sum += c;
    expect(sum <= padded.size() * 255, "the padding can be read");
  }
}

} // namespace muster::fuzz
