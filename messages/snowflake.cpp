#include "messages/snowflake.hpp"

#include "messages/digits.hpp"

namespace muster {

std::string to_string(snowflake id) {
  return std::to_string(id.value);
}

std::optional<snowflake> parse_snowflake(std::string_view text) {
  std::uint64_t value = 0;
  auto last = text.data() + text.size();
  if (read_digits(text.data(), last, value) != last || value == 0)
    return std::nullopt;
  return snowflake{value};
}

} // namespace muster
