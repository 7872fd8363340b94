#include "net/utf8_check.hpp"

#include <algorithm>

#include <simdjson.h>

namespace muster {

namespace {

/// Of the character that `first` begins, if it begins one.
std::size_t length_of(char first) {
  auto c = static_cast<unsigned char>(first);
  return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/// How many bytes at the end begin a character and do not end it.
std::size_t cut_at_end(std::string_view text) {
  auto most = std::min<std::size_t>(text.size(), 3);
  for (std::size_t n = 1; n <= most; ++n) {
    auto c = text[text.size() - n];
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80)
      return length_of(c) > n ? n : 0;
  }
  return 0;
}

} // namespace

bool utf8_check::feed(std::string_view piece) {
  while (size_ > 0 && !piece.empty()) {
    cut_[size_++] = piece.front();
    piece.remove_prefix(1);
    if (!may_go_on())
      return false;
    if (size_ == length_of(cut_[0]))
      size_ = 0;
  }
  auto n = cut_at_end(piece);
  if (!simdjson::validate_utf8(piece.data(), piece.size() - n))
    return false;
  if (n == 0)
    return true;
  std::copy_n(piece.end() - static_cast<std::ptrdiff_t>(n), n, cut_.begin());
  size_ = n;
  return may_go_on();
}

bool utf8_check::may_go_on() const {
  if (size_ == 1) {
    auto first = static_cast<unsigned char>(cut_[0]);
    return first >= 0xc2 && first <= 0xf4;
  }
  auto whole = cut_; // the second byte decides; others fit behind it
  std::fill(whole.begin() + static_cast<std::ptrdiff_t>(size_), whole.end(),
            '\x80');
  return simdjson::validate_utf8(whole.data(), length_of(whole[0]));
}

bool utf8_check::finish() {
  auto whole = size_ == 0;
  size_ = 0;
  return whole;
}

} // namespace muster
