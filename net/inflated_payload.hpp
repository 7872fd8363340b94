#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "net/byte_buffer.hpp"
#include "net/connection.hpp"
#include "net/inflater.hpp"

namespace muster {

/// The payload that is being inflated. Beyond the cap all but its head goes
/// into room that is used again, for the stream needs to see its end.
class inflated_payload {
public:
  inflated_payload(std::size_t cap, std::uint64_t limit)
      : cap_(cap), limit_(limit) {}

  /// How much room the first step of output gets: chunks inflate about
  /// tenfold, small events must not reserve much.
  static std::size_t first_guess(std::size_t compressed) {
    return std::clamp<std::size_t>(compressed * 8, 1024, std::size_t{1} << 20);
  }

  char* prepare(std::size_t guess) {
    if (skipping_)
      bytes_.clear();
    return bytes_.prepare(std::max(guess, bytes_.size() / 2));
  }
  std::size_t room() const { return bytes_.room(); }

  void commit(std::size_t n) {
    bytes_.commit(n);
    size_ += n;
    if (skipping_ || size_ <= cap_)
      return;
    skipping_ = true;
    head_ = frozen_buffer{bytes_.view().substr(0, connection::head_size)};
    bytes_ = byte_buffer{};
  }

  bool beyond_limit() const { return size_ > limit_; }
  bool empty() const { return size_ == 0; }

  /// What has come of a whole message; the next one begins.
  inflater::result take() {
    auto size = std::exchange(size_, 0);
    if (!std::exchange(skipping_, false))
      return {inflater::status::payload, bytes_.freeze(), {}, 0};
    bytes_.clear();
    return {inflater::status::skipped, std::exchange(head_, {}), {}, size};
  }

private:
  byte_buffer bytes_;
  frozen_buffer head_;
  std::size_t cap_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  bool skipping_ = false;
};

inline inflater::result inflate_failure(errc code) {
  return {inflater::status::failed, {}, code, 0};
}

} // namespace muster
