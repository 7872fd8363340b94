#define CAF_SUITE system_unreadable

#include "tests/support/payloads.hpp"
#include "tests/support/process.hpp"
#include "tests/support/scripted_gateway.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const snowflake here{613425648685547601};

/// READY with `guilds` as JSON, its guild, and `members` as answer to opcode 8.
scripted_gateway::script with(std::string guilds, std::string members) {
  return [=](const nlohmann::json& said) -> std::vector<std::string> {
    if (said["op"] == 2)
      return {test::dispatch("READY", 1,
                             R"({"session_id":"s","guilds":)" + guilds + '}'),
              test::guild_create(here, 3)};
    if (said["op"] != 8)
      return {};
    return {test::dispatch(
        "GUILD_MEMBERS_CHUNK", 3,
        R"({"guild_id":")" + to_string(here)
            + R"(","chunk_index":0,"chunk_count":1,"members":)" + members
            + R"(,"nonce":)" + said["d"]["nonce"].dump() + '}')};
  };
}

outcome_of_process ask(const scripted_gateway& gateway,
                       std::vector<std::string> args) {
  args.insert(args.begin(), MUSTER_PROGRAM);
  args.insert(args.end(),
              {"--rest-url", gateway.rest_url(), "--compress", "none"});
  return run_process(args);
}

const std::string ready_guild = R"([{"id":")" + to_string(here) + "\"}]";

bool says(const outcome_of_process& x, const std::string& words) {
  return x.err.find(words) != std::string::npos;
}

} // namespace

CAF_TEST(B2 members prints those that can be read and exits with 3) {
  scripted_gateway gateway{
      with(ready_guild, "[" + member(snowflake{1}) + ",{\"user\" {}},"
                            + member(snowflake{2}) + ",null]")};
  auto x = ask(gateway, {"members", to_string(here)});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK_EQUAL(x.out,
                  member(snowflake{1}) + '\n' + member(snowflake{2}) + '\n');
  CAF_CHECK(says(x, "guild " + to_string(here)
                        + ": members that could not be read and were left "
                          "out: 2\n"));
  CAF_CHECK(says(x, "members that could not be read: 2\n"));
}

CAF_TEST(B2 members takes text that is not UTF8) {
  auto odd = member(snowflake{1});
  odd.insert(odd.size() - 1, ",\"x\":\"a\xFF\nz\"");
  scripted_gateway gateway{
      with(ready_guild, "[" + odd + "," + member(snowflake{2}) + "]")};
  auto x = ask(gateway, {"members", to_string(here)});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  odd.replace(odd.find('\n'), 1, " "); // one line each
  CAF_CHECK_EQUAL(x.out, odd + '\n' + member(snowflake{2}) + '\n');
  CAF_CHECK(!says(x, "not be read"));
}

CAF_TEST(F2 once exits with 3 when READY lists what cannot be read) {
  for (auto& [more, code] : {std::pair{"", 0}, std::pair{",null", 3}}) {
    auto list = ready_guild;
    list.insert(list.size() - 1, more);
    scripted_gateway gateway{with(list, member_array(3))};
    auto x = ask(gateway, {"run", "--once", "--events", "json"});
    CAF_CHECK_EQUAL(x.exit_code, code);
    CAF_CHECK(x.out.find("finished_chunking") != std::string::npos);
    CAF_CHECK_EQUAL(says(x, "of the guilds of READY 1 could not be read"),
                    code == 3);
  }
}
