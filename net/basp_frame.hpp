#pragma once

#include <cstddef>
#include <optional>

namespace muster {

/// Bytes of the head of a frame of BASP, the protocol of CAF's broker.
constexpr std::size_t basp_head = 32;

/// Reads a head, of basp_head bytes: how long the body is that follows it.
/// nullopt for what CAF 0.17 must not be given, since it would crash, or take
/// any amount of memory: a type that there is not, a body of more than `most`
/// bytes, none where one belongs, a message of a stream.
std::optional<std::size_t> basp_body(const char* head, std::size_t most);

/// What a frame opens.
enum class basp_kind { server_handshake, client_handshake, other };

basp_kind basp_kind_of(const char* head);

} // namespace muster
