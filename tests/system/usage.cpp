#define CAF_SUITE system_usage

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <tuple>

#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const std::string readme_path = MUSTER_FUZZ_CORPUS "/../../../README.md";

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

CAF_TEST(one cause is told in one line) {
  auto world = small_world();
  world.tls = true;
  sim::simulator gateway{world}; // of an authority that nobody trusts
  auto guild = to_string(gateway.guild_ids()[0]);
  for (auto level : {"debug", "error", "off"})
    for (auto& args :
         {run_at(gateway, {"--once", "--log-level", level}, "pretty"),
          {"members", guild, "--rest-url", gateway.rest_url(), "--log-level",
           level}}) {
      auto x = muster_with(args);
      CAF_CHECK_EQUAL(x.exit_code, 1);
      auto all = x.out + x.err;
      auto at = all.find("certificate");
      CAF_REQUIRE(at != std::string::npos);
      CAF_CHECK(all.find("certificate", all.find('\n', at))
                == std::string::npos);
    }
}

CAF_TEST(a token file may begin with a byte order mark) {
  auto world = small_world();
  world.token = "right";
  sim::simulator gateway{world};
  temporary_file file{"\xEF\xBB\xBFright\r\n"};
  auto x = muster_with(run_at(gateway, {"--once", "--token-file", file.path(),
                                        "--intents", "GUILDS, GUILD_MEMBERS"}));
  CAF_CHECK_EQUAL(x.exit_code, 0);
  temporary_file two{"right\r\nwrong\r\n"};
  CAF_CHECK_EQUAL(usage({"run", "--token-file", two.path()}, "several lines"),
                  2);
}

CAF_TEST(bad usage exits with 2 and says the mend) {
  CAF_CHECK_EQUAL(usage({"run", "--frobnicate"}, "--frobnicate"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--shard-count", "x"}, "auto"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--shards", "3-1"}, "0-3,7"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--intents", "gilds"}, "gilds"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--intents", "33554431"}, "17, 18, 19"), 2);
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
  CAF_CHECK_EQUAL(usage({"run", "--max-payload", "48MB"}, "512K or 48M"), 2);
  CAF_CHECK_EQUAL(usage({"run", "--max-payload", "1K"}, "4096 bytes"), 2);
  CAF_CHECK_EQUAL(usage({"members", "1", "--limit", "5"}, "--query"), 2);
  for (auto limit : {"0", "-1", "101"})
    CAF_CHECK_EQUAL(
        usage({"members", "1", "--query", "n", "--limit", limit}, "1 to 100"),
        2);
  CAF_CHECK_EQUAL(usage({"members", "1", "--user", "2", "--limit", "0"},
                        "cannot be combined"),
                  2);
  CAF_CHECK_EQUAL(usage({"members", "1", "--user", "me"}, "'me'"), 2);
  CAF_CHECK_EQUAL(usage({"members", "12x"}, "12x"), 2);
  CAF_CHECK_EQUAL(usage({"members", "123", "--rest-url", "http://127.0.0.1:1",
                         "--deadline", "0s"},
                        "more than 0"),
                  2);
  CAF_CHECK_EQUAL(usage({"members", "123"}, "DISCORD_TOKEN"), 2);
  CAF_CHECK_EQUAL(usage({"simulate", "--fault", "nonsense"}, "nonsense"), 2);
  CAF_CHECK_EQUAL(usage({"nonsense"}, "nonsense"), 2);
  CAF_CHECK_EQUAL(usage({}, "--help"), 2);
}

CAF_TEST(bad usage of several processes says the mend) {
  auto run = [](std::vector<std::string> more, const char* says) {
    more.insert(more.begin(), {"run", "--rest-url", "http://127.0.0.1:1"});
    return usage(std::move(more), says);
  };
  auto file = "sqlite:/tmp/muster-not-made.db";
  auto server = "postgresql://bot@127.0.0.1:1/bots";
  CAF_CHECK_EQUAL(run({"--node", "127.0.0.1:7000"}, "set --state to sqlite"),
                  2);
  CAF_CHECK_EQUAL(run({"--state", file, "--node", "7000"}, "HOST:PORT"), 2);
  CAF_CHECK_EQUAL(run({"--state", file, "--node", "10.0.0.7:7000"},
                      "write 127.0.0.1:PORT, or keep the state in PostgreSQL"),
                  2);
  CAF_CHECK_EQUAL(run({"--state", file, "--node", "127.0.0.1:7000",
                       "--advertise", "10.0.0.7:7000"},
                      "leave it out"),
                  2);
  CAF_CHECK_EQUAL(
      run({"--state", server, "--node", "0.0.0.0:7000"}, "--advertise"), 2);
  CAF_CHECK_EQUAL(
      run({"--state", server, "--node", "127.0.0.1:7000"}, "--tls-dir"), 2);
  for (auto number : {"-1", "x", "1.5", "", "4294967296"}) {
    CAF_CHECK_EQUAL(run({"--weight", number}, "write 0 to run no shards"), 2);
    CAF_CHECK_EQUAL(run({"--max-shards", number}, "or leave it out"), 2);
  }
  CAF_CHECK_EQUAL(
      run({"--state", file, "--node", "127.0.0.1:7000", "--max-shards", "0"},
          "set --weight to 0"),
      2);
  CAF_CHECK_EQUAL(run({"--weight", "2"}, "set --node"), 2);
  CAF_CHECK_EQUAL(run({"--rebalance-after", "5"}, "250ms"), 2);
  CAF_CHECK_EQUAL(run({"--state", file, "--node", "127.0.0.1:7000",
                       "--rebalance-after", "2h"},
                      "--rebalance-after is between"),
                  2);
  CAF_CHECK(!std::filesystem::exists("/tmp/muster-not-made.db"));
}

CAF_TEST(options come from the command line then a file then variables) {
  temporary_file file{"[run]\ncompress = \"zlib\"\nonce = true\n"
                      "only = [\"12\", \"13\"]\ntimeout = \"7s\"\n"};
  auto print = [&](std::vector<std::string> words) {
    words.push_back("--print-config");
    auto x = muster_with(std::move(words));
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK_EQUAL(x.err, "");
    return x.out;
  };
  auto has = [](const std::string& text, const std::string& line) {
    return text.find('\n' + line + '\n') != text.npos;
  };
  auto plain = print({"run"});
  CAF_CHECK_EQUAL(plain.rfind("[run]\n", 0), 0u);
  CAF_CHECK(has(plain, "compress = \"zstd\""));
  CAF_CHECK(has(plain, "once = false"));
  CAF_CHECK(has(plain, "# rest-url ="));
  CAF_CHECK(has(plain, "max-attempts = 2"));
  setenv("MUSTER_TIMEOUT", "9s", 1);
  setenv("MUSTER_LARGE_THRESHOLD", "77", 1);
  for (auto& words : {std::vector<std::string>{"run", "--config", file.path(),
                                               "--compress", "none"},
                      {"--config", file.path(), "run", "--compress", "none"}}) {
    auto x = print(words);
    CAF_CHECK(has(x, "compress = \"none\""));
    CAF_CHECK(has(x, "once = true"));
    CAF_CHECK(has(x, "only = [12, 13]"));
    CAF_CHECK(has(x, "timeout = \"7s\""));
    CAF_CHECK(has(x, "large-threshold = 77"));
  }
  auto told = print({"run", "--config", file.path()});
  unsetenv("MUSTER_TIMEOUT");
  unsetenv("MUSTER_LARGE_THRESHOLD");
  // What is printed is such a file.
  temporary_file again{told};
  CAF_CHECK_EQUAL(print({"run", "--config", again.path()}), told);
  told = print({"run", "--http-host", "a#\"b\\,c"});
  temporary_file odd{told};
  CAF_CHECK_EQUAL(print({"run", "--config", odd.path()}), told);
  using namespace std::string_literals;
  temporary_file zero{"[run]\nhttp = \"a\0b\"\n"s};
  CAF_CHECK(has(print({"run", "--config", zero.path()}), "http = \"a\0b\""s));
}

CAF_TEST(what is wrong in a file is told with the mend) {
  for (auto [text, says] :
       {std::pair{"[run]\ncompres = \"zlib\"\n", "run.compres"},
        {"compress = \"zlib\"\n", "compress"},
        {"[walk]\nonce = true\n", "[walk]"},
        {"[run]\nlarge-threshold = \"many\"\n", "large-threshold"},
        {"print-config = true\n", "print-config, which is no option there"},
        {"[run]\nx\n", "run.x, which is no option there"},
        {"[run]\nproxy = \"http://u#w@h\"\n", "%23 for #"},
        {"[run]\ntoken = \"a.b.c\"\n", "use DISCORD_TOKEN or --token-file"}}) {
    temporary_file file{text};
    CAF_CHECK_EQUAL(usage({"run", "--config", file.path()}, says), 2);
  }
  CAF_CHECK_EQUAL(usage({"run", "--config", "/nowhere/x"}, "/nowhere/x"), 2);
  for (auto path : {"/", "/dev/zero"})
    CAF_CHECK_EQUAL(usage({"run", "--config", path}, "name one with options"),
                    2);
  setenv("MUSTER_MAX_ATTEMPTS", "some", 1);
  CAF_CHECK_EQUAL(usage({"run"}, "max-attempts"), 2);
  unsetenv("MUSTER_MAX_ATTEMPTS");
  temporary_file token{"MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-real-secret\n"};
  auto mistaken = muster_with({"run", "--config", token.path()});
  CAF_CHECK_EQUAL(mistaken.exit_code, 2);
  CAF_CHECK(mistaken.err.find("is none of an option") != std::string::npos);
  CAF_CHECK(mistaken.err.find("MTI") == std::string::npos);
  CAF_CHECK(mistaken.err.find("secret") == std::string::npos);
  // No password of a state is shown.
  auto x = muster_with(
      {"run", "--print-config", "--state", "postgresql://me:secret@host/x"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(x.out.find("secret") == std::string::npos);
}

CAF_TEST(a log of JSON has one object a line) {
  sim::simulator gateway{small_world()};
  auto x = muster_with(run_at(
      gateway, {"--once", "--log-format", "json", "--log-level", "debug"}));
  CAF_CHECK_EQUAL(x.exit_code, 0);
  std::size_t messages = 0;
  for (auto& line : lines_of(x.err)) {
    CAF_CHECK(line["time"].get<std::string>().back() == 'Z');
    CAF_CHECK(line["level"].is_string());
    messages += !line["message"].get<std::string>().empty();
  }
  CAF_CHECK(messages > 5);
}

CAF_TEST(help is there for all) {
  for (auto args : {std::vector<std::string>{"--help"},
                    {"run", "--help"},
                    {"members", "--help"},
                    {"simulate", "--help"},
                    {"status", "--help"},
                    {"drain", "--help"},
                    {"undrain", "--help"},
                    {"certs", "--help"}}) {
    auto x = muster_with(args);
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK(x.out.size() > 300);
  }
}

CAF_TEST(only --help-all shows what is for tests and rare cases) {
  for (auto command : {"run", "members"}) {
    auto help = options_in(muster_with({command, "--help"}).out);
    auto all = options_in(muster_with({command, "--help-all"}).out);
    for (auto option :
         {"--cooldown", "--send-window", "--identify-interval", "--backoff-min",
          "--backoff-max", "--max-in-flight", "--guild-create-timeout"}) {
      CAF_CHECK_EQUAL(help.count(option), 0u);
      CAF_CHECK_EQUAL(all.count(option), 1u);
    }
    for (auto& option : help)
      CAF_CHECK_EQUAL(all.count(option), 1u);
    for (auto option : {"--timeout", "--max-payload", "--help-all"})
      CAF_CHECK_EQUAL(help.count(option), 1u);
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
        {"--max-payload", " SIZE", "48M"},
        {"--max-attempts", " N", "2"},
        {"--weight", " N", "1"},
        {"--rebalance-after", " TIME", "30s"},
        {"--events", " FORM:{pretty,json}", "pretty"}}) {
    auto shown = std::string{option} + type + "=" + value;
    if (help.find(shown) == std::string::npos)
      CAF_FAIL("run --help lacks " << shown);
    if (defaults[option].find(value) == std::string::npos)
      CAF_FAIL("the README has another default of " << option);
  }
}
