#include "net/inflater.hpp"

#include <algorithm>
#include <utility>

#include <zlib.h>
#include <zstd.h>

#include "net/byte_buffer.hpp"
#include "net/connection.hpp"

namespace muster {

namespace {

/// How much room the next step of output gets: chunks inflate about tenfold,
/// small events must not reserve much.
std::size_t first_guess(std::size_t compressed) {
  return std::clamp<std::size_t>(compressed * 8, 1024, std::size_t{1} << 20);
}

inflater::result failure(errc code) {
  return {inflater::status::failed, {}, code, 0};
}

/// The payload that is being inflated. Beyond the cap all but its head goes
/// into room that is used again, for the stream needs to see its end.
class output {
public:
  output(std::size_t cap, std::uint64_t limit) : cap_(cap), limit_(limit) {}

  char* prepare(std::size_t guess) {
    if (skipping_)
      bytes_.clear();
    return bytes_.prepare(std::max(guess, bytes_.size() / 2));
  }
  std::size_t room() const { return bytes_.room(); }

  void commit(std::size_t n) {
    bytes_.commit(n);
    size_ += n;
    if (skipping_ || size_ <= cap_)
      return;
    skipping_ = true;
    head_ = frozen_buffer{bytes_.view().substr(0, connection::head_size)};
    bytes_ = byte_buffer{};
  }

  bool beyond_limit() const { return size_ > limit_; }
  bool empty() const { return size_ == 0; }

  /// What has come of a whole message; the next one begins.
  inflater::result take() {
    auto size = std::exchange(size_, 0);
    if (!std::exchange(skipping_, false))
      return {inflater::status::payload, bytes_.freeze(), {}, 0};
    bytes_.clear();
    return {inflater::status::skipped, std::exchange(head_, {}), {}, size};
  }

private:
  byte_buffer bytes_;
  frozen_buffer head_;
  std::size_t cap_;
  std::uint64_t limit_;
  std::uint64_t size_ = 0;
  bool skipping_ = false;
};

class zlib_inflater final : public inflater {
public:
  zlib_inflater(std::size_t max_payload, std::uint64_t limit)
      : out_(max_payload, limit) {
    ready_ = inflateInit(&stream_) == Z_OK;
  }

  ~zlib_inflater() override {
    if (ready_)
      inflateEnd(&stream_);
  }

  result feed(std::string_view bytes, bool more) override {
    if (!ready_)
      return failure(errc::corrupt_compression);
    // A message may span several frames and ends with an empty block.
    constexpr std::string_view flush{"\0\0\xff\xff", 4};
    tail_.append(bytes.substr(
        bytes.size() - std::min<std::size_t>(bytes.size(), flush.size())));
    if (tail_.size() > flush.size())
      tail_.erase(0, tail_.size() - flush.size());
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    auto guess = first_guess(bytes.size());
    for (;;) {
      auto to = out_.prepare(guess);
      auto room = std::min<std::size_t>(out_.room(), 1u << 30);
      stream_.next_out = reinterpret_cast<Bytef*>(to);
      stream_.avail_out = static_cast<uInt>(room);
      auto ret = ::inflate(&stream_, Z_SYNC_FLUSH);
      out_.commit(room - stream_.avail_out);
      if (out_.beyond_limit())
        return fail(errc::payload_limit_exceeded);
      if (ret == Z_BUF_ERROR || (ret == Z_OK && stream_.avail_out != 0)) {
        if (stream_.avail_in == 0)
          break;
        return fail(errc::corrupt_compression);
      }
      if (ret != Z_OK) // Z_STREAM_END too: the stream never ends
        return fail(errc::corrupt_compression);
    }
    if (more || tail_ != flush)
      return {};
    tail_.clear();
    return out_.take();
  }

private:
  result fail(errc code) {
    ready_ = false;
    inflateEnd(&stream_);
    return failure(code);
  }

  z_stream stream_{};
  output out_;
  std::string tail_;
  bool ready_ = false;
};

class zstd_inflater final : public inflater {
public:
  zstd_inflater(std::size_t max_payload, std::uint64_t limit)
      : context_(ZSTD_createDCtx()), out_(max_payload, limit) {
    // The library's default would let a stream claim 128 MiB of history.
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 25);
  }

  ~zstd_inflater() override { ZSTD_freeDCtx(context_); }

  result feed(std::string_view bytes, bool more) override {
    if (context_ == nullptr)
      return failure(errc::corrupt_compression);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    auto guess = first_guess(bytes.size());
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

private:
  result fail(errc code) {
    ZSTD_freeDCtx(context_);
    context_ = nullptr;
    return failure(code);
  }

  ZSTD_DCtx* context_;
  output out_;
};

} // namespace

std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload,
                                        std::uint64_t limit) {
  switch (method) {
  case compression::zlib:
    return std::make_unique<zlib_inflater>(max_payload, limit);
  case compression::zstd:
    return std::make_unique<zstd_inflater>(max_payload, limit);
  default:
    return nullptr;
  }
}

std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload) {
  return make_inflater(method, max_payload, skip_limit(max_payload));
}

std::string_view query_value(compression method) {
  switch (method) {
  case compression::zlib:
    return "zlib-stream";
  case compression::zstd:
    return "zstd-stream";
  default:
    return {};
  }
}

} // namespace muster
