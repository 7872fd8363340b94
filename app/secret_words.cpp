#include "app/secret_words.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace muster::app {

namespace {

/// What stands in our own sentences and is no secret.
bool is_example(std::string_view login) {
  return login == "USER" || login == "USER:PASSWORD";
}

/// `line` without the logins of its URLs: what is between the scheme and the
/// last @ before the next URL, whatever that is.
std::string of_urls(std::string line) {
  constexpr std::string_view mark = "://";
  for (auto begin = line.find(mark); begin != line.npos;
       begin = line.find(mark, begin)) {
    begin += mark.size();
    auto at = line.substr(0, line.find(mark, begin)).rfind('@');
    if (at != line.npos && at > begin
        && !is_example(std::string_view{line}.substr(begin, at - begin)))
      line.replace(begin, at - begin, "...");
  }
  return line;
}

/// `word` without the login of a proxy that is written without its scheme.
std::string of_word(std::string word) {
  auto at = word.rfind('@');
  if (at == word.npos || at + 1 == word.size() || word.find("://") != word.npos)
    return word;
  auto begin = word.rfind("--", 0) == 0 ? word.find('=') + 1 : 0;
  if (begin >= at)
    begin = 0;
  if (word[begin] == '\'' || word[begin] == '"')
    ++begin;
  auto login = std::string_view{word}.substr(begin, at - begin);
  if (login.find(':') != login.npos && !is_example(login))
    word.replace(begin, at - begin, "...");
  return word;
}

} // namespace

std::string without_logins(std::string text) {
  std::string result;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto line = of_urls(text.substr(0, end));
    for (std::size_t from = 0; from <= line.size();) {
      auto blank = std::min(line.find(' ', from), line.size());
      result += of_word(line.substr(from, blank - from));
      if (blank < line.size())
        result += ' ';
      from = blank + 1;
    }
    if (end == text.npos)
      break;
    result += '\n';
    text.erase(0, end + 1);
  }
  return result;
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
