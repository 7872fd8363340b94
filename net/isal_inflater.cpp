#include "net/isal_inflater.hpp"

#ifndef MUSTER_HAS_ISAL

namespace muster {

std::unique_ptr<inflater> make_isal_inflater(std::size_t, std::uint64_t) {
  return nullptr;
}

} // namespace muster

#else

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <isa-l/igzip_lib.h>

#include "net/inflated_payload.hpp"
#include "net/resting_memory.hpp"
#include "net/zlib_message_end.hpp"

namespace muster {

namespace {

class isal_inflater final : public inflater {
public:
  isal_inflater(std::size_t max_payload, std::uint64_t limit)
      : memory_(std::in_place, sizeof(inflate_state)),
        state_(::new (memory_->data()) inflate_state),
        out_(max_payload, limit) {
    isal_inflate_init(state_);
  }

  result feed(std::string_view bytes, bool more) override {
    if (!memory_)
      return inflate_failure(errc::corrupt_compression);
    end_.pass(bytes);
    auto guess = inflated_payload::first_guess(bytes.size());
    if (!pass_header(bytes))
      return fail(errc::corrupt_compression);
    memory_->wake();
    auto& s = *state_;
    // It does not write through next_in.
    s.next_in =
        reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes.data()));
    s.avail_in = static_cast<std::uint32_t>(bytes.size());
    do {
      auto to = out_.prepare(guess);
      auto room = std::min<std::size_t>(out_.room(), 1u << 30);
      s.next_out = reinterpret_cast<std::uint8_t*>(to);
      s.avail_out = static_cast<std::uint32_t>(room);
      auto ret = isal_inflate(&s);
      out_.commit(room - s.avail_out);
      if (out_.beyond_limit())
        return fail(errc::payload_limit_exceeded);
      if (ret != ISAL_DECOMP_OK)
        return fail(errc::corrupt_compression);
    } while (s.avail_out == 0); // otherwise everything has been flushed
    if (s.block_state == ISAL_BLOCK_FINISH) {
      // The stream never ends; as with zlib it has not before its checksum,
      // of which bytes may have been read ahead.
      trailer_ += s.avail_in + static_cast<std::size_t>(s.read_in_length) / 8;
      s.read_in_length = 0;
      if (trailer_ >= checksum_size)
        return fail(errc::corrupt_compression);
    } else if (s.avail_in != 0) {
      return fail(errc::corrupt_compression);
    }
    if (more || !end_.take())
      return {};
    return out_.take();
  }

  void rest() override {
    try {
      if (memory_)
        memory_->rest();
    } catch (const std::bad_alloc&) { // then parts of it do not
    }
  }

private:
  static constexpr std::size_t checksum_size = 4;

  /// Takes the header of the stream (RFC 1950, 2.2); false if it is wrong.
  bool pass_header(std::string_view& bytes) {
    while (!bytes.empty() && header_.size() < header_size_) {
      header_ += bytes.front();
      bytes.remove_prefix(1);
      if (header_.size() != header_size_)
        continue;
      auto method = static_cast<unsigned char>(header_[0]);
      auto flags = static_cast<unsigned char>(header_[1]);
      if ((method * 256 + flags) % 31 != 0 || (method & 0x0f) != 8
          || method >> 4 > 7 || header_size_ > 2)
        return false;
      if ((flags & 0x20) != 0)
        header_size_ = 6; // it wants a dictionary, and there is none
    }
    return true;
  }

  result fail(errc code) {
    memory_.reset();
    return inflate_failure(code);
  }

  /// 87 kB, of which half is text.
  std::optional<resting_memory> memory_;
  inflate_state* state_;
  inflated_payload out_;
  zlib_message_end end_;
  std::string header_;
  std::size_t header_size_ = 2;
  std::size_t trailer_ = 0;
};

} // namespace

std::unique_ptr<inflater> make_isal_inflater(std::size_t max_payload,
                                             std::uint64_t limit) {
  return std::make_unique<isal_inflater>(max_payload, limit);
}

} // namespace muster

#endif
