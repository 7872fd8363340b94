#include "net/frame_reader.hpp"

#include <algorithm>

namespace muster {

namespace {

constexpr unsigned op_continuation = 0;
constexpr unsigned op_binary = 2;
constexpr unsigned op_close = 8;
constexpr unsigned op_ping = 9;
constexpr unsigned op_pong = 10;

constexpr std::uint16_t protocol_error = 1002;

bool may_be_sent(unsigned code) {
  return code >= 3000 || (code >= 1000 && code <= 1003)
         || (code >= 1007 && code <= 1013);
}

} // namespace

frame_reader::result frame_reader::next(std::string_view& input) {
  for (;;) {
    if (in_data_) {
      auto n = std::min<std::uint64_t>(left_, input.size());
      if (n == 0)
        return {};
      auto bytes = input.substr(0, static_cast<std::size_t>(n));
      input.remove_prefix(bytes.size());
      return took(bytes);
    }
    if (in_control_) {
      auto n = std::min(static_cast<std::size_t>(left_), input.size());
      std::copy_n(input.data(), n, control_.data() + control_size_);
      input.remove_prefix(n);
      control_size_ += n;
      left_ -= n;
      if (left_ > 0)
        return {};
      in_control_ = false;
      auto told = end_of_control();
      if (told.kind != kind::more)
        return told;
      continue;
    }
    if (input.empty())
      return {};
    head_[head_size_++] = static_cast<unsigned char>(input.front());
    input.remove_prefix(1);
    if (head_size_ == 2 || head_size_ == head_wanted_) {
      if (auto fault = begin())
        return fail(protocol_error, fault);
      if (in_data_ && left_ == 0) // an empty frame
        if (auto told = took({}); told.done || told.kind == kind::failed)
          return told;
    }
  }
}

const char* frame_reader::begin() {
  unsigned op = head_[0] & 0x0f;
  if (head_size_ == 2) {
    auto control = op >= op_close;
    if ((op > op_binary && !control) || op > op_pong)
      return "a frame has an unknown opcode";
    if (!control && in_message_ != (op == op_continuation))
      return in_message_ ? "a message begins within another one"
                         : "a frame continues no message";
    if ((head_[0] & 0x70) != 0)
      return "a frame has reserved bits";
    if ((head_[1] & 0x80) != 0)
      return "a frame is masked";
    left_ = head_[1] & 0x7f;
    if (control && (head_[0] & 0x80) == 0)
      return "a control frame is fragmented";
    if (control && left_ > control_.size())
      return "a control frame is too long";
    if (left_ > 125) {
      head_wanted_ = left_ == 126 ? 4 : 10;
      return nullptr;
    }
  } else {
    left_ = 0;
    for (auto i = std::size_t{2}; i < head_wanted_; ++i)
      left_ = left_ << 8 | head_[i];
    if (left_ < (head_wanted_ == 4 ? 126u : 65536u) || left_ >> 63 != 0)
      return "a frame has a length in a wrong form";
  }
  head_size_ = 0;
  head_wanted_ = 2;
  if (op >= op_close) {
    in_control_ = true;
    control_size_ = 0;
    return nullptr;
  }
  in_data_ = true;
  final_ = (head_[0] & 0x80) != 0;
  if (op != op_continuation)
    binary_ = op == op_binary;
  in_message_ = !final_;
  return nullptr;
}

frame_reader::result frame_reader::took(std::string_view bytes) {
  left_ -= bytes.size();
  in_data_ = left_ > 0;
  auto done = !in_data_ && final_;
  if (!binary_ && (!utf8_.feed(bytes) || (done && !utf8_.finish())))
    return fail(bad_payload, "a text is not UTF-8");
  return {kind::piece, bytes, done, 0, nullptr};
}

frame_reader::result frame_reader::end_of_control() {
  std::string_view bytes{control_.data(), control_size_};
  auto op = head_[0] & 0x0fu;
  if (op == op_ping)
    return {kind::ping, bytes, false, 0, nullptr};
  if (op != op_close)
    return {};
  if (bytes.empty())
    return {kind::close, {}, false, 0, nullptr};
  if (bytes.size() == 1)
    return fail(protocol_error, "a close frame is one byte long");
  auto code = static_cast<unsigned char>(bytes[0]) << 8
              | static_cast<unsigned char>(bytes[1]);
  if (!may_be_sent(static_cast<unsigned>(code)))
    return fail(protocol_error, "a close frame has a code that none may have");
  if (utf8_check reason; !reason.feed(bytes.substr(2)) || !reason.finish())
    return fail(protocol_error, "a close frame's reason is not UTF-8");
  return {kind::close, bytes.substr(2), false, static_cast<std::uint16_t>(code),
          nullptr};
}

frame_reader::result frame_reader::fail(std::uint16_t code, const char* fault) {
  return {kind::failed, {}, false, code, fault};
}

} // namespace muster
