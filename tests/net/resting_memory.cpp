#define CAF_SUITE net_resting_memory

#include "net/resting_memory.hpp"

#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

constexpr std::size_t size = 300'000;

std::string text(std::uint32_t seed) {
  std::string result;
  std::mt19937 random{seed};
  while (result.size() < size)
    result += R"({"user":{"id":")" + std::to_string(random()) + R"("}},)";
  result.resize(size);
  return result;
}

/// How many bytes of it are in memory.
std::size_t resident(const resting_memory& x) {
  auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> pages((size + page - 1) / page);
  if (mincore(x.data(), size, pages.data()) != 0)
    CAF_FAIL("mincore");
  std::size_t result = 0;
  for (auto p : pages)
    result += (p & 1) != 0 ? page : 0;
  return result;
}

} // namespace

CAF_TEST(what is written is there after each rest) {
  resting_memory x{size};
  std::size_t wrong = 0;
  for (std::uint32_t i = 0; i < 20; ++i) {
    auto bytes = text(i / 2);
    // Once all of it, once a piece, which lies across two parts.
    if (i % 2 == 1)
      bytes.replace(65'530, 12, "twelve bytes");
    std::memcpy(x.data(), bytes.data(), size);
    x.rest();
    x.rest();
    x.wake();
    x.wake();
    wrong += std::memcmp(x.data(), bytes.data(), size) != 0;
    x.rest();
    x.wake();
    wrong += std::memcmp(x.data(), bytes.data(), size) != 0;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(at rest it has no pages) {
  resting_memory x{size};
  std::memcpy(x.data(), text(1).data(), size);
  CAF_CHECK(resident(x) >= size);
  x.rest();
  CAF_CHECK_EQUAL(resident(x), 0u);
}

CAF_TEST(what cannot be compressed stays as it is) {
  resting_memory x{size};
  std::string bytes(size, ' ');
  std::mt19937 random{1};
  for (auto& c : bytes)
    c = static_cast<char>(random());
  std::memcpy(x.data(), bytes.data(), size);
  x.rest();
  CAF_CHECK(resident(x) >= size - 65'536);
  x.wake();
  CAF_CHECK(std::string_view(x.data(), size) == bytes);
}

CAF_TEST(any thread may wake it) {
  resting_memory x{size};
  auto bytes = text(7);
  std::memcpy(x.data(), bytes.data(), size);
  for (int i = 0; i < 4; ++i)
    std::thread{[&] {
      x.wake();
      x.rest();
    }}.join();
  x.wake();
  CAF_CHECK(std::string_view(x.data(), size) == bytes);
}
