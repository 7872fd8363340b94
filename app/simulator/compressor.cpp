#include "app/simulator/compressor.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include <zlib.h>
#include <zstd.h>

namespace muster::sim {

namespace {

// Low levels: a simulator must not be slower than its clients.
constexpr int zlib_level = 1;
constexpr int zstd_level = -10;

// Output grows by this much at a time.
constexpr std::size_t step = 64 * 1024;

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
    // A stream is raw, so that data from elsewhere can be put between; see
    // start().
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
    ZSTD_CCtx_setParameter(contexts_->zstd, ZSTD_c_compressionLevel,
                           zstd_level);
  }
}

compressor::~compressor() = default;

void compressor::start(std::string& out) {
  out.clear();
  // The header of a zlib stream; its checksum would come at an end that a
  // connection never has.
  if (!std::exchange(started_, true) && method_ == packing::zlib_stream)
    out += "\x78\x01";
  if (method_ == packing::zlib_payload)
    deflateReset(&contexts_->zlib);
}

void compressor::begin_prepared(std::string& out) {
  start(out);
  // What zlib remembers will no longer be where it believes it to be.
  deflateReset(&contexts_->zlib);
}

void compressor::encode(std::string_view text, std::string& out) {
  start(out);
  add(text, true, out);
}

void compressor::encode_long(std::string_view text, std::size_t count,
                             std::string_view tail, std::string& out) {
  start(out);
  add(text, false, out);
  const std::string filler(1u << 20, 'A');
  while (count > 0) {
    auto n = std::min(count, filler.size());
    add(std::string_view{filler}.substr(0, n), false, out);
    count -= n;
  }
  add(tail, true, out);
}

void compressor::add(std::string_view text, bool last, std::string& out) {
  if (method_ == packing::none) {
    out.append(text);
    return;
  }
  auto used = out.size();
  auto grow = [&] {
    if (out.size() < used + step / 8)
      out.resize(used + step);
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

} // namespace muster::sim
