#include "net/block_pool.hpp"

#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace muster {

namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t max_kept = 0; // so that late readers are found
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::size_t max_kept = 0;
#else
constexpr std::size_t max_kept = std::size_t{8} << 20;
#endif
#else
constexpr std::size_t max_kept = std::size_t{8} << 20;
#endif

/// Blocks that nobody uses; the latest is the warmest.
struct shelf {
  std::mutex mutex;
  std::vector<block_pool::block> blocks;
  std::size_t bytes = 0;
};

shelf& idle() {
  // Never destroyed: payloads may be let go of until the very end.
  static auto& result = *[] {
    auto made = new shelf;
    made->blocks.reserve(max_kept / block_pool::min_size + 1);
    return made;
  }();
  return result;
}

} // namespace

std::size_t block_pool::rounded(std::size_t size) {
  if (size <= min_size)
    return min_size;
  auto step = std::bit_floor(size - 1) / 4;
  return (size + step - 1) / step * step;
}

block_pool::block block_pool::take(std::size_t size) {
  size = rounded(size);
  auto& all = idle();
  {
    std::lock_guard lock{all.mutex};
    for (auto i = all.blocks.rbegin(); i != all.blocks.rend(); ++i)
      if (i->size == size) {
        auto result = *i;
        all.blocks.erase(std::next(i).base());
        all.bytes -= size;
        return result;
      }
  }
  auto data = static_cast<char*>(std::malloc(size));
  if (data == nullptr)
    throw std::bad_alloc{};
  return {data, size};
}

void block_pool::give_back(block x) noexcept {
  auto& all = idle();
  {
    std::lock_guard lock{all.mutex};
    if (x.size <= max_kept / 2) {
      all.blocks.push_back(x);
      all.bytes += x.size;
      x.data = nullptr;
    }
    // The oldest go first: sizes that are no longer asked for.
    while (all.bytes > max_kept) {
      all.bytes -= all.blocks.front().size;
      std::free(all.blocks.front().data);
      all.blocks.erase(all.blocks.begin());
    }
  }
  std::free(x.data);
}

} // namespace muster
