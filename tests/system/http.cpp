#define CAF_SUITE system_http

#include <csignal>
#include <regex>
#include <set>

#include "tests/support/program.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const std::string packaging = MUSTER_FUZZ_CORPUS "/../../../app/packaging/";

struct answer {
  std::string head;
  std::string body;
};

answer get(std::uint16_t port, const std::string& path) {
  raw_client client{port};
  answer x;
  x.head = client.ask("GET " + path
                          + " HTTP/1.1\r\nHost: localhost\r\n"
                            "Connection: close\r\n\r\n",
                      &x.body);
  return x;
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != text.npos;
}

/// The names in a text that look like metrics of ours.
std::set<std::string> metrics_in(const std::string& text) {
  static const std::regex metric{"\\bmuster_[a-z_]+\\b"};
  return {std::sregex_token_iterator{text.begin(), text.end(), metric},
          std::sregex_token_iterator{}};
}

settings shown_at(const sim::simulator& gateway) {
  auto values = settings_for(gateway);
  values.http = ":0";
  values.auto_chunk = true;
  return values;
}

} // namespace

CAF_TEST(a bot that is embedded shows how it is) {
  sim::simulator gateway{small_world()};
  wire_bot x{shown_at(gateway)};
  auto port = x.bot->http_port();
  CAF_REQUIRE(port != 0);
  CAF_CHECK(has(get(port, "/readyz").head, " 503 "));
  CAF_CHECK(has(get(port, "/healthz").head, " 200 "));
  x.start();
  CAF_REQUIRE(x.wait_for_finish());
  CAF_CHECK(has(get(port, "/readyz").head, " 200 "));
  auto status = nlohmann::json::parse(get(port, "/status").body);
  CAF_CHECK_EQUAL(status["ready"], true);
  CAF_CHECK_EQUAL(status["startup"]["complete"], status["startup"]["guilds"]);
  CAF_CHECK_EQUAL(status["members"], status["startup"]["members"]);
  auto metrics = get(port, "/metrics");
  CAF_CHECK(has(metrics.head, "version=0.0.4"));
  CAF_CHECK(has(metrics.body, "muster_shard_connected{shard=\"0\"} 1\n"));
  CAF_CHECK(has(metrics.body, "muster_heartbeat_seconds_bucket"));
  for (auto path : {"/metrics", "/status", "/readyz", "/healthz"})
    CAF_CHECK(!has(get(port, path).body, "wire.token"));
  x.stop();
  // The port is free again.
  auto again = shown_at(gateway);
  again.http = ':' + std::to_string(port);
  wire_bot y{again};
  CAF_CHECK_EQUAL(y.bot->http_port(), port);
}

CAF_TEST(Prometheus finds nothing wrong with the metrics nor with the alerts) {
  sim::simulator gateway{small_world()};
  wire_bot x{shown_at(gateway)};
  x.start();
  CAF_REQUIRE(x.wait_for_finish());
  temporary_file metrics{get(x.bot->http_port(), "/metrics").body};
  auto lint = run_process(
      {"/bin/sh", "-c", "promtool check metrics <" + metrics.path()});
  CAF_CHECK_EQUAL(lint.exit_code, 0);
  CAF_CHECK_EQUAL(lint.err + lint.out, "");
  for (auto& command : {std::vector<std::string>{"check", "rules"},
                        std::vector<std::string>{"test", "rules"}}) {
    auto file =
        packaging + "alerts" + (command[0] == "test" ? "_test" : "") + ".yml";
    auto y =
        run_process({"/usr/bin/env", "promtool", command[0], command[1], file});
    CAF_CHECK_EQUAL(y.exit_code, 0);
    if (y.exit_code != 0)
      CAF_MESSAGE(y.out + y.err);
  }
  // What they and the dashboard look at is there.
  auto names = metrics_in(text_of_file(metrics.path()));
  for (auto file : {"alerts.yml", "alerts_test.yml", "dashboard.json"}) {
    auto used = metrics_in(text_of_file(packaging + file));
    CAF_CHECK(!used.empty());
    for (auto& one : used)
      if (!names.contains(one))
        CAF_ERROR(file << " looks at " << one << ", which there is not");
  }
}

CAF_TEST(the program shows it where it was told to) {
  sim::simulator gateway{small_world()};
  auto words = run_at(gateway, {"--http", ":0", "--http-host", "bot.test"});
  words.insert(words.begin(), program);
  process x{words, "some.token"};
  await_event(x, "finished_chunking");
  std::smatch found;
  auto said = x.err();
  CAF_REQUIRE(std::regex_search(said, found,
                                std::regex{"a page at http://[^/]*:(\\d+)/"}));
  auto port = static_cast<std::uint16_t>(std::stoi(found[1]));
  CAF_CHECK(has(get(port, "/readyz").head, " 200 "));
  raw_client named{port};
  CAF_CHECK(has(named.ask("GET /healthz HTTP/1.1\r\nHost: bot.test\r\n\r\n"),
                " 200 "));
  raw_client foreign{port};
  CAF_CHECK(has(foreign.ask("GET /status HTTP/1.1\r\nHost: evil.test\r\n\r\n"),
                " 403 "));
  auto taken = muster_with(run_at(gateway, {"--http", ":" + found[1].str()}),
                           "some.token");
  CAF_CHECK_EQUAL(taken.exit_code, 1);
  CAF_CHECK(has(taken.err, "name a port of its own"));
  auto end = x.end(SIGTERM);
  CAF_CHECK_EQUAL(end.exit_code, 143);
}

CAF_TEST(where it cannot be shown is told with the mend) {
  for (auto& [option, value, says] : std::vector<std::array<std::string, 3>>{
           {"--http", "9100", "write HOST:PORT"},
           {"--http", ":x", "no number from 1 to 65535"},
           {"--http", "http://a:1", "it is no URL"},
           {"--http-host", "bot.test:80", "leave out a port"}}) {
    auto x = muster_with({"run", option, value});
    CAF_CHECK_EQUAL(x.exit_code, 2);
    if (!has(x.err, says))
      CAF_ERROR(x.err);
  }
}
