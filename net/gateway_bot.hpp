#pragma once

#include <chrono>
#include <string_view>

#include "messages/gateway_info.hpp"
#include "net/http_answer.hpp"

namespace muster {

/// Reads the answer of GET /gateway/bot from `where`, a URL for the sentence
/// of an error; `now` measures a Retry-After that is a date. Pure.
/// Source: Events > Gateway > Get Gateway Bot.
gateway_answer read_gateway_bot(const http_answer& x, std::string_view where,
                                std::chrono::system_clock::time_point now);

/// True when asking again cannot help, as long as it never has.
bool is_fatal(const gateway_answer& x);

} // namespace muster
