#include "app/secret_words.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace muster::app {

namespace {

/// Of the next login with a password in `text` from `from` on: its first byte
/// and the @ behind it; npos if there is none. A proxy may be written without a
/// scheme.
std::pair<std::size_t, std::size_t> find_login(std::string_view text,
                                               std::size_t from) {
  constexpr std::string_view ends = " \t\n'\"";
  for (auto at = text.find('@', from); at != text.npos;
       at = text.find('@', at + 1)) {
    // A password may have one, too.
    auto end = std::min(text.find_first_of(ends, at), text.size());
    at = text.substr(0, end).rfind('@');
    auto begin = std::string_view::size_type{from};
    if (auto blank = text.find_last_of(" \t\n'\"=", at);
        blank != text.npos && blank >= from)
      begin = blank + 1;
    if (auto scheme = text.substr(begin, at - begin).find("://");
        scheme != text.npos)
      begin += scheme + 3;
    if (at + 1 < end && text.substr(begin, at - begin).find(':') != text.npos)
      return {begin, at};
  }
  return {text.npos, text.npos};
}

} // namespace

std::string without_logins(std::string text) {
  for (std::size_t from = 0;;) {
    auto [begin, at] = find_login(text, from);
    if (at == text.npos)
      return text;
    text.replace(begin, at - begin, "...");
    from = begin + 4;
  }
}

void hide_logins(int argc, char** argv) {
  for (auto i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    constexpr std::string_view name = "--proxy";
    auto glued = word.substr(0, name.size() + 1) == "--proxy=";
    if (!glued && std::string_view{argv[i - 1]} != name)
      continue;
    auto begin = glued ? name.size() + 1 : 0;
    if (auto scheme = word.find("://", begin); scheme != word.npos)
      begin = scheme + 3;
    auto at = word.rfind('@');
    if (at != word.npos && at > begin)
      std::memset(argv[i] + begin, 'x', at - begin);
  }
}

} // namespace muster::app
