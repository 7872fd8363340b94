#define CAF_SUITE system_example_nodes

#include <algorithm>
#include <csignal>

#include "tests/support/free_port.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(C12 C13 a process without shards asks and streams members) {
  sim::simulator gateway{small_world()};
  temporary_folder folder;
  auto command = [&](const std::string& node) {
    return std::vector<std::string>{
        MUSTER_EXAMPLES "nodes", "--muster.rest-url=" + gateway.rest_url(),
        "--muster.state=sqlite:" + folder / "bot.db", "--muster.node=" + node};
  };
  auto there = "127.0.0.1:" + free_port();
  process runs{command(there), "some.token", true};
  for (int i = 0; i < 2; ++i)
    CAF_CHECK(runs.line().find(" ready") != std::string::npos);
  auto asks = command("127.0.0.1:" + free_port());
  asks.push_back(to_string(gateway.guild_ids()[1]));
  auto x = run_process(asks, "some.token");
  CAF_MESSAGE(x.err);
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("node at " + there) != std::string::npos);
  CAF_CHECK(x.out.find("complete: 1234 members") != std::string::npos);
  auto id = to_string(sim::simulator::member_id(1, 1233));
  CAF_CHECK(x.out.find(id + ' ') != std::string::npos);
  CAF_CHECK_EQUAL(gateway.counts().identifies.size(), 2u);
}
