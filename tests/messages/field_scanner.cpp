#define CAF_SUITE messages_field_scanner

#include "messages/field_scanner.hpp"

#include <vector>

#include "messages/frozen_buffer.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using status = field_scanner::status;

namespace {

using texts = std::vector<std::string>;

struct fixture {
  frozen_buffer text;
  status last = status::field;
  std::string rest;

  /// "key=value" of each field.
  texts fields_of(std::string_view json) {
    text = frozen_buffer{json};
    return all([](auto& from, auto& x) { return from.next(x); },
               field_scanner{text.view()});
  }

  /// The values of the items.
  texts items_of(std::string_view json) {
    text = frozen_buffer{json};
    return all([](auto& from, auto& x) { return from.item(x); },
               field_scanner{text.view()});
  }

  template <class Next>
  texts all(Next next, field_scanner from) {
    texts result;
    field_scanner::field x;
    while ((last = next(from, x)) == status::field)
      result.push_back(x.key.empty()
                           ? std::string{x.value}
                           : std::string{x.key} + '=' + std::string{x.value});
    rest = last == status::end ? std::string{from.rest()} : "";
    return result;
  }

  std::string value_of(std::string_view json) {
    text = frozen_buffer{json};
    return std::string{first_value(text.view())};
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(field_scanner_tests, fixture)

CAF_TEST(the fields of an object) {
  CAF_CHECK(fields_of(R"({"a":1,"b":{"c":"}"},"d":"x\"}","e":[1,{}]} tail)")
            == (texts{"a=1", R"(b={"c":"}"})", R"(d="x\"}")", "e=[1,{}]"}));
  CAF_CHECK(last == status::end);
  CAF_CHECK_EQUAL(rest, " tail");
  CAF_CHECK(fields_of(" { } ").empty());
  CAF_CHECK(last == status::end);
}

CAF_TEST(an object that is none or cut off is malformed) {
  for (auto json :
       {"", "[]", "5", "{", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":1,)",
        R"({"a":"x)", R"({"a":{"b":1})", R"({"a":1 "b":2})", "{a:1}"}) {
    fields_of(json);
    CAF_CHECK(last == status::malformed);
  }
}

CAF_TEST(the items of an array) {
  CAF_CHECK(items_of(R"([1, "a,]" ,{"b":[2,"]"]},[3,[4]],null] tail)")
            == (texts{"1", R"("a,]")", R"({"b":[2,"]"]})", "[3,[4]]", "null"}));
  CAF_CHECK(last == status::end);
  CAF_CHECK_EQUAL(rest, " tail");
  CAF_CHECK(items_of(" [ ] ").empty());
  CAF_CHECK(last == status::end);
}

CAF_TEST(F2 a broken item hides none behind it) {
  const std::pair<std::string_view, texts> rows[] = {
      {"[1,,2,]", {"1", "2"}},
      {R"([{"a":1} {"b":2}])", {R"({"a":1})", R"({"b":2})"}},
      {"[1,},2]", {"1", "}", "2"}},
      {R"([{"a":[1},{"b":2]}, 3])", {R"({"a":[1},{"b":2]})", "3"}},
      {"[:,x y,2]", {":", "x", "y", "2"}},
  };
  for (auto& [json, expected] : rows) {
    CAF_CHECK_EQUAL(items_of(json), expected);
    CAF_CHECK(last == status::end);
  }
}

CAF_TEST(an array that is none or cut off is malformed) {
  for (auto json : {"", "{}", "5", "[", "[1", "[1,", R"(["a)", "[{", "[[1]"}) {
    items_of(json);
    CAF_CHECK(last == status::malformed);
  }
}

CAF_TEST(fields go on behind one) {
  text = frozen_buffer{R"( , "b":2} tail)"};
  CAF_CHECK(all([](auto& from, auto& x) { return from.next(x); },
                field_scanner::behind(text.view()))
            == texts{"b=2"});
  CAF_CHECK_EQUAL(rest, " tail");
  text = frozen_buffer{",2]"};
  CAF_CHECK(all([](auto& from, auto& x) { return from.item(x); },
                field_scanner::behind(text.view()))
            == texts{"2"});
}

CAF_TEST(E7 data of any type is cut out of its payload) {
  for (std::string value :
       {"{}", R"({"a":{"b":"}"}})", "[]", R"([1,"]",{"a":[2]}])", "null",
        "true", "false", "0", "-12.5e3", R"("")", R"("t\"ext}")", R"("\\")"})
    for (auto behind : {"}", " }", "\n, \"s\":1}", ",\"s\":1}"})
      for (auto before : {"", " ", "\r\n\t"})
        CAF_CHECK_EQUAL(value_of(before + value + behind), value);
}

CAF_TEST(E7 data that is cut off is none) {
  for (std::string_view value : {R"({"a":{"b":"}"}})", R"([1,"]",{"a":[2]}])",
                                 "null", "false", "-12.5e3", R"("t\"ext}")"}) {
    std::size_t wrong = 0;
    for (std::size_t n = 0; n < value.size(); ++n)
      wrong += !value_of(value.substr(0, n)).empty();
    CAF_CHECK_EQUAL(wrong, 0u);
  }
  CAF_CHECK_EQUAL(value_of("12"), ""); // perhaps of 123
  for (auto none : {"", " ", "}", "]", ",", ":1}", "nul}", "nonsense}", "1.}",
                    "NaN}", "\"}", "'a'}"})
    CAF_CHECK_EQUAL(value_of(none), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
