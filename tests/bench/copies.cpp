// Shows B2 by counting: how many bytes are allocated in large blocks for the
// chunks of 100,000 members, with 1, 2 and 8 listeners. A copy for each
// listener would show as a multiple. Run by hand: build/bench_copies
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <new>

#include "actors/tracker.hpp"
#include "tests/support/process.hpp"

namespace {

/// Chunks have some 600 kB; nothing else here comes near this.
constexpr std::size_t large = 100'000;
std::atomic<std::uint64_t> large_bytes{0};
std::atomic<std::uint64_t> large_blocks{0};

void note(std::size_t n) {
  if (n >= large) {
    large_bytes += n;
    ++large_blocks;
  }
}

} // namespace

// The linker puts these in front of the allocator (--wrap).
extern "C" {
void* __real_malloc(std::size_t);
void* __real_realloc(void*, std::size_t);
void* __wrap_malloc(std::size_t n) {
  note(n);
  return __real_malloc(n);
}
void* __wrap_realloc(void* p, std::size_t n) {
  note(n);
  return __real_realloc(p, n);
}
}

void* operator new(std::size_t n) {
  note(n);
  if (auto p = __real_malloc(n))
    return p;
  throw std::bad_alloc{};
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

int main() {
  using namespace muster;
  test::process simulator{{MUSTER_PROGRAM, "simulate", "--shards", "1",
                           "--guilds", "1", "--members", "100000",
                           "--identify-window", "0ms", "--cooldown", "0ms"}};
  settings values;
  values.rest_url = simulator.line();
  values.auto_chunk = true;
  std::printf("%10s %10s %10s %22s\n", "listeners", "chunks", "blocks",
              "large bytes per chunk");
  for (int listeners : {1, 2, 8}) {
    config cfg;
    caf::actor_system sys{cfg};
    tracker bot{sys, values, *token::parse("bench")};
    std::promise<void> done;
    std::atomic<std::uint64_t> chunks{0};
    for (int i = 0; i < listeners; ++i)
      bot.on([&](const guild_members_chunk&) { ++chunks; });
    bot.on([&](const finished_chunking&) { done.set_value(); });
    large_bytes = large_blocks = 0;
    bot.start();
    done.get_future().wait();
    bot.stop();
    auto each = chunks / static_cast<std::uint64_t>(listeners);
    std::printf(
        "%10d %10llu %10llu %22llu\n", listeners,
        static_cast<unsigned long long>(each),
        static_cast<unsigned long long>(large_blocks),
        static_cast<unsigned long long>(each == 0 ? 0 : large_bytes / each));
  }
  simulator.end(SIGINT);
}
