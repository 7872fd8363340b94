#include "net/token.hpp"

namespace muster {

std::optional<token> token::parse(std::string_view text) {
  auto is_space = [](char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  };
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  if (text.rfind("Bot ", 0) == 0)
    text.remove_prefix(4);
  if (text.empty() || text == "Bot" || text.size() > 512)
    return std::nullopt;
  for (char c : text)
    if (c <= ' ' || c > '~') // would break an HTTP header
      return std::nullopt;
  token result;
  result.text_ = std::string{text};
  return result;
}

} // namespace muster
