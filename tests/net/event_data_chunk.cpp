#define CAF_SUITE net_event_data_chunk

#include "net/event_data.hpp"

#include <algorithm>

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::literals;

namespace {

using ids = std::vector<snowflake>;

struct fixture {
  frozen_buffer text;
  members_chunk chunk;
  guild_create guild;

  errc read_chunk(std::string_view data) {
    text = test::padded(data);
    return muster::read_chunk(text.view(), chunk);
  }

  errc read_guild(std::string_view data) {
    text = test::padded(data);
    return muster::read_guild_create(text.view(), guild);
  }

  /// A good chunk with `more` as its last field.
  errc chunk_with(std::string_view more) {
    std::string data = R"({"guild_id":"5","members":[],"chunk_index":0,)"
                       R"("chunk_count":1,)";
    return read_chunk(data.append(more) + '}');
  }

  std::optional<snowflake> guild_id(std::string_view data) {
    text = test::padded(data);
    return muster::read_guild_id(text.view());
  }
};

/// `fields` as one JSON object.
std::string object(const std::vector<std::string>& fields) {
  std::string result = "{";
  for (auto& x : fields)
    result += (result.size() > 1 ? "," : "") + x;
  return result + '}';
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(event_data_chunk_tests, fixture)

CAF_TEST(a chunk is read) {
  test::chunk_fields x;
  x.guild = snowflake{81384788765712384};
  x.nonce = "n1";
  x.index = 2;
  x.count = 7;
  x.members = 3;
  x.not_found = {snowflake{8}, snowflake{9}};
  x.presences = '[' + test::presence(snowflake{1}) + ']';
  CAF_CHECK_EQUAL(read_chunk(test::chunk_data(x)), errc{});
  CAF_CHECK(chunk.guild_id == snowflake{81384788765712384});
  CAF_CHECK_EQUAL(chunk.nonce, "n1");
  CAF_CHECK_EQUAL(chunk.index, 2);
  CAF_CHECK_EQUAL(chunk.count, 7);
  CAF_CHECK_EQUAL(chunk.members, 3u);
  CAF_CHECK(chunk.not_found == (ids{snowflake{8}, snowflake{9}}));
  CAF_CHECK_EQUAL(chunk.members_json, test::member_array(3));
  CAF_CHECK_EQUAL(chunk.presences_json, x.presences);
}

CAF_TEST(a chunk in any order of fields) {
  std::vector<std::string> fields{
      R"("chunk_count":4)",
      R"("chunk_index":3)",
      R"("guild_id":"5")",
      R"("members":[{"user":{"id":"1"}},{"user":{"id":"2"}}])",
      R"("nonce":"n1")",
      R"("not_found":["6"])",
      R"("presences":[{"user":{"id":"1"}}])",
  };
  std::size_t orders = 0, wrong = 0;
  do {
    auto good =
        read_chunk(object(fields)) == errc{} && chunk.guild_id == snowflake{5}
        && chunk.index == 3 && chunk.count == 4 && chunk.members == 2
        && chunk.nonce == "n1" && chunk.not_found == ids{snowflake{6}}
        && chunk.members_json == R"([{"user":{"id":"1"}},{"user":{"id":"2"}}])"
        && chunk.presences_json == R"([{"user":{"id":"1"}}])";
    wrong += !good;
    ++orders;
  } while (std::next_permutation(fields.begin(), fields.end()));
  CAF_CHECK_EQUAL(orders, 5040u);
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST(white space anywhere changes nothing) {
  CAF_CHECK_EQUAL(read_chunk(" {\n\t\"guild_id\" : \"5\" ,\r\n \"members\" : "
                             "[ \n { \"user\" : { } } \n , { } ] \n ,"
                             " \"chunk_index\" : 1 , \"presences\" : [ ] , "
                             "\"chunk_count\" : 2 , \"not_found\" : [ \"7\" "
                             ", 8 ] \n } \n "),
                  errc{});
  CAF_CHECK_EQUAL(chunk.members, 2u);
  CAF_CHECK_EQUAL(chunk.members_json, "[ \n { \"user\" : { } } \n , { } ]");
  CAF_CHECK_EQUAL(chunk.index, 1);
  CAF_CHECK_EQUAL(chunk.count, 2);
  CAF_CHECK(chunk.not_found == (ids{snowflake{7}, snowflake{8}}));
}

CAF_TEST(ids are strings or integers) {
  CAF_CHECK_EQUAL(read_chunk(R"({"guild_id":18446744073709551615,)"
                             R"("members":[],"chunk_index":0,"chunk_count":1,)"
                             R"("not_found":["6",7,18446744073709551615]})"),
                  errc{});
  CAF_CHECK(chunk.guild_id == snowflake{UINT64_MAX});
  CAF_CHECK(chunk.not_found
            == (ids{snowflake{6}, snowflake{7}, snowflake{UINT64_MAX}}));
}

CAF_TEST(what is no id in not_found is left out) {
  CAF_CHECK_EQUAL(
      chunk_with(R"("not_found":["1","x",-2,0,"0",3.5,null,true,["9"],)"
                 R"({"id":"9"},"",99999999999999999999,4])"),
      errc{});
  CAF_CHECK(chunk.not_found == (ids{snowflake{1}, snowflake{4}}));
}

CAF_TEST(an empty chunk is a chunk) {
  CAF_CHECK_EQUAL(read_chunk(R"({"guild_id":"5","members":[],)"
                             R"("chunk_index":0,"chunk_count":1})"),
                  errc{});
  CAF_CHECK_EQUAL(chunk.members, 0u);
  CAF_CHECK_EQUAL(chunk.members_json, "[]");
  CAF_CHECK_EQUAL(chunk.presences_json, "");
  CAF_CHECK_EQUAL(chunk.nonce, "");
  CAF_CHECK(chunk.not_found.empty());
}

CAF_TEST(null counts as absent where a field may be absent) {
  CAF_CHECK_EQUAL(
      chunk_with(R"("nonce":null,"not_found":null,"presences":null)"), errc{});
  CAF_CHECK_EQUAL(chunk.nonce, "");
  CAF_CHECK(chunk.not_found.empty());
  CAF_CHECK_EQUAL(chunk.presences_json, "");
}

CAF_TEST(unknown fields of any shape are skipped) {
  for (auto value : {"1", "null", "\"x\\\"}\"", "{\"guild_id\":\"9\"}",
                     "[[{\"members\":[1]}],2]", "-1.5e300", "[]", "{}"}) {
    CAF_MESSAGE("value: " << value);
    CAF_CHECK_EQUAL(chunk_with("\"extra\":"s + value), errc{});
    CAF_CHECK(chunk.guild_id == snowflake{5});
    CAF_CHECK_EQUAL(chunk.members, 0u);
  }
}

CAF_TEST(Q5 negative and huge indexes come through for the ledger to judge) {
  auto with = [&](std::string_view index, std::string_view count) {
    std::string data = R"({"guild_id":"5","members":[],"chunk_index":)";
    return read_chunk(
        data.append(index).append(",\"chunk_count\":").append(count) + '}');
  };
  CAF_CHECK_EQUAL(with("-1", "0"), errc{});
  CAF_CHECK_EQUAL(chunk.index, -1);
  CAF_CHECK_EQUAL(chunk.count, 0);
  CAF_CHECK_EQUAL(with("9223372036854775807", "-9223372036854775808"), errc{});
  CAF_CHECK_EQUAL(chunk.index, INT64_MAX);
  CAF_CHECK_EQUAL(chunk.count, INT64_MIN);
  // What is no integer of 64 bits is no index.
  for (auto index : {"9223372036854775808", "99999999999999999999999", "1.5",
                     "\"1.5\"", "\"x\"", "null", "true", "[0]", "{}"}) {
    CAF_MESSAGE("index: " << index);
    CAF_CHECK_NOT_EQUAL(with(index, "1"), errc{});
    CAF_CHECK_NOT_EQUAL(with("0", index), errc{});
  }
}

CAF_TEST(every field that is needed is missed) {
  const std::vector<std::string> all{R"("chunk_count":4)", R"("chunk_index":3)",
                                     R"("guild_id":"5")", R"("members":[])"};
  CAF_CHECK_EQUAL(read_chunk(object(all)), errc{});
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto fields = all;
    fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(i));
    CAF_CHECK_EQUAL(read_chunk(object(fields)), errc::malformed_field);
  }
  CAF_CHECK_EQUAL(read_chunk("{}"), errc::malformed_field);
}

CAF_TEST(wrong types are malformed fields) {
  const std::vector<std::string> all{R"("chunk_count":4)", R"("chunk_index":3)",
                                     R"("guild_id":"5")", R"("members":[])"};
  const std::pair<std::size_t, std::string> bad[] = {
      {2, R"("guild_id":null)"},  {2, R"("guild_id":0)"},
      {2, R"("guild_id":"0")"},   {2, R"("guild_id":"x")"},
      {2, R"("guild_id":-5)"},    {2, R"("guild_id":[])"},
      {2, R"("guild_id":{})"},    {2, R"("guild_id":true)"},
      {3, R"("members":null)"},   {3, R"("members":{})"},
      {3, R"("members":"[]")"},   {3, R"("members":5)"},
      {1, R"("chunk_index":"")"}, {0, R"("chunk_count":{})"},
  };
  for (auto& [where, field] : bad) {
    CAF_MESSAGE("field: " << field);
    auto fields = all;
    fields[where] = field;
    CAF_CHECK_EQUAL(read_chunk(object(fields)), errc::malformed_field);
  }
}

CAF_TEST(F2 what is not needed is passed over whatever its type) {
  for (std::string value : {"5.5", "true", "{}", "[]", "[{}]", "{\"a\":[1]}",
                            "\"\xFF\"", "nonsense", "-1"})
    for (auto key : {"not_found", "presences", "extra"}) {
      CAF_MESSAGE(key << ": " << value);
      CAF_CHECK_EQUAL(chunk_with('"' + std::string{key} + "\":" + value),
                      errc{});
      CAF_CHECK(chunk.guild_id == snowflake{5});
      CAF_CHECK(chunk.not_found.empty());
    }
  for (auto value : {"5.5", "true", "{}", "[]", "nonsense"}) {
    CAF_CHECK_EQUAL(chunk_with("\"nonce\":"s + value), errc{});
    CAF_CHECK_EQUAL(chunk.nonce, "");
  }
}

CAF_TEST(F2 what can be understood is understood) {
  for (auto index : {"3", "\"3\"", "3.0", "\"3.0\"", "3e0"})
    for (auto count : {"100", "\"100\"", "100.0", "1e2"})
      for (auto guild : {"5", "\"5\"", "5.0"}) {
        CAF_CHECK_EQUAL(read_chunk("{\"guild_id\":"s + guild
                                   + ",\"members\":[],\"chunk_index\":" + index
                                   + ",\"chunk_count\":" + count + '}'),
                        errc{});
        CAF_CHECK(chunk.guild_id == snowflake{5});
        CAF_CHECK_EQUAL(chunk.index, 3);
        CAF_CHECK_EQUAL(chunk.count, 100);
      }
  CAF_CHECK_EQUAL(chunk_with(R"("not_found":"6","nonce":5)"), errc{});
  CAF_CHECK(chunk.not_found == ids{snowflake{6}});
  CAF_CHECK_EQUAL(chunk.nonce, "5");
  CAF_CHECK_EQUAL(chunk_with("\"not_found\":[\"6\",\"\xFF\",7.0],"
                             "\"nonce\":\"a\xFF\""),
                  errc{});
  CAF_CHECK(chunk.not_found == (ids{snowflake{6}, snowflake{7}}));
  CAF_CHECK_EQUAL(chunk.nonce, "a\xEF\xBF\xBD");
}

CAF_TEST(F2 the end of the data is known even of a chunk that is dropped) {
  CAF_CHECK_EQUAL(read_chunk(R"({"members":5,"guild_id":"x"} , "s":1})"),
                  errc::malformed_field);
  CAF_CHECK_EQUAL(chunk.behind, R"( , "s":1})");
  CAF_CHECK_EQUAL(read_chunk(R"({"members":[)"), errc::malformed_json);
  CAF_CHECK(chunk.behind.data() == nullptr);
  CAF_CHECK_EQUAL(read_guild(R"({"id":"x"}})"), errc::malformed_field);
  CAF_CHECK_EQUAL(guild.behind, "}");
}

CAF_TEST(what is no object is malformed) {
  for (auto text : {"", " ", "5", "null", "[]", "\"x\"", "nonsense", "{", "}",
                    "[{\"guild_id\":\"5\"}]"}) {
    CAF_MESSAGE("text: '" << text << "'");
    CAF_CHECK_NOT_EQUAL(read_chunk(text), errc{});
    CAF_CHECK_NOT_EQUAL(read_guild(text), errc{});
    CAF_CHECK(!guild_id(text));
  }
}

CAF_TEST(a result holds nothing of the one before) {
  test::chunk_fields x;
  x.guild = snowflake{5};
  x.nonce = "n1";
  x.not_found = {snowflake{8}};
  x.presences = "[]";
  read_chunk(test::chunk_data(x));
  CAF_CHECK_NOT_EQUAL(read_chunk("{}"), errc{});
  CAF_CHECK_EQUAL(chunk.nonce, "");
  CAF_CHECK(chunk.not_found.empty());
  CAF_CHECK(chunk.guild_id == snowflake{});
  CAF_CHECK_EQUAL(chunk.members, 0u);
}

CAF_TEST(escapes in a nonce are decoded) {
  CAF_CHECK_EQUAL(chunk_with(R"("nonce":"a\"b\\c\u00e9\ud83d\ude00")"), errc{});
  CAF_CHECK_EQUAL(chunk.nonce, "a\"b\\c\xC3\xA9\xF0\x9F\x98\x80");
}

CAF_TEST(brackets and quotes inside members do not end them) {
  auto members = R"([{"nick":"] } \" ]","user":{"id":"1"}},{"roles":["]"]}])"s;
  CAF_CHECK_EQUAL(read_chunk(R"({"chunk_index":0,"chunk_count":1,"members":)"
                             + members + R"(,"guild_id":"5"})"),
                  errc{});
  CAF_CHECK_EQUAL(chunk.members, 2u);
  CAF_CHECK_EQUAL(chunk.members_json, members);
}

CAF_TEST(more may follow the value) {
  test::chunk_fields x;
  x.guild = snowflake{5};
  x.members = 2;
  CAF_CHECK_EQUAL(read_chunk(test::chunk_data(x) + "}"), errc{});
  CAF_CHECK_EQUAL(chunk.members, 2u);
  CAF_CHECK_EQUAL(chunk.behind, "}");
  CAF_CHECK_EQUAL(read_chunk(test::chunk_data(x) + R"(,"s":1,"op":0})"),
                  errc{});
}

CAF_TEST(a chunk cut off at any byte is survived) {
  test::chunk_fields x;
  x.guild = snowflake{5};
  x.nonce = "n\"1";
  x.members = 2;
  x.not_found = {snowflake{8}};
  x.presences = '[' + test::presence(snowflake{1}) + ']';
  for (std::string ending : {"", "}", "]}", "\"}"}) {
    auto whole = test::chunk_data(x);
    std::size_t accepted = 0;
    for (std::size_t n = 0; n < whole.size(); ++n)
      accepted += read_chunk(whole.substr(0, n) + ending) == errc{};
    // With a brace put back, the text may be whole by chance.
    if (ending.empty())
      CAF_CHECK_EQUAL(accepted, 0u);
  }
  CAF_CHECK_EQUAL(read_chunk(test::chunk_data(x)), errc{});
}

CAF_TEST(any changed byte is survived) {
  test::chunk_fields x;
  x.guild = snowflake{5};
  x.nonce = "n1";
  auto whole = test::chunk_data(x);
  for (char c : {'\0', '"', '\\', '{', '}', '[', ']', ',', ':', '9', '\xFF'})
    for (std::size_t i = 0; i < whole.size(); ++i) {
      auto changed = whole;
      changed[i] = c;
      read_chunk(changed);
      read_guild(changed);
      guild_id(changed);
    }
  CAF_CHECK_EQUAL(read_chunk(whole), errc{});
}

CAF_TEST_FIXTURE_SCOPE_END()
