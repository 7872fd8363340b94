// Shows B2 by counting, with 1, 2 and 8 listeners to the chunks of 100,000
// members: how many bytes are allocated in large blocks for each chunk, which
// a copy for each listener would multiply, and how many bytes muster
// decompressed for each byte of text that the simulator wrote, which is 1 if
// every payload is decompressed once. Blocks are used again, so that most
// chunks allocate none. Exits with 1 if more listeners allocate half a payload
// more for each chunk than one does, or if a payload was decompressed twice.
// Run by hand: build/bench_copies
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <new>

#include <caf/scoped_actor.hpp>
#include <nlohmann/json.hpp>

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

// Not inlined, for GCC would take malloc and free for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t n) {
  note(n);
  if (auto p = __real_malloc(n))
    return p;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace {

struct sample {
  std::uint64_t chunks = 0;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t decompressed = 0;
  /// What the simulator wrote, before it compressed it.
  std::uint64_t text = 0;
};

sample run(int listeners) {
  using namespace muster;
  test::process simulator{{MUSTER_PROGRAM, "simulate", "--shards", "1",
                           "--guilds", "1", "--members", "100000",
                           "--identify-window", "0ms", "--cooldown", "0ms"}};
  settings values;
  values.rest_url = simulator.line();
  values.auto_chunk = true;
  config cfg;
  caf::actor_system sys{cfg};
  sample result;
  {
    tracker bot{sys, values, *token::parse("bench")};
    std::promise<void> done;
    std::atomic<std::uint64_t> chunks{0};
    for (int i = 0; i < listeners; ++i)
      bot.on([&](const guild_members_chunk&) { ++chunks; });
    bot.on([&](const finished_chunking&) { done.set_value(); });
    large_bytes = large_blocks = 0;
    bot.start();
    done.get_future().wait();
    caf::scoped_actor self{sys};
    self->request(bot.router(), std::chrono::seconds(10), statistics_request{})
        .receive(
            [&](const statistics& x) {
              result.decompressed = x.bytes_decompressed;
            },
            [](const caf::error&) {});
    bot.stop();
    result.chunks = chunks / static_cast<std::uint64_t>(listeners);
    result.blocks = large_blocks;
    result.bytes = result.chunks == 0 ? 0 : large_bytes / result.chunks;
  }
  auto counts = nlohmann::json::parse(simulator.end(SIGINT).out);
  result.text = counts["text_bytes"];
  return result;
}

} // namespace

int main() {
  std::printf("%10s %10s %10s %22s %14s %14s %8s\n", "listeners", "chunks",
              "blocks", "large bytes per chunk", "text bytes", "decompressed",
              "times");
  std::uint64_t alone = 0;
  int wrong = 0;
  for (int listeners : {1, 2, 8}) {
    auto x = run(listeners);
    std::printf("%10d %10llu %10llu %22llu %14llu %14llu %8.3f\n", listeners,
                static_cast<unsigned long long>(x.chunks),
                static_cast<unsigned long long>(x.blocks),
                static_cast<unsigned long long>(x.bytes),
                static_cast<unsigned long long>(x.text),
                static_cast<unsigned long long>(x.decompressed),
                static_cast<double>(x.decompressed)
                    / static_cast<double>(x.text));
    if (listeners == 1)
      alone = x.bytes;
    if (x.chunks == 0 || x.bytes > alone + x.text / x.chunks / 2) {
      std::fprintf(stderr, "%d listeners allocate more than one\n", listeners);
      wrong = 1;
    }
    // The ACK of a heartbeat may come after muster was asked.
    if (x.decompressed > x.text || x.text - x.decompressed > 1000) {
      std::fprintf(stderr, "not every payload was decompressed once\n");
      wrong = 1;
    }
  }
  return wrong;
}
