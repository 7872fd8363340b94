#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "messages/event.hpp"

namespace muster {

/// What a call ended with (C12), without its members: who asks again, since no
/// answer came, is answered with it.
struct ended_call {
  std::uint64_t number = 0;
  chunk_request_finished end;
};

/// A nonce that is not to be used again for a while; `call` may be null.
struct ended_nonce {
  std::string nonce;
  std::shared_ptr<const ended_call> call;
};

/// As the store keeps it.
std::string write_ended_call(const ended_call& x);

/// Null if it cannot be read.
std::shared_ptr<const ended_call> read_ended_call(std::string_view text);

} // namespace muster
