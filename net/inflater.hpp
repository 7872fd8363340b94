#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "messages/errc.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/settings.hpp"

namespace muster {

/// Decompresses the payloads of one connection, whose context lives as long
/// as the connection does. Not thread-safe.
/// Source: Events > Using Gateway > Transport Compression.
class inflater {
public:
  enum class status { payload, partial, skipped, failed };

  struct result {
    inflater::status status = status::partial;
    /// With status::payload; with status::skipped the head of it.
    frozen_buffer payload;
    /// With status::failed; the context cannot be used any more.
    errc error{};
    /// With status::skipped: what the whole payload would have been.
    std::uint64_t size = 0;
  };

  virtual ~inflater() = default;

  /// Takes one binary WebSocket message, or a piece of one when `more` of it
  /// follow.
  virtual result feed(std::string_view bytes, bool more = false) = 0;

  /// Nothing is expected for a while: takes less memory until the next feed(),
  /// which takes half a millisecond longer.
  virtual void rest() {}
};

/// What is inflated in vain for one payload before its connection is given up.
constexpr std::uint64_t skip_limit(std::size_t max_payload) {
  return std::max(std::uint64_t{1} << 30, std::uint64_t{max_payload} * 32);
}

/// Skips payloads of more than `max_payload` bytes, however small they come
/// (decompression bombs), in little memory; fails at those of more than
/// `limit`. Null for compression::none.
std::unique_ptr<inflater>
make_inflater(compression method, std::size_t max_payload, std::uint64_t limit);
std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload);

/// The value of the query parameter `compress`; empty for none.
std::string_view query_value(compression method);

} // namespace muster
