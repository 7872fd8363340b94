#include "messages/event.hpp"

namespace muster {

std::string to_string(outcome x) {
  switch (x) {
  case outcome::complete:
    return "complete";
  case outcome::incomplete:
    return "incomplete";
  case outcome::no_response:
    return "no_response";
  case outcome::rate_limited:
    return "rate_limited";
  case outcome::guild_left:
    return "guild_left";
  case outcome::session_lost:
    return "session_lost";
  case outcome::cancelled:
    return "cancelled";
  }
  return "unknown";
}

std::string to_string(next_step x) {
  switch (x) {
  case next_step::resume:
    return "resume";
  case next_step::identify:
    return "identify";
  case next_step::none:
    return "none";
  }
  return "unknown";
}

} // namespace muster
