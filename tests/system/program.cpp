#define CAF_SUITE system_program

#include <csignal>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <tuple>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "net/url.hpp"
#include "tests/support/process.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
using nlohmann::json;

namespace {

const std::string program = MUSTER_PROGRAM;
const std::string readme_path = MUSTER_FUZZ_CORPUS "/../../../README.md";
constexpr int a_minute = 60'000;

outcome_of_process muster_with(std::vector<std::string> args,
                               const std::string& token = {}) {
  args.insert(args.begin(), program);
  return run_process(args, token);
}

/// `run` against a gateway, with limits that match small_world().
std::vector<std::string> run_at(const sim::simulator& gateway,
                                std::vector<std::string> more,
                                const char* events = "json") {
  std::vector<std::string> args{"run",
                                "--rest-url",
                                gateway.rest_url(),
                                "--events",
                                events,
                                "--identify-interval",
                                "60ms",
                                "--cooldown",
                                "320ms",
                                "--guild-create-timeout",
                                "2s",
                                "--timeout",
                                "500ms",
                                "--first-response-timeout",
                                "500ms"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(json::parse(line));
  return result;
}

/// The same with stdout, or more, redirected by the shell.
outcome_of_process muster_redirected(const std::string& where,
                                     std::vector<std::string> args) {
  args.insert(
      args.begin(),
      {"/bin/sh", "-c", "exec timeout 60 \"$0\" \"$@\" " + where, program});
  return run_process(args);
}

std::string text_of_file(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// All words of a text that look like options, "--once" for one.
std::set<std::string> options_in(const std::string& text) {
  static const std::regex option{"--[a-z][a-z-]*"};
  return {std::sregex_token_iterator{text.begin(), text.end(), option},
          std::sregex_token_iterator{}};
}

int usage(std::vector<std::string> args, const char* says) {
  auto x = muster_with(std::move(args));
  if (x.err.find(says) == std::string::npos)
    CAF_FAIL("stderr lacks '" << says << "': " << x.err);
  return x.exit_code;
}

} // namespace

CAF_TEST(without token and URL it shows the main job on the simulator) {
  auto x = muster_with({"run", "--events", "json"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto all = lines_of(x.out);
  CAF_REQUIRE(!all.empty());
  auto expected = json{{"event", "finished_chunking"},
                       {"shards", 2},
                       {"guilds", 40},
                       {"members", 200040}};
  CAF_CHECK(all.back() == expected);
  int counts[3] = {};
  for (auto& e : all) {
    counts[0] += e["event"] == "chunk_request_finished";
    counts[1] += e["event"] == "shard_finished_chunking";
    counts[2] += e["event"] == "shard_ready";
  }
  CAF_CHECK_EQUAL(counts[0], 40);
  CAF_CHECK_EQUAL(counts[1], 2);
  CAF_CHECK_EQUAL(counts[2], 2);
}

CAF_TEST(pretty shows a summary) {
  auto x = muster_with({"run"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("200,040 members") != std::string::npos);
  CAF_CHECK(x.out.find("summary") != std::string::npos);
}

CAF_TEST(once exits with 0 or 3) {
  sim::simulator whole{small_world()};
  CAF_CHECK_EQUAL(muster_with(run_at(whole, {"--once"})).exit_code, 0);
  auto world = small_world();
  world.faults = {*sim::parse_fault("drop:guild=1,chunk=1,times=0")};
  sim::simulator partial{world};
  auto x = muster_with(run_at(partial, {"--once"}));
  CAF_CHECK_EQUAL(x.exit_code, 3);
  for (auto& e : lines_of(x.out))
    if (e["event"] == "chunk_request_finished"
        && e["outcome"] == "incomplete") {
      CAF_CHECK(e["missed_chunks"] == json::array({1}));
      CAF_CHECK(e["attempts"] == 2);
    }
}

CAF_TEST(once with a guild that the bot is not in exits with 3 and names it) {
  sim::simulator gateway{small_world()};
  auto here = to_string(gateway.guild_ids()[0]);
  auto x = muster_with(run_at(gateway, {"--once", "--only", here}));
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.err.find(here) == std::string::npos);
  x = muster_with(run_at(gateway, {"--once", "--only", here, "--only", "99"}));
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(x.err.find("the bot is not in guild 99") != std::string::npos);
  CAF_CHECK(x.out.find("\"finished_chunking\",\"shards\":2,\"guilds\":1,")
            != std::string::npos);
}

CAF_TEST(a signal leaves cleanly with 130 or 143) {
  for (auto [number, expected] : {std::pair{SIGINT, 130}, {SIGTERM, 143}}) {
    sim::simulator gateway{small_world()};
    auto args = run_at(gateway, {});
    args.insert(args.begin(), program);
    process x{args};
    std::string line;
    do
      line = x.line();
    while (!line.empty() && line.find("\"finished_chunking\"") == line.npos);
    CAF_REQUIRE(!line.empty());
    CAF_CHECK_EQUAL(x.end(number).exit_code, expected);
    for (auto& [code, n] : gateway.counts().closes_by_client)
      CAF_CHECK(code != 1000 && code != 1001 && code != 1006);
  }
}

CAF_TEST(signals in quick succession are one) {
  process x{{program, "simulate"}};
  CAF_REQUIRE(!x.line().empty());
  kill(x.pid(), SIGINT);
  auto end = x.end(SIGTERM);
  CAF_CHECK_EQUAL(end.exit_code, 130);
  CAF_CHECK(end.out.find("identifies") != std::string::npos);
}

CAF_TEST(a second signal ends what a stuck reader holds up) {
  auto world = small_world();
  world.members = 20'000; // more than a pipe holds
  sim::simulator gateway{world};
  process x{{program, "members", to_string(gateway.guild_ids()[0]),
             "--rest-url", gateway.rest_url()}};
  // The read end once more, to watch it without reading.
  auto path = "/proc/" + std::to_string(x.pid()) + "/fd/1";
  auto pipe = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  CAF_REQUIRE(pipe >= 0);
  pollfd written{pipe, POLLIN, 0};
  CAF_CHECK_EQUAL(poll(&written, 1, a_minute), 1);
  pollfd closed{pipe, 0, 0};
  int ended = 0;
  for (int i = 0; i < 300 && ended == 0; ++i) {
    kill(x.pid(), i == 0 ? SIGINT : SIGTERM);
    ended = poll(&closed, 1, 200);
  }
  CAF_CHECK_EQUAL(ended, 1);
  close(pipe);
  CAF_CHECK_EQUAL(x.end(0).exit_code, 130);
}

CAF_TEST(what stdout does not take is an error) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  std::string pipe = "/tmp/muster-test-pipe-" + std::to_string(getpid());
  CAF_REQUIRE_EQUAL(mkfifo(pipe.c_str(), 0600), 0);
  // Its only reader is gone before the program starts.
  auto unread = "3<>" + pipe + " >" + pipe + " 3<&-";
  for (auto& where : std::vector<std::string>{">/dev/full", ">&-", unread})
    for (auto& args : {run_at(gateway, {"--once"}),
                       run_at(gateway, {"--once"}, "pretty"),
                       {"members", guild, "--rest-url", gateway.rest_url()},
                       {"simulate"}}) {
      auto x = muster_redirected(where, args);
      CAF_CHECK_EQUAL(x.exit_code, 1);
      CAF_CHECK(x.err.find("cannot write to stdout") != std::string::npos);
    }
  unlink(pipe.c_str());
}

CAF_TEST(the token is in no output and no process listing) {
  sim::simulator gateway{small_world()};
  auto args = run_at(gateway, {"--log-level", "debug"});
  args.insert(args.begin(), program);
  process x{args, "MTk.very-secret"};
  auto first = x.line();
  std::ifstream listing{"/proc/" + std::to_string(x.pid()) + "/cmdline"};
  std::string shown{std::istreambuf_iterator<char>{listing}, {}};
  auto rest = x.end(SIGINT);
  CAF_CHECK(!shown.empty());
  for (auto& text : {shown, first, rest.out, rest.err})
    CAF_CHECK(text.find("very-secret") == std::string::npos);
}

CAF_TEST(fatal errors exit with 1) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  auto x = muster_with(run_at(gateway, {"--once"}), "wrong");
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("token") != std::string::npos);
  world.token.clear();
  world.tls = true;
  sim::simulator encrypted{world};
  auto y = muster_with(run_at(encrypted, {"--once"}));
  CAF_CHECK_EQUAL(y.exit_code, 1);
  CAF_CHECK(y.err.find("certificate") != std::string::npos);
}

CAF_TEST(a shard that ends for good still counts in the summary) {
  auto world = small_world();
  world.shards = 1;
  world.guilds = 8; // of 7 chunks
  world.faults = {*sim::parse_fault("close:code=4014,after=30")};
  sim::simulator gateway{world};
  auto x = muster_with(run_at(gateway, {}, "pretty"));
  CAF_CHECK_EQUAL(x.exit_code, 1);
  for (auto row : {R"(\n  chunks +([\d,]+) \()",
                   R"(\n  connections +([\d,]+) identifies, )"}) {
    std::smatch found;
    CAF_REQUIRE(std::regex_search(x.out, found, std::regex{row}));
    CAF_CHECK(found[1] != "0");
  }
}

CAF_TEST(members says what is fatal though logs are off) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  auto x = muster_with(
      {"members", "77", "--rest-url", gateway.rest_url(), "--log-level", "off"},
      "wrong");
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("token was refused") != std::string::npos);
}

CAF_TEST(members tells a shard that has ended from a lost session) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("close:code=4014,after=3")};
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = muster_with({"members", guild, "--rest-url", gateway.rest_url(),
                        "--log-level", "off"});
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("code 4014") != std::string::npos);
}

CAF_TEST(a token on the command line is refused and not repeated) {
  for (auto command : {"run", "members"}) {
    auto x = muster_with({command, "--token", "very-secret"});
    CAF_CHECK_EQUAL(x.exit_code, 2);
    CAF_CHECK(x.err.find("DISCORD_TOKEN") != std::string::npos);
    CAF_CHECK(x.err.find("very-secret") == std::string::npos);
  }
}

CAF_TEST(bad usage exits with 2 and says the mend) {
  CAF_CHECK_EQUAL(usage({"run", "--frobnicate"}, "--frobnicate"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--shard-count", "x"}, "auto"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--shards", "3-1"}, "0-3,7"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--intents", "gilds"}, "gilds"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--timeout", "5"}, "250ms"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--timeout", "0s"}, "timeout"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--large-threshold", "10"}, "50 to 250"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--rest-url", "ftp://x"}, "http://"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--rest-url", "https://discord.com/api/v10"},
                        "DISCORD_TOKEN"),
                  2);
  CAF_CHECK_EQUAL(usage({"run", "--token-file", "/no/such"}, "/no/such"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--token-file", "/"}, "cannot be read"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--token-file", "/dev/zero"}, "no token"), 2);
  CAF_CHECK_EQUAL(usage({"simulate", "--token-file", "/no/such"}, "/no/such"),
                  2);
  CAF_CHECK_EQUAL(usage({"simulate", "--script", "/"}, "cannot read /"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--once", "--no-auto-chunk"}, "--once"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--once", "--intents", "guilds"}, "--once"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--max-attempts", "-1"}, "max"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--rest-url", "http://127.0.0.1:1/api",
                         "--ca-file", "/no/such.pem"},
                        "/no/such.pem"),
                  2);
  CAF_CHECK_EQUAL(usage({"run", "--only", "-5"}, "-5"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--pin", "gild"}, "gild"), 2);
  CAF_CHECK_EQUAL(usage({"members", "12x"}, "12x"), 2);
  CAF_CHECK_EQUAL(usage({"members", "123"}, "DISCORD_TOKEN"), 2);
  CAF_CHECK_EQUAL(usage({"simulate", "--fault", "nonsense"}, "nonsense"), 2);
  CAF_CHECK_EQUAL(usage({"nonsense"}, "nonsense"), 2);
  CAF_CHECK_EQUAL(usage({}, "--help"), 2);
}

CAF_TEST(help is there for all) {
  for (auto args : {std::vector<std::string>{"--help"},
                    {"run", "--help"},
                    {"members", "--help"},
                    {"simulate", "--help"}}) {
    auto x = muster_with(args);
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK(x.out.size() > 300);
  }
}

CAF_TEST(the README names options and defaults as they are) {
  auto help = muster_with({"run", "--help"}).out;
  auto known = options_in(help);
  std::istringstream readme{text_of_file(readme_path)};
  std::map<std::string, std::string> defaults;
  for (std::string line; std::getline(readme, line);) {
    if (line.rfind("| `--", 0) != 0)
      continue;
    auto cell = line.find(" | ");
    for (auto& option : options_in(line.substr(0, cell))) {
      if (known.count(option) == 0)
        CAF_FAIL("run --help lacks " << option);
      defaults[option] = line.substr(cell, line.find(" | ", cell + 3) - cell);
    }
  }
  CAF_CHECK_GREATER(defaults.size(), 15u);
  for (auto [option, type, value] :
       {std::tuple{"--shard-count", " N|auto", "auto"},
        {"--intents", " NAMES", "guilds,guild_members"},
        {"--large-threshold", " N", "250"},
        {"--compress", " METHOD", "zstd"},
        {"--timeout", " TIME", "5s"},
        {"--first-response-timeout", " TIME", "10s"},
        {"--max-attempts", " N", "2"},
        {"--events", " FORM:{pretty,json}", "pretty"}}) {
    auto shown = std::string{option} + type + "=" + value;
    if (help.find(shown) == std::string::npos)
      CAF_FAIL("run --help lacks " << shown);
    if (defaults[option].find(value) == std::string::npos)
      CAF_FAIL("the README has another default of " << option);
  }
}

CAF_TEST(S5 members prints each member once though the session is lost) {
  auto world = small_world();
  world.faults = {*sim::parse_fault("close:code=4009,after=3")};
  sim::simulator gateway{world};
  auto guild = to_string(gateway.guild_ids()[0]);
  auto x = muster_with({"members", guild, "--rest-url", gateway.rest_url(),
                        "--identify-interval", "60ms", "--cooldown", "320ms",
                        "--backoff-min", "20ms"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto members = lines_of(x.out);
  std::set<std::string> ids;
  for (auto& m : members)
    ids.insert(m["user"]["id"].get<std::string>());
  CAF_CHECK_EQUAL(members.size(), world.members);
  CAF_CHECK_EQUAL(ids.size(), world.members);
  // What was asked for twice came in part twice.
  auto seen = gateway.counts();
  CAF_CHECK_EQUAL(seen.requests, 2u);
  CAF_CHECK_GREATER(seen.members, world.members);
}

CAF_TEST(E6 pretty shows how far it is and the time left) {
  auto world = small_world();
  world.shards = 1;
  world.members = 10'000;
  // Goes on for longer than anyone waits, so it is interrupted.
  world.chunk_delay = std::chrono::milliseconds{50};
  sim::simulator gateway{world};
  auto args = run_at(gateway, {}, "pretty");
  args.insert(args.begin(), program);
  process x{args};
  std::smatch counts;
  static const std::regex with_counts{
      R"(guilds \d+/4  members ([\d,]+)  [\d,]+/s.*)"};
  static const std::regex with_time_left{R"(.*  about .*\d m?s left)"};
  std::size_t lines = 0;
  for (;;) {
    auto line = x.line();
    CAF_REQUIRE(!line.empty());
    if (!std::regex_match(line, counts, with_counts))
      continue;
    ++lines;
    if (std::regex_match(line, with_time_left)) {
      CAF_CHECK(counts[1] != "0");
      break;
    }
  }
  CAF_CHECK_GREATER(lines, 0u);
  auto rest = x.end(SIGINT);
  CAF_CHECK_EQUAL(rest.exit_code, 130);
  CAF_CHECK(rest.out.find("summary\n") != std::string::npos);
}

CAF_TEST(Q1 members prints what Discord sent) {
  auto world = small_world();
  sim::simulator gateway{world};
  auto ids = gateway.guild_ids();
  auto ask = [&](snowflake guild, std::vector<std::string> more) {
    std::vector<std::string> args{"members", to_string(guild), "--rest-url",
                                  gateway.rest_url()};
    args.insert(args.end(), more.begin(), more.end());
    return muster_with(args);
  };
  auto all = ask(ids[0], {});
  CAF_CHECK_EQUAL(all.exit_code, 0);
  auto members = lines_of(all.out);
  CAF_CHECK_EQUAL(members.size(), world.members);
  CAF_CHECK(members.at(0).contains("user"));
  auto some = ask(ids[1], {"--query", "nelly", "--limit", "7"});
  CAF_CHECK_EQUAL(lines_of(some.out).size(), 7u);
  auto user = to_string(sim::simulator::member_id(2, 3));
  auto one = ask(ids[2], {"--user", user, "--user", "99"});
  CAF_REQUIRE_EQUAL(lines_of(one.out).size(), 1u);
  CAF_CHECK(lines_of(one.out)[0]["user"]["id"] == user);
  CAF_CHECK(one.err.find("99") != std::string::npos);
  gateway.add_fault(*sim::parse_fault("silence"));
  auto silent = ask(ids[3], {"--first-response-timeout", "200ms"});
  CAF_CHECK_EQUAL(silent.exit_code, 3);
  CAF_CHECK(silent.err.find("no_response") != std::string::npos);
  auto unknown = ask(snowflake{1}, {});
  CAF_CHECK_EQUAL(unknown.exit_code, 3);
  CAF_CHECK(unknown.err.find("guild_left") != std::string::npos);
}

CAF_TEST(simulate tells where it is and what it counted) {
  process x{{program, "simulate", "--guilds", "1", "--members", "10"}};
  auto url = x.line();
  CAF_REQUIRE(url.rfind("http://127.0.0.1:", 0) == 0);
  auto run = muster_with({"run", "--rest-url", url, "--once", "--events",
                          "json", "--shard-count", "1"});
  CAF_CHECK_EQUAL(run.exit_code, 0);
  auto end = x.end(SIGINT);
  CAF_CHECK(json::parse(end.out)["identifies"].size() == 1);
}

CAF_TEST(simulate survives a host that is no text) {
  process x{{program, "simulate", "--guilds", "1", "--members", "10"}};
  auto url = parse_url(x.line());
  CAF_REQUIRE(url.has_value());
  auto socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(url->port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CAF_REQUIRE_EQUAL(
      connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
      0);
  std::string request = "GET /api/v10/gateway HTTP/1.1\r\nHost: \xff\r\n\r\n";
  CAF_CHECK_EQUAL(send(socket, request.data(), request.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(request.size()));
  pollfd answered{socket, POLLIN, 0};
  CAF_CHECK_EQUAL(poll(&answered, 1, a_minute), 1);
  char first[12] = {};
  CAF_CHECK_EQUAL(recv(socket, first, sizeof(first), 0), 12);
  auto status = std::string{first, sizeof(first)};
  CAF_CHECK_EQUAL(status, "HTTP/1.1 200");
  close(socket);
  CAF_CHECK_EQUAL(x.end(SIGINT).exit_code, 130);
}

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
