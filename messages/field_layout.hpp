#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "messages/field_scanner.hpp"

namespace muster {

/// What stood between the values of the object that was read last. Discord
/// sends the objects of a list alike, so that in the next one a comparison
/// finds the field whose turn it is, and no key is read. Not thread-safe.
class field_layout {
public:
  struct step {
    std::uint8_t what;  // as the reader numbers its fields
    std::uint8_t depth; // likewise
    std::uint8_t size;  // of the text before the value
    std::array<char, 48> text;
  };

  /// Forgets all but the first `n` values.
  void keep(std::size_t n) {
    size_ = n;
    end_size_ = 0;
    records_ = true;
  }

  /// Takes nothing more.
  void stop() { records_ = false; }

  /// A value is preceded by `text`. What is too long or too much for it ends
  /// the layout there; then it is false.
  bool add(std::string_view text, std::uint8_t what, std::uint8_t depth) {
    if (!fits(text) || size_ == steps_.size()) {
      records_ = false;
      return false;
    }
    auto& x = steps_[size_++];
    x.what = what;
    x.depth = depth;
    x.size = static_cast<std::uint8_t>(text.size());
    std::memcpy(x.text.data(), text.data(), text.size());
    return true;
  }

  /// The object ends with `text`.
  void end(std::string_view text) {
    if (!fits(text))
      return;
    end_size_ = text.size();
    std::memcpy(end_.data(), text.data(), text.size());
  }

  std::size_t size() const { return size_; }
  const step& operator[](std::size_t i) const { return steps_[i]; }

  /// What the object ends with, if its end is known.
  std::string_view end() const { return {end_.data(), end_size_}; }

private:
  bool fits(std::string_view text) const {
    return records_ && text.size() <= end_.size();
  }

  std::array<step, 40> steps_;
  std::array<char, 48> end_;
  std::size_t size_ = 0;
  std::size_t end_size_ = 0;
  bool records_ = true;
};

} // namespace muster
