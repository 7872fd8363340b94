#define CAF_SUITE app_config_text

#include "app/config_text.hpp"

#include <string>
#include <utility>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster::app;

namespace {

using table = std::vector<std::pair<std::string, std::string>>;

void check(const table& all) {
  for (auto& [text, plain] : all)
    CAF_CHECK_EQUAL(plain_config(text), plain);
}

} // namespace

CAF_TEST(comments end and strings hold a number sign) {
  check({
      {"# all\n; of INI\n  # too\n", ""},
      {"a = 1 # why\nb = 2\t#why\n", "a =1\nb =2\n"},
      {"[run] # of it\n[run]# too", "[run]\n[run]\n"},
      {"a = \"x#y\" # \"z\"", "a =\"x#y\"\n"},
      {"a = 'x#y'# z", "a =\"x#y\"\n"},
      {"a = http://u:p#q@h:1", "a =http://u:p#q@h:1\n"},
      {"a = \"it's\" # b", "a =\"it's\"\n"},
      {"a = it's # \"b", "a =it's\n"},
      {"a = \"open # b\nc = 1", "a =\"open\nc =1\n"},
      {"a = 1 ; b", "a =1 ; b\n"},
  });
}

CAF_TEST(escapes are what they stand for) {
  check({
      {R"(a = "x\"y")", "a ='x\"y'\n"},
      {R"(a = "x\\y")", "a =\"x\\y\"\n"},
      {R"(a = "x\\" # b)", "a =\"x\\\"\n"},
      {R"(a = 'x\\y')", "a =\"x\\\\y\"\n"},
      {R"(a = 'x"y')", "a ='x\"y'\n"},
      {R"(a = "x\ny")", "a =\"x\\ny\"\n"},
  });
}

CAF_TEST(an array is one line) {
  check({
      {"a = [1, 2]\nb = 1", "a =[1, 2]\nb =1\n"},
      {"a = [\n  \"1\", # one\n  \"2#\"\n]\nb = 1",
       "a =[   \"1\",    \"2#\" ]\nb =1\n"},
      {"a = [# one\n1,# two\n2]", "a =[ 1, 2]\n"},
      {"a = [\"]\", \"#\"]", "a =[\"]\", \"#\"]\n"},
      {"a = [::1]:80 # b\nc = 1", "a =\"[::1]:80\"\nc =1\n"},
      {"a = [1\n[run]", "a =[1 [run]\n"},
  });
}

CAF_TEST(no line is too short) {
  check({
      {"x", "x=true\n"},
      {"x\n[a]\n]\n", "x=true\n[a]\n]=true\n"},
      {"a=", "a=\"\"\n"},
      {"once", "once=true\n"},
      {"\xef\xbb\xbf[run]\r\na = 1\r\n\r\n", "[run]\na =1\n"},
      {"", ""},
      {"\n \t\n", ""},
      {"\"a\" = 1", "\"a\" =1\n"},
      {"a = b=c", "a =b=c\n"},
  });
}
