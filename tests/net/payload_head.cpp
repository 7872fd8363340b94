#define CAF_SUITE net_payload_head

#include "net/payload_head.hpp"

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// The views in it live no longer than the next call.
payload_head head_of(std::string_view text) {
  static frozen_buffer kept;
  kept = test::padded(text);
  return read_head(kept.view());
}

} // namespace

CAF_TEST(F2 event and guild and sequence are read where they are) {
  auto x = head_of(R"({"t":"GUILD_MEMBERS_CHUNK","s":77,"op":0,"d":{)"
                   R"("not_found":[],"guild_id":"613425648685547541",)"
                   R"("members":[{"user":{"id":"5","guild_id":"6)");
  CAF_CHECK_EQUAL(x.name, "GUILD_MEMBERS_CHUNK");
  CAF_CHECK_EQUAL(x.sequence.value_or(0), 77u);
  CAF_CHECK(x.guild == snowflake{613425648685547541});
  x = head_of(R"({"op":0,"s":3,"t":"GUILD_CREATE","d":{"id":1001,"name":"x)");
  CAF_CHECK_EQUAL(x.name, "GUILD_CREATE");
  CAF_CHECK(x.guild == snowflake{1001});
}

CAF_TEST(F2 what the head does not tell is not known) {
  // Not the id of something else, nor a part of an id.
  for (auto text :
       {R"({"t":"MESSAGE_CREATE","s":3,"op":0,"d":{"id":"5","content":")",
        R"({"t":"GUILD_CREATE","s":3,"op":0,"d":{"members":[{"id":"5"},)",
        R"({"t":"GUILD_CREATE","s":3,"op":0,"d":{"id":1001)",
        R"({"t":"GUILD_CREATE","s":3,"op":0,"d":{"id":"1001)",
        R"({"t":"GUILD_CREATE","s":3,"op":0,"d":{"id":null,"a":[)",
        R"({"t":"GUILD_CREATE","s":3,"op":0,"d":[1,2)"}) {
    CAF_MESSAGE(text);
    auto x = head_of(text);
    CAF_CHECK_EQUAL(x.sequence.value_or(0), 3u);
    CAF_CHECK(!x.name.empty());
    CAF_CHECK(!x.guild);
  }
  for (auto text : {"", "{", "xxxxxx", "[[[[[[[[", R"({"t":"A)", "\xff\xfe",
                    R"({"d":{"guild_id":"5","members":[)"}) {
    CAF_MESSAGE(text);
    auto x = head_of(text);
    CAF_CHECK(!x.sequence);
    CAF_CHECK(x.name.empty());
    CAF_CHECK(!x.guild);
  }
  CAF_CHECK(
      head_of("{\"t\":\"A\x1b[31m\",\"s\":3,\"op\":0,\"d\":{").name.empty());
}

CAF_TEST(F2 a head may be cut anywhere) {
  auto whole = test::chunk({.guild = snowflake{4242}, .nonce = "n"}, 9);
  std::size_t named = 0;
  for (std::size_t n = 0; n < whole.size(); ++n) {
    auto x = head_of(std::string_view{whole}.substr(0, n));
    CAF_CHECK(!x.guild || x.guild == snowflake{4242});
    named += x.guild.has_value();
  }
  CAF_CHECK(named > 0);
}
