#include "app/simulator/compressor.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <zlib.h>
#include <zstd.h>

namespace muster::sim {

namespace {

using std::string_view;

// zlib's default.
constexpr int zlib_level = 6;

struct setting {
  ZSTD_cParameter what;
  int value;
};

// Those of Discord's gateway. Source: Discord's blog, "How Discord Reduced
// Websocket Traffic by 40%", Tuning.
constexpr setting zstd_settings[] = {{ZSTD_c_compressionLevel, 6},
                                     {ZSTD_c_windowLog, 18},
                                     {ZSTD_c_chainLog, 16},
                                     {ZSTD_c_hashLog, 16}};

// What a stream begins with. The checksum of zlib's would come at an end that
// a connection never has; zstd's says that the window is 2^18 bytes.
constexpr string_view zlib_header{"\x78\x9c"};
constexpr string_view zstd_header{"\x28\xb5\x2f\xfd\x00\x40", 6};

// Blocks of RFC 8878, 3.1.1.2, after which the last offsets are 1, 4 and 8 as
// at a stream's beginning, which is where packed text believes itself to be.
// That takes matches: of a blank 8 bytes before, then 4, then 1.
constexpr string_view first_offsets{"\x44\0\0\x41 \x01\x54\x08\x03\x00\x0b"
                                    "\x44\0\0\x11 \x02\x54\x01\x02\x00\x1c",
                                    22};
constexpr std::size_t their_blanks = 8 + 3 + 2 * (1 + 3);

// Output grows by this much at a time.
constexpr std::size_t growth = 64 * 1024;

} // namespace

struct compressor::contexts {
  z_stream zlib{};
  bool has_zlib = false;
  ZSTD_CCtx* zstd = nullptr;

  ~contexts() {
    if (has_zlib)
      deflateEnd(&zlib);
    ZSTD_freeCCtx(zstd);
  }
};

compressor::compressor(packing method)
    : method_(method), contexts_(std::make_unique<contexts>()) {
  if (is_zlib()) {
    // A stream is raw, so that it can be begun anew without a header.
    auto bits = method == packing::zlib_stream ? -MAX_WBITS : MAX_WBITS;
    if (deflateInit2(&contexts_->zlib, zlib_level, Z_DEFLATED, bits, 8,
                     Z_DEFAULT_STRATEGY)
        != Z_OK)
      throw std::bad_alloc{};
    contexts_->has_zlib = true;
  } else if (method == packing::zstd_stream) {
    contexts_->zstd = ZSTD_createCCtx();
    if (contexts_->zstd == nullptr)
      throw std::bad_alloc{};
    for (const auto& x : zstd_settings)
      ZSTD_CCtx_setParameter(contexts_->zstd, x.what, x.value);
  }
}

compressor::~compressor() = default;

void compressor::start(std::string& out) {
  out.clear();
  if (!std::exchange(started_, true) && method_ == packing::zlib_stream)
    out += zlib_header;
  if (method_ == packing::zlib_payload)
    deflateReset(&contexts_->zlib);
}

/// What comes next refers to nothing before it.
void compressor::forget(std::string& out) {
  if (is_zlib()) {
    deflateReset(&contexts_->zlib);
    return;
  }
  ZSTD_CCtx_reset(contexts_->zstd, ZSTD_reset_session_only);
  out += first_offsets;
}

std::size_t compressor::blanks() const {
  return is_zlib() ? 0 : their_blanks;
}

void compressor::encode_around(string_view head, string_view packed,
                               string_view tail, std::string& out) {
  start(out);
  add(head, true, out);
  if (!is_zlib())
    out += first_offsets;
  out += packed;
  // What is remembered is no longer where it is believed to be.
  forget(out);
  auto at = out.size();
  add(tail, true, out);
  if (!is_zlib())
    out.erase(at, zstd_header.size());
}

void compressor::encode(string_view text, std::string& out) {
  start(out);
  add(text, true, out);
}

void compressor::encode_long(string_view text, std::size_t count,
                             string_view tail, std::string& out) {
  start(out);
  add(text, false, out);
  const std::string filler(1u << 20, 'A');
  while (count > 0) {
    auto n = std::min(count, filler.size());
    add(string_view{filler}.substr(0, n), false, out);
    count -= n;
  }
  add(tail, true, out);
}

void compressor::add(string_view text, bool last, std::string& out) {
  if (method_ == packing::none) {
    out.append(text);
    return;
  }
  auto used = out.size();
  auto grow = [&] {
    if (out.size() < used + growth / 8)
      out.resize(used + growth);
  };
  if (is_zlib()) {
    auto& z = contexts_->zlib;
    auto end = method_ == packing::zlib_stream ? Z_SYNC_FLUSH : Z_FINISH;
    // zlib does not write through next_in; its type is only older than const.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    z.avail_in = static_cast<uInt>(text.size());
    do {
      grow();
      z.next_out = reinterpret_cast<Bytef*>(out.data() + used);
      z.avail_out = static_cast<uInt>(out.size() - used);
      deflate(&z, last ? end : Z_NO_FLUSH);
      used = out.size() - z.avail_out;
    } while (z.avail_out == 0 || z.avail_in > 0);
  } else {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (std::size_t left = 1; left != 0 || in.pos < in.size;) {
      grow();
      ZSTD_outBuffer dest{out.data() + used, out.size() - used, 0};
      left = ZSTD_compressStream2(contexts_->zstd, &dest, &in,
                                  last ? ZSTD_e_flush : ZSTD_e_continue);
      used += dest.pos;
      if (ZSTD_isError(left) || (!last && in.pos == in.size))
        break;
    }
  }
  out.resize(used);
}

std::string pack(packing stream, string_view text) {
  std::string result;
  compressor{stream}.encode(text, result);
  result.erase(0, stream == packing::zlib_stream ? zlib_header.size()
                                                 : zstd_header.size());
  return result;
}

} // namespace muster::sim
