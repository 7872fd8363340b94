#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/member_text.hpp"

namespace muster::sim {

/// Writes members as raw deflate data, at a small part of what it costs to
/// compress their text: everything but a member's own digits was compressed
/// once. One block with fixed Huffman codes, in which digits are literals of
/// eight bits each, and matches reach back to the member before. Then only
/// read; callable from any thread.
class member_deflate {
public:
  explicit member_deflate(const member_text& text);

  /// Appends a whole message, `head`, members and `tail`: one block and an
  /// empty stored one, as a flush leaves it. `out` begins at a byte of the
  /// stream; nothing in the message refers to what was before it.
  void append(std::string& out, std::string_view head, const guild& g,
              std::uint32_t first, std::uint32_t count,
              std::string_view tail) const;

private:
  /// Bits that never change, and the digits that follow them.
  struct piece {
    std::uint32_t word;
    std::uint32_t bits;
    std::uint32_t what;
  };

  /// Where the pieces of a slot begin, and their end.
  struct span {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
  };

  class builder;

  std::vector<std::uint64_t> words_;
  std::vector<piece> pieces_;
  /// A slot's member with nothing before it, and behind the slot before, with
  /// the comma between.
  std::array<span, member_text::slots> alone_{};
  std::array<span, member_text::slots> behind_{};
  std::size_t largest_ = 0;
};

} // namespace muster::sim
