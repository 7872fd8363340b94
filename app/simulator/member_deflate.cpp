#include "app/simulator/member_deflate.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace muster::sim {

namespace {

// No digits follow.
constexpr std::uint32_t nothing = ~0u;

constexpr std::size_t min_match = 4;
constexpr std::size_t max_match = 258;
constexpr std::size_t max_tries = 64;

constexpr std::uint32_t reversed(std::uint32_t code, unsigned bits) {
  std::uint32_t result = 0;
  for (unsigned i = 0; i < bits; ++i)
    result |= ((code >> i) & 1u) << (bits - 1 - i);
  return result;
}

struct code {
  std::uint32_t bits;
  unsigned count;
};

// The fixed codes of RFC 1951, 3.2.6.
constexpr code fixed_code(std::uint32_t symbol) {
  if (symbol < 144)
    return {reversed(0x30 + symbol, 8), 8};
  if (symbol < 256)
    return {reversed(0x190 + symbol - 144, 9), 9};
  if (symbol < 280)
    return {reversed(symbol - 256, 7), 7};
  return {reversed(0xC0 + symbol - 280, 8), 8};
}

constexpr auto literals = [] {
  std::array<code, 256> result{};
  for (std::uint32_t i = 0; i < 256; ++i)
    result[i] = fixed_code(i);
  return result;
}();

/// Gathers bits, the first one lowest, into 64-bit words.
class bit_sink {
public:
  explicit bit_sink(std::vector<std::uint64_t>& out) : out_(out) {}

  void put(std::uint64_t bits, unsigned count) {
    acc_ |= bits << used_;
    if (used_ + count >= 64) {
      out_.push_back(acc_);
      acc_ = used_ == 0 ? 0 : bits >> (64 - used_);
      used_ = used_ + count - 64;
    } else {
      used_ += count;
    }
    total_ += count;
  }

  /// The bits so far; the next ones begin a new word.
  std::uint32_t finish() {
    if (used_ > 0)
      out_.push_back(acc_);
    acc_ = used_ = 0;
    return std::exchange(total_, 0);
  }

private:
  std::vector<std::uint64_t>& out_;
  std::uint64_t acc_ = 0;
  unsigned used_ = 0;
  std::uint32_t total_ = 0;
};

/// The same, into bytes with enough room.
class bit_writer {
public:
  explicit bit_writer(char* at) : at_(at) {}

  /// At most 64 bits; those above `count` are zero.
  void put(std::uint64_t bits, unsigned count) {
    acc_ |= bits << used_;
    if (used_ + count >= 64) {
      store();
      acc_ = used_ == 0 ? 0 : bits >> (64 - used_);
      used_ = used_ + count - 64;
    } else {
      used_ += count;
    }
  }

  void literal(char c) {
    const auto& x = literals[static_cast<unsigned char>(c)];
    put(x.bits, x.count);
  }

  void text(std::string_view s) {
    for (auto c : s)
      literal(c);
  }

  void digits(std::uint64_t value, std::size_t count) {
    std::array<char, 20> text;
    set_digits(text.data(), value, count);
    for (std::size_t i = 0; i < count; ++i)
      put(literals[static_cast<unsigned char>(text[i])].bits, 8);
  }

  /// Ends the block, and makes the stream end with a whole byte.
  char* flush() {
    put(0, 7 + 3); // end of block; header of a stored block
    put(0, (8 - used_ % 8) % 8);
    put(0xFFFF'0000u, 32);
    store();
    return at_ - 8 + used_ / 8;
  }

private:
  void store() {
    static_assert(std::endian::native == std::endian::little);
    std::memcpy(at_, &acc_, 8);
    at_ += 8;
  }

  char* at_;
  std::uint64_t acc_ = 0;
  unsigned used_ = 0;
};

void put_match(bit_sink& out, std::size_t length, std::size_t distance) {
  // A code stands for a range of lengths or distances; more bits say which.
  if (length == max_match) {
    auto c = fixed_code(285);
    out.put(c.bits, c.count);
  } else {
    auto x = static_cast<std::uint32_t>(length - 3);
    unsigned extra = x < 8 ? 0 : std::bit_width(x) - 3u;
    auto c = fixed_code(257 + extra * 4 + (x >> extra));
    out.put(c.bits, c.count);
    out.put(x & ((1u << extra) - 1), extra);
  }
  auto x = static_cast<std::uint32_t>(distance - 1);
  unsigned extra = x < 4 ? 0 : std::bit_width(x) - 2u;
  out.put(reversed(extra * 2 + (x >> extra), 5), 5);
  out.put(x & ((1u << extra) - 1), extra);
}

} // namespace

/// Compresses one slot behind another one, or alone.
class member_deflate::builder {
public:
  builder(member_deflate& out, const member_text& text)
      : out_(out), text_(text) {}

  span build(std::uint32_t slot, bool behind) {
    all_.clear();
    digits_.clear();
    seen_.clear();
    if (behind) {
      add(slot == 0 ? member_text::slots - 1 : slot - 1);
      all_ += ',';
      digits_.push_back(0);
    }
    // The comma belongs to what follows it.
    auto begin = all_.empty() ? 0 : all_.size() - 1;
    for (std::size_t i = 0; i < begin; ++i)
      remember(i);
    auto patches = add(slot);
    return compress(begin, patches);
  }

private:
  /// Appends a slot's text; its patches, at their places in all_.
  std::vector<member_text::patch> add(std::uint32_t slot) {
    auto base = all_.size();
    all_ += text_.slot_text(slot);
    digits_.resize(all_.size(), 0);
    std::vector<member_text::patch> result;
    for (auto p : text_.slot_patches(slot)) {
      p.offset += static_cast<std::uint32_t>(base);
      std::fill_n(digits_.begin() + p.offset, member_text::digits_of(p.what),
                  1);
      result.push_back(p);
    }
    return result;
  }

  void remember(std::size_t i) {
    if (i + min_match <= all_.size())
      seen_[key(i)].push_back(i);
  }

  std::uint32_t key(std::size_t i) const {
    std::uint32_t result;
    std::memcpy(&result, all_.data() + i, sizeof result);
    return result;
  }

  /// How long the texts at `from` and `at` agree and no digits are touched.
  std::size_t agree(std::size_t from, std::size_t at) const {
    std::size_t n = 0;
    while (n < max_match && at + n < all_.size() && digits_[at + n] == 0
           && digits_[from + n] == 0 && all_[from + n] == all_[at + n])
      ++n;
    return n;
  }

  span compress(std::size_t begin,
                const std::vector<member_text::patch>& patches) {
    span result;
    result.first = static_cast<std::uint32_t>(out_.pieces_.size());
    auto word = static_cast<std::uint32_t>(out_.words_.size());
    bit_sink sink{out_.words_};
    auto finish = [&](std::uint32_t what) {
      auto bits = sink.finish();
      out_.pieces_.push_back({word, bits, what});
      word = static_cast<std::uint32_t>(out_.words_.size());
    };
    auto patch = patches.begin();
    for (auto at = begin; at < all_.size();) {
      if (patch != patches.end() && at == patch->offset) {
        finish(patch->what);
        at += member_text::digits_of(patch->what);
        ++patch;
        continue;
      }
      auto [length, from] = longest(at);
      if (length < min_match) {
        auto c = literals[static_cast<unsigned char>(all_[at])];
        sink.put(c.bits, c.count);
        length = 1;
      } else {
        put_match(sink, length, at - from);
      }
      for (auto end = at + length; at < end; ++at)
        remember(at);
    }
    finish(nothing);
    result.last = static_cast<std::uint32_t>(out_.pieces_.size());
    out_.largest_ = std::max(out_.largest_, 2 * (all_.size() - begin));
    return result;
  }

  struct match {
    std::size_t length = 0;
    std::size_t from = 0;
  };

  match longest(std::size_t at) const {
    match best;
    if (at + min_match > all_.size())
      return best;
    auto i = seen_.find(key(at));
    if (i == seen_.end())
      return best;
    // The nearest first: their distances take fewer bits.
    auto tries = max_tries;
    for (auto from = i->second.rbegin(); from != i->second.rend() && tries > 0;
         ++from, --tries) {
      if (auto n = agree(*from, at); n > best.length)
        best = {n, *from};
    }
    return best;
  }

  member_deflate& out_;
  const member_text& text_;
  std::string all_;
  /// 1 where a digit will be set.
  std::vector<char> digits_;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> seen_;
};

member_deflate::member_deflate(const member_text& text) {
  builder b{*this, text};
  for (std::uint32_t slot = 0; slot < member_text::slots; ++slot) {
    alone_[slot] = b.build(slot, false);
    behind_[slot] = b.build(slot, true);
  }
}

void member_deflate::append(std::string& out, std::string_view head,
                            const guild& g, std::uint32_t first,
                            std::uint32_t count, std::string_view tail) const {
  constexpr std::size_t room = 1024; // the bot, the ends
  auto begin = out.size();
  out.resize(begin + 2 * (head.size() + tail.size()) + count * largest_
             + 2 * room);
  bit_writer bits{out.data() + begin};
  bits.put(0b010, 3); // not the last block; fixed codes
  bits.text(head);
  bool behind = false;
  auto last = first + count;
  if (first == 0 && count > 0) {
    bits.text(member_text::bot_member());
    if (++first != last)
      bits.literal(',');
  }
  for (auto member = first; member < last; ++member) {
    const auto& s = (behind ? behind_ : alone_)[member % member_text::slots];
    behind = true;
    for (auto i = s.first; i != s.last; ++i) {
      const auto& p = pieces_[i];
      const auto* word = words_.data() + p.word;
      auto left = p.bits;
      for (; left >= 64; left -= 64)
        bits.put(*word++, 64);
      if (left > 0)
        bits.put(*word, left);
      if (p.what != nothing)
        bits.digits(member_text::value_of(p.what, g, member),
                    member_text::digits_of(p.what));
    }
  }
  bits.text(tail);
  auto* end = bits.flush();
  out.resize(static_cast<std::size_t>(end - out.data()));
}

} // namespace muster::sim
