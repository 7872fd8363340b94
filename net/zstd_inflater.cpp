#include "net/zstd_inflater.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#define ZSTD_STATIC_LINKING_ONLY // for ZSTD_createDCtx_advanced
#include <zstd.h>

#include "net/inflated_payload.hpp"
#include "net/resting_memory.hpp"

namespace muster {

namespace {

/// Where a context has its memory. The window can rest; how large it is the
/// other side says.
class context_memory {
public:
  ZSTD_customMem functions() { return {allocate, release, this}; }

  void rest() noexcept {
    resting_ = !windows_.empty();
    try {
      for (auto& x : windows_)
        x->rest();
    } catch (const std::bad_alloc&) { // then some do not
    }
  }

  void wake() {
    if (!resting_)
      return;
    for (auto& x : windows_)
      x->wake();
    resting_ = false;
  }

private:
  static constexpr std::size_t min_window = std::size_t{128} << 10;
  // To compress more would take long.
  static constexpr std::size_t max_window = std::size_t{2} << 20;

  static void* allocate(void* self, std::size_t size) {
    // The first is the context itself, which is looked at without feed().
    auto first =
        !std::exchange(static_cast<context_memory*>(self)->made_, true);
    if (first || size < min_window || size > max_window)
      return std::malloc(size);
    try {
      auto& all = static_cast<context_memory*>(self)->windows_;
      all.push_back(std::make_unique<resting_memory>(size));
      return all.back()->data();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }

  static void release(void* self, void* data) {
    auto& all = static_cast<context_memory*>(self)->windows_;
    if (std::erase_if(all, [&](auto& x) { return x->data() == data; }) == 0)
      std::free(data);
  }

  std::vector<std::unique_ptr<resting_memory>> windows_;
  bool made_ = false;
  bool resting_ = false;
};

class zstd_inflater final : public inflater {
public:
  zstd_inflater(std::size_t max_payload, std::uint64_t limit)
      : context_(ZSTD_createDCtx_advanced(memory_.functions())),
        out_(max_payload, limit) {
    if (context_ == nullptr)
      return; // feed() says so
    // The library's default would let a stream claim 128 MiB of history.
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 25);
  }

  ~zstd_inflater() override { ZSTD_freeDCtx(context_); }

  result feed(std::string_view bytes, bool more) override {
    if (context_ == nullptr)
      return inflate_failure(errc::corrupt_compression);
    memory_.wake();
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    auto guess = inflated_payload::first_guess(bytes.size());
    for (;;) {
      auto to = out_.prepare(guess);
      ZSTD_outBuffer out{to, out_.room(), 0};
      auto ret = ZSTD_decompressStream(context_, &out, &in);
      out_.commit(out.pos);
      if (ZSTD_isError(ret))
        return fail(errc::corrupt_compression);
      if (out_.beyond_limit())
        return fail(errc::payload_limit_exceeded);
      // Input used up and room left over: everything has been flushed.
      if (in.pos == in.size && out.pos < out.size)
        break;
    }
    if (more || out_.empty())
      return {};
    return out_.take();
  }

  void rest() override {
    // In the middle of a message the next piece is near.
    if (context_ != nullptr && out_.empty())
      memory_.rest();
  }

private:
  result fail(errc code) {
    ZSTD_freeDCtx(context_);
    context_ = nullptr;
    return inflate_failure(code);
  }

  context_memory memory_;
  ZSTD_DCtx* context_;
  inflated_payload out_;
};

} // namespace

std::unique_ptr<inflater> make_zstd_inflater(std::size_t max_payload,
                                             std::uint64_t limit) {
  return std::make_unique<zstd_inflater>(max_payload, limit);
}

} // namespace muster
