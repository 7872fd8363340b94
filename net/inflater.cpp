#include "net/inflater.hpp"

#include <algorithm>

#include <zlib.h>
#include <zstd.h>

#include "net/byte_buffer.hpp"

namespace muster {

namespace {

/// How much room the next step of output gets: chunks inflate about tenfold,
/// small events must not reserve much.
std::size_t first_guess(std::size_t compressed) {
  return std::clamp<std::size_t>(compressed * 8, 1024, std::size_t{1} << 20);
}

inflater::result failure(errc code) {
  return {inflater::status::failed, {}, code};
}

class zlib_inflater final : public inflater {
public:
  explicit zlib_inflater(std::size_t max_payload) : max_(max_payload) {
    ready_ = inflateInit(&stream_) == Z_OK;
  }

  ~zlib_inflater() override {
    if (ready_)
      inflateEnd(&stream_);
  }

  result feed(std::string_view bytes) override {
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
      auto to = out_.prepare(std::max(guess, out_.size() / 2));
      auto room = std::min<std::size_t>(out_.room(), 1u << 30);
      stream_.next_out = reinterpret_cast<Bytef*>(to);
      stream_.avail_out = static_cast<uInt>(room);
      auto ret = ::inflate(&stream_, Z_SYNC_FLUSH);
      out_.commit(room - stream_.avail_out);
      if (out_.size() > max_)
        return fail(errc::payload_limit_exceeded);
      if (ret == Z_BUF_ERROR || (ret == Z_OK && stream_.avail_out != 0)) {
        if (stream_.avail_in == 0)
          break;
        return fail(errc::corrupt_compression);
      }
      if (ret != Z_OK) // Z_STREAM_END too: the stream never ends
        return fail(errc::corrupt_compression);
    }
    if (tail_ != flush)
      return {};
    tail_.clear();
    return {status::payload, out_.freeze(), {}};
  }

private:
  result fail(errc code) {
    ready_ = false;
    inflateEnd(&stream_);
    return failure(code);
  }

  z_stream stream_{};
  byte_buffer out_;
  std::string tail_;
  std::size_t max_;
  bool ready_ = false;
};

class zstd_inflater final : public inflater {
public:
  explicit zstd_inflater(std::size_t max_payload)
      : context_(ZSTD_createDCtx()), max_(max_payload) {
    // The library's default would let a stream claim 128 MiB of history.
    ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, 25);
  }

  ~zstd_inflater() override { ZSTD_freeDCtx(context_); }

  result feed(std::string_view bytes) override {
    if (context_ == nullptr)
      return failure(errc::corrupt_compression);
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    auto guess = first_guess(bytes.size());
    for (;;) {
      auto to = out_.prepare(std::max(guess, out_.size() / 2));
      ZSTD_outBuffer out{to, out_.room(), 0};
      auto ret = ZSTD_decompressStream(context_, &out, &in);
      out_.commit(out.pos);
      if (ZSTD_isError(ret))
        return fail(errc::corrupt_compression);
      if (out_.size() > max_)
        return fail(errc::payload_limit_exceeded);
      // Input used up and room left over: everything has been flushed.
      if (in.pos == in.size && out.pos < out.size)
        break;
    }
    if (out_.size() == 0)
      return {};
    return {status::payload, out_.freeze(), {}};
  }

private:
  result fail(errc code) {
    ZSTD_freeDCtx(context_);
    context_ = nullptr;
    return failure(code);
  }

  ZSTD_DCtx* context_;
  byte_buffer out_;
  std::size_t max_;
};

} // namespace

std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload) {
  switch (method) {
  case compression::zlib:
    return std::make_unique<zlib_inflater>(max_payload);
  case compression::zstd:
    return std::make_unique<zstd_inflater>(max_payload);
  default:
    return nullptr;
  }
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
