#pragma once

#include <cstddef>
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
  enum class status { payload, partial, failed };

  struct result {
    inflater::status status = status::partial;
    /// With status::payload.
    frozen_buffer payload;
    /// With status::failed; the context cannot be used any more.
    errc error{};
  };

  virtual ~inflater() = default;

  /// Takes one binary WebSocket message.
  virtual result feed(std::string_view bytes) = 0;
};

/// Refuses payloads of more than `max_payload` bytes, however small they come
/// (decompression bombs). Null for compression::none.
std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload);

/// The value of the query parameter `compress`; empty for none.
std::string_view query_value(compression method);

} // namespace muster
