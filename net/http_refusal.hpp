#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "net/clock.hpp"
#include "net/http_answer.hpp"

namespace muster {

/// How long `x` asks to stay away: its Retry-After in seconds or as a date,
/// which is measured by the answer's own Date or else by `now`. 0 to 24 h.
/// Source: RFC 9110, 10.2.3.
timespan asked_to_wait(const http_answer& x,
                       std::chrono::system_clock::time_point now);

/// 0 to 24 h; nothing for what is no number.
timespan bounded_wait(double seconds);

/// A page of Cloudflare, which stands before Discord: it says nothing about
/// the token or the request.
bool is_cloudflare_page(const http_answer& x);

/// What the answer is, for a line of a log: "HTTP 503", and more where more
/// helps.
std::string describe(const http_answer& x);

/// Foreign text, fit to be shown.
std::string shown(std::string_view text, std::size_t limit = 200);

} // namespace muster
