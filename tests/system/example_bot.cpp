#define CAF_SUITE system_example_bot

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(the example bot does what the README says) {
  sim::simulator gateway{small_world()};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = run_process(
      {MUSTER_EXAMPLE_BOT, "--muster.rest-url=" + gateway.rest_url(), guild},
      "some.token");
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("9872 members are here") != std::string::npos);
  CAF_CHECK(x.out.find("complete: 10 members") != std::string::npos);
}

CAF_TEST(the example bot ends when the gateway will not have it) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  auto x = run_process(
      {MUSTER_EXAMPLE_BOT, "--muster.rest-url=" + gateway.rest_url()}, "wrong");
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.err.find("token was refused") != std::string::npos);
}
