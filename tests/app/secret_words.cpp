#define CAF_SUITE app_secret_words

#include "app/secret_words.hpp"

#include <vector>

#include "tests/support/suite.hpp"

using namespace muster::app;

namespace {

std::vector<std::string> hidden(std::vector<std::string> words) {
  std::vector<char*> all;
  for (auto& x : words)
    all.push_back(x.data());
  hide_logins(static_cast<int>(all.size()), all.data());
  return words;
}

} // namespace

CAF_TEST(a message has no login) {
  for (auto& [text, shown] : std::vector<std::pair<std::string, std::string>>{
           {"not expected: http://u:p@a:1", "not expected: http://...@a:1"},
           {"'socks5://u:p@q@a:1' is", "'socks5://...@a:1' is"},
           {"u:p@a:1", "...@a:1"},
           {"--proxi=u:p@a x http://y:z@b", "--proxi=...@a x http://...@b"},
           {"postgresql://USER@HOST/D", "postgresql://USER@HOST/D"},
           {"USER:PASSWORD@ before HOST", "USER:PASSWORD@ before HOST"},
           {"@", "@"},
           {"a@b@c:1", "a@b@c:1"},
           {"http://USER:PASSWORD@HOST or socks5://",
            "http://USER:PASSWORD@HOST or socks5://"},
           {"http://user:a==@h:1", "http://...@h:1"},
           {"--prxy=http://user:S'E\"C=R T@h:1 --once",
            "--prxy=http://...@h:1 --once"},
           {"http://token@h:1", "http://...@h:1"},
           {"a\nhttp://u:p@h\nb", "a\nhttp://...@h\nb"},
           {"http://a:1 http://u:p@b", "http://a:1 http://...@b"},
           {"'u:p=@a:1'", "'...@a:1'"},
           {"a\n", "a\n"},
           {"--u:p@h=1:2", "...@h=1:2"},
           {"--=@x", "--=@x"},
           {"", ""}})
    CAF_CHECK_EQUAL(without_logins(text), shown);
}

CAF_TEST(the command line has no login) {
  using words = std::vector<std::string>;
  CAF_CHECK(hidden({"m", "run", "--proxy", "http://u:p@a:1", "--once"})
            == words({"m", "run", "--proxy", "http://xxx@a:1", "--once"}));
  CAF_CHECK(hidden({"m", "--proxy=socks5://user:p@q@a:1"})
            == words({"m", "--proxy=socks5://xxxxxxxx@a:1"}));
  CAF_CHECK(hidden({"m", "--proxy", "u:p@a"})
            == words({"m", "--proxy", "xxx@a"}));
  CAF_CHECK(hidden({"m", "--proxy"}) == words({"m", "--proxy"}));
  CAF_CHECK(hidden({"m", "--proxy", "http://a:1"})
            == words({"m", "--proxy", "http://a:1"}));
  CAF_CHECK(hidden({"m", "--state", "a:b@c"})
            == words({"m", "--state", "a:b@c"}));
}
