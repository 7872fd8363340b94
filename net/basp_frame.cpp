#include "net/basp_frame.hpp"

#include <caf/io/basp/header.hpp>
#include <caf/io/basp/message_type.hpp>

namespace muster {

using caf::io::basp::message_type;

static_assert(basp_head == caf::io::basp::header_size);

namespace {

/// In the first byte of a message's id: its content belongs to a stream, and is
/// cast without a look.
constexpr unsigned char stream_bit = 0x20;

std::size_t byte_at(const char* head, int i) {
  return static_cast<unsigned char>(head[i]);
}

} // namespace

std::optional<std::size_t> basp_body(const char* head, std::size_t most) {
  auto type = static_cast<message_type>(byte_at(head, 0));
  auto body = byte_at(head, 4) << 24 | byte_at(head, 5) << 16
              | byte_at(head, 6) << 8 | byte_at(head, 7);
  if (type > message_type::heartbeat || body > most
      || (body == 0) != (type == message_type::heartbeat))
    return std::nullopt;
  auto message = type == message_type::direct_message
                 || type == message_type::routed_message;
  if (message && (byte_at(head, 8) & stream_bit) != 0)
    return std::nullopt;
  return body;
}

basp_kind basp_kind_of(const char* head) {
  switch (static_cast<message_type>(byte_at(head, 0))) {
  case message_type::server_handshake:
    return basp_kind::server_handshake;
  case message_type::client_handshake:
    return basp_kind::client_handshake;
  default:
    return basp_kind::other;
  }
}

} // namespace muster
