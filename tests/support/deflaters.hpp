#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include <zlib.h>
#include <zstd.h>

#include "messages/settings.hpp"

namespace muster::test {

/// The gateway's end of a compressed connection.
class deflater {
public:
  virtual ~deflater() = default;
  /// One message, flushed.
  virtual std::string message(std::string_view text) = 0;
};

class zlib_deflater : public deflater {
public:
  explicit zlib_deflater(int level = Z_DEFAULT_COMPRESSION, int bits = 15,
                         int strategy = Z_DEFAULT_STRATEGY) {
    deflateInit2(&stream_, level, Z_DEFLATED, bits, 8, strategy);
  }
  ~zlib_deflater() override { deflateEnd(&stream_); }

  std::string message(std::string_view text) override {
    return run(text, Z_SYNC_FLUSH);
  }

  std::string run(std::string_view text, int flush) {
    std::string result;
    std::array<char, 65536> part;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(part.data());
      stream_.avail_out = part.size();
      ::deflate(&stream_, flush);
      result.append(part.data(), part.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
    return result;
  }

private:
  z_stream stream_{};
};

class zstd_deflater : public deflater {
public:
  ~zstd_deflater() override { ZSTD_freeCStream(stream_); }

  std::string message(std::string_view text) override {
    return run(text, ZSTD_e_flush);
  }

  std::string run(std::string_view text, ZSTD_EndDirective how) {
    std::string result;
    std::array<char, 65536> part;
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (std::size_t left = 1; left != 0;) {
      ZSTD_outBuffer out{part.data(), part.size(), 0};
      left = ZSTD_compressStream2(stream_, &out, &in, how);
      result.append(part.data(), out.pos);
    }
    return result;
  }

private:
  ZSTD_CStream* stream_ = ZSTD_createCStream();
};

inline std::unique_ptr<deflater> make_deflater(compression method) {
  if (method == compression::zlib)
    return std::make_unique<zlib_deflater>();
  return std::make_unique<zstd_deflater>();
}

} // namespace muster::test
