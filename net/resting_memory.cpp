#include "net/resting_memory.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <new>
#include <string_view>

#include <sys/mman.h>
#include <zstd.h>

namespace muster {

namespace {

// As fast as it gets: what it saves is pages.
constexpr int level = -3;

struct freer {
  void operator()(ZSTD_CCtx* x) const { ZSTD_freeCCtx(x); }
  void operator()(ZSTD_DCtx* x) const { ZSTD_freeDCtx(x); }
};

/// What serves all blocks of a thread.
struct workshop {
  std::unique_ptr<ZSTD_CCtx, freer> packer{ZSTD_createCCtx()};
  std::unique_ptr<ZSTD_DCtx, freer> unpacker{ZSTD_createDCtx()};
  std::string room;
};

workshop& tools() {
  thread_local workshop result;
  return result;
}

} // namespace

resting_memory::resting_memory(std::size_t size)
    : size_((size + part_size - 1) / part_size * part_size),
      parts_(size_ / part_size) {
  auto at = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    throw std::bad_alloc{};
  data_ = static_cast<char*>(at);
}

resting_memory::~resting_memory() {
  munmap(data_, size_);
}

void resting_memory::rest() {
  auto& with = tools();
  if (!with.packer || !with.unpacker)
    return;
  with.room.resize(ZSTD_compressBound(part_size));
  auto at = data_;
  for (auto& x : parts_) {
    std::string_view bytes{at, part_size};
    at += part_size;
    if (x.resting)
      continue;
    auto hash = std::hash<std::string_view>{}(bytes);
    if (x.packed.empty() || x.hash != hash) {
      auto n =
          ZSTD_compressCCtx(with.packer.get(), with.room.data(),
                            with.room.size(), bytes.data(), part_size, level);
      x.packed.clear();
      if (ZSTD_isError(n) || n > part_size / 2) {
        x.packed.shrink_to_fit();
        continue; // not worth it
      }
      x.packed = std::string{with.room.data(), n};
      x.hash = hash;
    }
    x.resting =
        madvise(const_cast<char*>(bytes.data()), part_size, MADV_DONTNEED) == 0;
  }
}

void resting_memory::wake() {
  auto at = data_;
  for (auto& x : parts_) {
    if (x.resting) {
      auto& with = tools();
      if (!with.unpacker)
        throw std::bad_alloc{};
      auto n = ZSTD_decompressDCtx(with.unpacker.get(), at, part_size,
                                   x.packed.data(), x.packed.size());
      if (n != part_size)
        throw std::bad_alloc{};
      x.resting = false;
    }
    at += part_size;
  }
}

} // namespace muster
