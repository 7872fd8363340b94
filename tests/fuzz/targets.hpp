#pragma once

#include <string_view>

namespace muster::fuzz {

// Each gives foreign bytes to a decoder and throws std::logic_error when the
// decoder breaks a promise; whatever else is wrong with it is for the
// sanitizers to find. fuzz_x() is in x.cpp, inputs to begin with in corpus/x.

void fuzz_envelope(std::string_view bytes);
void fuzz_members_chunk(std::string_view bytes);
void fuzz_guild_create(std::string_view bytes);
/// READY, GUILD_DELETE, RATE_LIMITED and HELLO.
void fuzz_small_dispatch(std::string_view bytes);
/// What a WebSocket server sends.
void fuzz_frames(std::string_view bytes);
/// A digit for the HTTP status, the header Retry-After up to a line feed, the
/// body.
void fuzz_gateway_bot(std::string_view bytes);
/// An HTTP answer, to a request for a WebSocket too.
void fuzz_http_answer(std::string_view bytes);
// The stream, as messages that are each preceded by one byte with the length.
void fuzz_zlib(std::string_view bytes);
void fuzz_zstd(std::string_view bytes);
void fuzz_members(std::string_view bytes);
void fuzz_presences(std::string_view bytes);
/// Ids, intents, URLs, tokens, and text inside what muster sends.
void fuzz_text(std::string_view bytes);
/// The session and the books of a shard_cut.
void fuzz_cut_text(std::string_view bytes);
/// The simulator's faults.
void fuzz_fault(std::string_view bytes);
/// The simulator's side of opcode 8.
void fuzz_member_request(std::string_view bytes);

} // namespace muster::fuzz
