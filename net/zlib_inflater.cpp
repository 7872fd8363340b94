#include "net/zlib_inflater.hpp"

#include <algorithm>

#include <zlib.h>

#include "net/inflated_payload.hpp"
#include "net/zlib_message_end.hpp"

namespace muster {

namespace {

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
      return inflate_failure(errc::corrupt_compression);
    end_.pass(bytes);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    auto guess = inflated_payload::first_guess(bytes.size());
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
    if (more || !end_.take())
      return {};
    return out_.take();
  }

private:
  result fail(errc code) {
    ready_ = false;
    inflateEnd(&stream_);
    return inflate_failure(code);
  }

  z_stream stream_{};
  inflated_payload out_;
  zlib_message_end end_;
  bool ready_ = false;
};

} // namespace

std::unique_ptr<inflater> make_zlib_inflater(std::size_t max_payload,
                                             std::uint64_t limit) {
  return std::make_unique<zlib_inflater>(max_payload, limit);
}

} // namespace muster
