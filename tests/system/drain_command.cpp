#define CAF_SUITE system_drain_command

#include "net/open_store.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;
using nlohmann::json;

namespace {

/// Processes in a store, as others leave them there: two that share shards,
/// and a third that runs none.
struct fixture {
  /// Its state file is opened, and its processes live, for as long as `f` runs.
  template <class F>
  void with_bot(const std::string& url, F f) {
    state = url;
    std::shared_ptr<state_store> stores[3];
    for (std::uint64_t i = 0; i < 3; ++i) {
      stores[i] = open_store(url, bot);
      join_store x{first + i, 100, 4, 3, {0, 1, 2, 3}};
      x.info.node = first + i;
      x.info.address = "127.0.0.1:700" + std::to_string(i);
      x.info.weight = i == 2 ? 0 : 2;
      joined_store ignored;
      CAF_REQUIRE_EQUAL(stores[i]->join(x, ignored), caf::none);
    }
    claim(*stores[0], first, {0, 1, 2});
    claim(*stores[1], first + 1, {3});
    f();
  }

  static void claim(state_store& x, std::uint64_t node,
                    std::vector<std::uint32_t> shards) {
    shards_claimed result;
    auto count = shards.size();
    CAF_REQUIRE_EQUAL(x.claim({node, 5, std::move(shards)}, result), caf::none);
    CAF_REQUIRE_EQUAL(result.shards.size(), count);
  }

  outcome_of_process call(std::vector<std::string> args) {
    args.insert(args.end(), {"--state", state});
    return muster_with(std::move(args));
  }

  std::string good(std::vector<std::string> args) {
    auto x = call(std::move(args));
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK_EQUAL(x.err, "");
    return x.out;
  }

  /// Whether each process is draining, as status tells it.
  json draining() {
    auto result = json::array();
    auto all = json::parse(good({"status", "--json"}));
    for (auto& x : all["nodes"])
      result.push_back(x["draining"]);
    return result;
  }

  void check_drain() {
    auto name = std::string{"0000000000000001"};
    CAF_CHECK_EQUAL(good({"drain", name}),
                    "process 0000000000000001 (127.0.0.1:7000) takes no more "
                    "shards; shards 0-2 go to the other process\n");
    CAF_CHECK_EQUAL(draining(), (json{true, false, false}));
    CAF_CHECK_EQUAL(good({"drain", name}), good({"drain", "127.0.0.1:7000"}));
    // Whom they would go to takes none now.
    CAF_CHECK_EQUAL(good({"drain", "127.0.0.1:7001"}),
                    "process 0000000000000002 (127.0.0.1:7001) takes no more "
                    "shards; shard 3 stays with it until another process can "
                    "take it\n");
    CAF_CHECK_EQUAL(draining(), (json{true, true, false}));
    CAF_CHECK_EQUAL(good({"undrain", "127.0.0.1:7000"}),
                    "process 0000000000000001 (127.0.0.1:7000) takes shards "
                    "again\n");
    CAF_CHECK_EQUAL(draining(), (json{false, true, false}));
    CAF_CHECK_EQUAL(good({"drain", "127.0.0.1:7002"}),
                    "process 0000000000000003 (127.0.0.1:7002) takes no more "
                    "shards, and has none\n");
    auto table = good({"status"});
    CAF_CHECK(table.find("draining") != table.npos);
    CAF_CHECK(table.find("127.0.0.1:7001") != table.npos);
  }

  std::string bot = "bot";
  std::uint64_t first = 1;
  std::string state;
  temporary_folder folder;
  std::string path = folder / "state.db";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(drain_command_tests, fixture)

CAF_TEST(C11 a process is drained and undrained in a file) {
  with_bot("sqlite:" + path, [&] { check_drain(); });
}

CAF_TEST(C11 a process is drained and undrained in PostgreSQL) {
  auto& server = postgres_server::shared();
  // Only there is the bot to be found by itself.
  with_bot(server.url(server.make_database()), [&] { check_drain(); });
}

CAF_TEST(C15 of several bots one is to be named) {
  bot = "7";
  with_bot("sqlite:" + path, [&] {
    bot = "8";
    first = 11;
    with_bot(state, [&] {
      auto x = call({"drain", "127.0.0.1:7000"});
      CAF_CHECK_EQUAL(x.exit_code, 1);
      CAF_CHECK(x.err.find("name one of these: 7 8") != x.err.npos);
      good({"drain", "127.0.0.1:7000", "--bot", "8"});
      auto one = json::parse(good({"status", "--json", "--bot", "7"}));
      CAF_CHECK_EQUAL(one["nodes"][0]["draining"], false);
      auto two = json::parse(good({"status", "--json", "--bot", "8"}));
      CAF_CHECK_EQUAL(two["nodes"][0]["draining"], true);
    });
  });
}

CAF_TEST(a process that does not live is told with those that do) {
  with_bot("sqlite:" + path, [&] {
    for (auto name : {"127.0.0.1:7009", "1", "0000000000000009"})
      for (auto command : {"drain", "undrain"}) {
        auto x = call({command, name});
        CAF_CHECK_EQUAL(x.exit_code, 1);
        CAF_CHECK_EQUAL(x.out, "");
        CAF_CHECK_EQUAL(
            x.err, "muster: no process '" + std::string{name}
                       + "' lives; there are 0000000000000001 "
                         "(127.0.0.1:7000), 0000000000000002 (127.0.0.1:7001), "
                         "0000000000000003 (127.0.0.1:7002)\n");
      }
    CAF_CHECK_EQUAL(draining(), (json{false, false, false}));
  });
  auto x = call({"drain", "127.0.0.1:7000"}); // they have all ended
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(x.err.find("there is none") != x.err.npos);
}

CAF_TEST(an address of several processes names none of them) {
  with_bot("sqlite:" + path, [&] {
    auto twin = open_store(state, bot);
    join_store x{9, 100, 4, 3, {0, 1, 2, 3}};
    x.info.node = 9;
    x.info.address = "127.0.0.1:7000";
    joined_store ignored;
    CAF_REQUIRE_EQUAL(twin->join(x, ignored), caf::none);
    auto both = call({"drain", "127.0.0.1:7000"});
    CAF_CHECK_EQUAL(both.exit_code, 1);
    CAF_CHECK(both.err.find("name one of 0000000000000001 (127.0.0.1:7000), "
                            "0000000000000009 (127.0.0.1:7000)")
              != both.err.npos);
    good({"drain", "0000000000000009"});
    CAF_CHECK_EQUAL(draining(), (json{false, false, false, true}));
  });
}

CAF_TEST(drain without a process or a state is bad usage) {
  state = "sqlite:" + path;
  CAF_CHECK_EQUAL(call({"drain"}).exit_code, 2);
  CAF_CHECK_EQUAL(call({"drain", ""}).exit_code, 2);
  CAF_CHECK_EQUAL(call({"drain", "a", "b"}).exit_code, 2);
  auto none = muster_with({"undrain", "a"});
  CAF_CHECK_EQUAL(none.exit_code, 2);
  CAF_CHECK(none.err.find("--state sqlite:PATH") != none.err.npos);
  state = "mysql://a";
  CAF_CHECK_EQUAL(call({"drain", "a"}).exit_code, 2);
  state = "sqlite:" + path;
  auto nowhere = call({"drain", "a"});
  CAF_CHECK_EQUAL(nowhere.exit_code, 1);
  CAF_CHECK(nowhere.err.find("there is no state in") != nowhere.err.npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
