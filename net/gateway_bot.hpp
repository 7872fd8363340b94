#pragma once

#include <string_view>

#include "messages/gateway_info.hpp"

namespace muster {

/// Reads the answer of GET /gateway/bot: HTTP status, body and the header
/// Retry-After (or an empty text). Pure.
/// Source: Events > Gateway > Get Gateway Bot.
gateway_answer read_gateway_bot(int status, std::string_view body,
                                std::string_view retry_after);

/// True when asking again cannot help.
bool is_fatal(const gateway_answer& x);

} // namespace muster
