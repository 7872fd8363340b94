#include "net/token.hpp"

#include <algorithm>

#include "net/words.hpp"

namespace muster {

namespace {

constexpr std::size_t max_token_size = 512;

bool is_break(char c) {
  return c == '\r' || c == '\n';
}

bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

/// What editors and shells of some systems write before or around a text.
bool is_utf16(std::string_view text) {
  if (text.size() < 2)
    return false;
  auto head = text.substr(0, 2);
  return head == "\xFF\xFE" || head == "\xFE\xFF"
         || (text.find('\0') != text.npos && (text[0] == 0) != (text[1] == 0));
}

/// What is wrong with a trimmed text, or null.
const char* flaw_of(std::string_view text) {
  if (text.empty() || text == "Bot")
    return "it is empty";
  if (std::any_of(text.begin(), text.end(), is_break))
    return "it has several lines; keep only the one with the token";
  if (text.find("TOKEN=") != text.npos)
    return "it holds an assignment; keep only what follows the '='";
  if (is_quote(text.front()) || is_quote(text.back()))
    return "it stands in quotes; take them away";
  if (std::any_of(text.begin(), text.end(), is_blank))
    return "it has spaces inside; a bot token is one word";
  // Would break an HTTP header.
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return c <= ' ' || c > '~'; }))
    return "it has a character that no token has; copy the token anew";
  if (text.size() > max_token_size)
    return "it has more than 512 characters; a bot token has about 70";
  return nullptr;
}

} // namespace

std::optional<token> token::parse(std::string_view text, std::string* why) {
  auto flaw = is_utf16(text) ? "it is UTF-16; save it as UTF-8" : nullptr;
  if (text.rfind("\xEF\xBB\xBF", 0) == 0)
    text.remove_prefix(3);
  text = trimmed(text);
  if (text.rfind("Bot ", 0) == 0)
    text.remove_prefix(4);
  if (flaw == nullptr)
    flaw = flaw_of(text);
  if (flaw != nullptr) {
    if (why != nullptr)
      *why = flaw;
    return std::nullopt;
  }
  token result;
  result.text_ = std::string{text};
  return result;
}

} // namespace muster
