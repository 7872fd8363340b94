#define CAF_SUITE net_isal_inflater

#include "net/isal_inflater.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "net/zlib_inflater.hpp"
#include "tests/support/deflaters.hpp"
#include "tests/support/suite.hpp"

// What one way of inflating a zlib stream must be is in net/inflater.cpp; here
// it is compared with zlib.

using namespace muster;
using namespace muster::test;

namespace {

using status = inflater::status;

class trial {
public:
  explicit trial(std::uint32_t seed) : random_(seed) {
    constexpr int levels[] = {1, 6, 6, 6, 9, 0};
    constexpr int strategies[] = {Z_DEFAULT_STRATEGY, Z_DEFAULT_STRATEGY,
                                  Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE};
    zlib_deflater source{levels[upto(5)], upto(3) == 0 ? 9 + upto(6) : 15,
                         strategies[upto(4)]};
    for (auto n = 1 + upto(5); n > 0; --n)
      messages_.push_back(source.run(text(), flush()));
    auto cap = std::size_t{1} << (upto(3) == 0 ? upto(11) : 20);
    auto limit = upto(3) == 0 ? cap + upto(5000) : cap * 64;
    zlib_ = make_zlib_inflater(cap, limit);
    isal_ = make_isal_inflater(cap, limit);
  }

  /// Changes some bytes, or leaves some out.
  void damage() {
    for (auto n = 1 + upto(2); n > 0; --n) {
      auto& bytes = messages_[upto(static_cast<int>(messages_.size()) - 1)];
      if (bytes.empty())
        continue;
      // Often in a block's head.
      auto last = static_cast<int>(bytes.size()) - 1;
      auto at =
          static_cast<std::size_t>(upto(upto(1) ? last : std::min(last, 30)));
      if (upto(3) == 0)
        bytes.erase(at, 1 + upto(3));
      else
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << upto(7)));
    }
  }

  enum class verdict { same, zlib_fails, isal_fails, others };

  /// Feeds both until they differ, or both have failed.
  verdict run() {
    bool limited = false;
    for (const auto& message : messages_) {
      auto longest = upto(1) ? 1 << 20 : 1 + upto(upto(3) == 0 ? 5000 : 50);
      auto pieces = upto(1) == 0;
      for (std::size_t at = 0; at < message.size();) {
        auto n = static_cast<std::size_t>(1 + upto(longest - 1));
        // Memory of its own, so that reading beyond it is seen.
        std::vector<char> part{
            message.begin() + static_cast<long>(at),
            message.begin()
                + static_cast<long>(std::min(message.size(), at + n))};
        at += part.size();
        std::string_view bytes{part.data(), part.size()};
        auto more = pieces && at < message.size();
        if (upto(499) == 0)
          isal_->rest();
        auto x = zlib_->feed(bytes, more);
        auto y = isal_->feed(bytes, more);
        // A code that has just come may be understood with the next piece.
        if (x.error == errc::payload_limit_exceeded)
          limited = true;
        if (limited && y.status == status::partial && at < message.size())
          continue;
        if (x.status == status::failed && y.status == status::failed
            && (x.error == y.error
                || (limited && y.error == errc::payload_limit_exceeded)))
          return verdict::same;
        if (y.status == status::failed)
          return verdict::isal_fails;
        if (x.status == status::failed)
          return verdict::zlib_fails;
        // The head is what had come when it became too large.
        if (x.status != y.status || x.size != y.size
            || (x.status == status::payload
                && x.payload.view() != y.payload.view()))
          return verdict::others;
      }
    }
    return verdict::same;
  }

private:
  /// From 0 to `max`.
  int upto(int max) {
    return static_cast<int>(random_() % (static_cast<unsigned>(max) + 1));
  }

  int flush() {
    constexpr int rare[] = {Z_FULL_FLUSH, Z_PARTIAL_FLUSH, Z_FINISH};
    return upto(9) == 0 ? rare[upto(2)] : Z_SYNC_FLUSH;
  }

  std::string text() {
    constexpr int sizes[] = {20, 3000, 3000, 100'000};
    auto size = static_cast<std::size_t>(upto(sizes[upto(3)]));
    std::string result;
    auto kind = upto(4);
    while (result.size() < size)
      if (kind == 0)
        result.append(size, 'x');
      else if (kind == 1)
        result += static_cast<char>(random_());
      else
        result += R"({"user":{"id":")" + std::to_string(random_()) + R"("}},)";
    result.resize(size);
    return result;
  }

  std::mt19937 random_;
  std::vector<std::string> messages_;
  std::unique_ptr<inflater> zlib_;
  std::unique_ptr<inflater> isal_;
};

/// False, and says so, where there is nothing to compare.
bool built() {
  auto result = make_isal_inflater(1, 1) != nullptr;
  if (!result)
    CAF_MESSAGE("built without ISA-L");
  CAF_CHECK(true);
  return result;
}

} // namespace

CAF_TEST(good streams are inflated as by zlib) {
  if (!built())
    return;
  std::vector<std::uint32_t> wrong;
  for (std::uint32_t seed = 0; seed < 2000; ++seed)
    if (trial{seed}.run() != trial::verdict::same)
      wrong.push_back(seed);
  CAF_CHECK_EQUAL(wrong, std::vector<std::uint32_t>{});
}

CAF_TEST(F2 damaged streams are judged as by zlib but for a few) {
  // Each finds out at another byte that a code means nothing.
  if (!built())
    return;
  int same = 0, others = 0;
  constexpr int all = 2000;
  for (std::uint32_t seed = 0; seed < all; ++seed) {
    trial x{seed};
    x.damage();
    auto end = x.run();
    same += end == trial::verdict::same;
    others += end == trial::verdict::others;
  }
  CAF_MESSAGE(same << " the same, " << others << " others");
  CAF_CHECK(same >= all * 95 / 100);
  CAF_CHECK(others <= all / 100);
}

CAF_TEST(streams that rest in the middle do not mix) {
  if (!built())
    return;
  struct pair {
    zlib_deflater from;
    std::unique_ptr<inflater> to = make_isal_inflater(1 << 20, 1 << 24);
    std::string bytes;
    std::string text;
  };
  std::vector<pair> all(5);
  std::size_t wrong = 0;
  for (std::size_t round = 0; round < 50; ++round) {
    for (auto& x : all) {
      x.text = std::to_string(&x - all.data()) + x.text.substr(0, 1000)
               + std::to_string(round * round);
      x.bytes = x.from.message(x.text);
      // Some are in the middle while others go on.
      x.to->feed(std::string_view{x.bytes}.substr(0, round % 3), true);
      x.to->rest();
    }
    for (auto& x : all)
      wrong +=
          x.to->feed(std::string_view{x.bytes}.substr(round % 3)).payload.view()
          != x.text;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}
