#include "net/message_intake.hpp"

#include <utility>

#include "net/connection.hpp"

namespace muster {

message_intake::result message_intake::take(std::size_t n, bool binary,
                                            bool done) {
  in_.commit(n);
  size_ += n;
  if (binary && compressed_) {
    if (!done && in_.size() < piece_size)
      return {};
    if (done)
      size_ = 0;
    return {done ? kind::message : kind::piece, in_.freeze(), 0};
  }
  if (size_ > max_ && !skipping_) {
    skipping_ = true;
    head_ = frozen_buffer{in_.view().substr(0, connection::head_size)};
    in_ = byte_buffer{};
  }
  if (!skipping_) {
    if (!done)
      return {};
    size_ = 0;
    return {kind::message, in_.freeze(), 0};
  }
  in_.clear();
  if (size_ > limit_)
    return {kind::too_large, {}, size_};
  if (!done)
    return {};
  skipping_ = false;
  return {kind::skipped, std::exchange(head_, {}), std::exchange(size_, 0)};
}

} // namespace muster
