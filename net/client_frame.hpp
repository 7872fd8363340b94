#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// What a frame of a WebSocket client's is.
enum class frame_type : std::uint8_t { text = 1, close = 8, pong = 10 };

/// A whole frame, masked with random bits (RFC 6455, 5.3). Throws
/// std::runtime_error when the system has none.
std::string client_frame(frame_type type, std::string_view payload);

/// The same for a close with `code`.
std::string client_close(std::uint16_t code);

} // namespace muster
