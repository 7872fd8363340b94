#define CAF_SUITE net_block_pool

#include "net/block_pool.hpp"

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(sizes are rounded up by a quarter at the most) {
  CAF_CHECK_EQUAL(block_pool::rounded(1), block_pool::min_size);
  CAF_CHECK_EQUAL(block_pool::rounded(block_pool::min_size),
                  block_pool::min_size);
  std::size_t wrong = 0;
  for (std::size_t n = block_pool::min_size; n < (std::size_t{8} << 20);
       n += 4099) {
    auto got = block_pool::rounded(n);
    wrong += got < n || got - n > n / 4 || block_pool::rounded(got) != got;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(blocks of all sizes can be written to the end by many threads) {
  std::vector<std::thread> threads;
  std::atomic<int> torn{0};
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t, &torn] {
      for (std::size_t i = 0; i < 200; ++i) {
        auto x = block_pool::take((i * 7919 + 1) % (std::size_t{6} << 20));
        std::memset(x.data, t, x.size);
        torn += x.data[0] != t || x.data[x.size / 2] != t
                || x.data[x.size - 1] != t;
        block_pool::give_back(x);
      }
    });
  for (auto& x : threads)
    x.join();
  CAF_CHECK_EQUAL(torn.load(), 0);
}
