#include "net/shallow_cbor.hpp"

#include <cstdint>
#include <vector>

namespace muster {

namespace {

using nlohmann::json;

constexpr std::size_t most_levels = 4;

/// Walks over items without recursion, so that no text leads it astray.
class reader {
public:
  explicit reader(std::string_view text) : text_(text) {}

  bool read(json& out) {
    if (!begin(out) || open_.empty())
      return false; // what is written is an array
    while (!open_.empty()) {
      auto& [into, left] = open_.back();
      if (left == 0) {
        open_.pop_back();
        continue;
      }
      --left;
      into->emplace_back();
      if (!begin(into->back()))
        return false;
    }
    return text_.empty();
  }

private:
  /// An array that is being read, and how many of its items are to come. It
  /// does not grow while one of them is open, so they stay where they are.
  struct level {
    json* array;
    std::uint64_t left;
  };

  /// Reads one item; of an array only that it begins.
  bool begin(json& out) {
    if (text_.empty())
      return false;
    auto first = static_cast<unsigned char>(text_.front());
    text_.remove_prefix(1);
    if (first == 0xf4 || first == 0xf5) {
      out = first == 0xf5;
      return true;
    }
    std::uint64_t n = 0;
    if (!number(first & 0x1f, n))
      return false;
    switch (first >> 5) {
    case 0:
      out = n;
      return true;
    case 3:
      if (n > text_.size())
        return false;
      out = std::string{text_.substr(0, n)};
      text_.remove_prefix(n);
      return true;
    case 4:
      if (open_.size() >= most_levels)
        return false;
      out = json::array();
      open_.push_back({&out, n});
      return true;
    default:
      return false;
    }
  }

  /// What the lower bits of a head say; lengths that are left open are refused.
  bool number(unsigned bits, std::uint64_t& out) {
    out = bits;
    if (bits < 24)
      return true;
    auto size = std::size_t{1} << (bits - 24);
    if (bits > 27 || size > text_.size())
      return false;
    out = 0;
    for (auto c : text_.substr(0, size))
      out = out << 8 | static_cast<unsigned char>(c);
    text_.remove_prefix(size);
    return true;
  }

  std::string_view text_;
  std::vector<level> open_;
};

} // namespace

std::string write_cbor(const json& x) {
  std::string result;
  json::to_cbor(x, result);
  return result;
}

bool read_cbor(std::string_view text, json& out) {
  return reader{text}.read(out);
}

} // namespace muster
