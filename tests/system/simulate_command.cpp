#define CAF_SUITE system_simulate_command

#include <csignal>

#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/suite.hpp"

using namespace muster::test;

namespace {

std::vector<std::string> simulate(std::string name, std::string value) {
  return {MUSTER_PROGRAM, "simulate", std::move(name), std::move(value)};
}

const auto times = {"--guild-delay",        "--chunk-delay",
                    "--heartbeat-interval", "--identify-window",
                    "--send-window",        "--cooldown"};

} // namespace

CAF_TEST(every time may be shorter than a second) {
  for (auto name : times)
    for (auto value : {"900ms", "0.9s", "1ms"}) {
      process x{simulate(name, value)};
      auto url = x.line();
      CAF_CHECK(url.starts_with("http://127.0.0.1:"));
      auto end = x.end(SIGINT);
      CAF_CHECK_EQUAL(end.exit_code, 130);
    }
}

CAF_TEST(what is no time is refused with the mend) {
  for (auto name : times)
    for (auto value : {"5", "-1s", "soon", "", "1e3s", "900 ms"}) {
      auto x = run_process(simulate(name, value));
      CAF_CHECK_EQUAL(x.exit_code, 2);
      CAF_CHECK(x.err.find(name) != std::string::npos);
    }
  auto none = run_process(simulate("--heartbeat-interval", "0s"));
  CAF_CHECK_EQUAL(none.exit_code, 2);
  CAF_CHECK(none.err.find("write 1ms or more") != std::string::npos);
}
