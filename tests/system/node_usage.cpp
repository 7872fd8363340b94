#define CAF_SUITE system_node_usage

#include <chrono>
#include <csignal>
#include <filesystem>

#include "net/certificate_maker.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// `muster run` as one of several, on one file.
struct fixture {
  std::vector<std::string> args(const std::string& node,
                                std::vector<std::string> more = {}) {
    more.insert(more.begin(),
                {"--state", "sqlite:" + folder / "bot.db", "--node", node});
    return run_at(gateway, more);
  }

  /// It ends at once with exit code 1; gives what it says.
  std::string refused(const std::string& node,
                      std::vector<std::string> more = {}) {
    auto x = muster_with(args(node, std::move(more)));
    CAF_CHECK_EQUAL(x.exit_code, 1);
    CAF_MESSAGE(x.err);
    return x.err;
  }

  /// Keys of two machines of an authority.
  std::string keys(const std::string& name) {
    machine_keys made;
    auto error = make_machine_keys(folder / name, {"one", "two"},
                                   caf::make_timestamp(), made);
    CAF_REQUIRE(!error);
    return folder / name;
  }

  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
  }

  sim::simulator gateway{small_world()};
  temporary_folder folder;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_usage_tests, fixture)

CAF_TEST(C14 a port that another process has is refused with the mend) {
  auto node = "127.0.0.1:" + free_port();
  auto command = args(node);
  command.insert(command.begin(), program);
  process first{command};
  await_event(first, "finished_chunking");
  CAF_CHECK(has(refused(node), "another process has it, name a port"));
  CAF_CHECK_EQUAL(first.end(SIGTERM).exit_code, 143);
}

CAF_TEST(C14 keys that do not fit are refused with the mend) {
  auto node = "127.0.0.1:" + free_port();
  CAF_CHECK(
      has(refused(node, {"--tls-dir", folder / "nowhere"}), "muster certs"));
  auto good = keys("good");
  auto other = keys("other");
  std::filesystem::copy_file(other + "/one/node.key", good + "/one/node.key",
                             std::filesystem::copy_options::overwrite_existing);
  CAF_CHECK(has(refused(node, {"--tls-dir", good + "/one"}),
                "not its certificate's"));
  std::filesystem::copy_file(other + "/one/ca.pem", good + "/two/ca.pem",
                             std::filesystem::copy_options::overwrite_existing);
  CAF_CHECK(has(refused(node, {"--tls-dir", good + "/two"}),
                "does not fit its authority"));
}

CAF_TEST(C14 a process with keys of another authority is told and kept out) {
  auto begin = [&](const std::string& keys_folder) {
    auto command = args("127.0.0.1:" + free_port(), {"--tls-dir", keys_folder});
    command.insert(command.begin(), program);
    return command;
  };
  process first{begin(keys("ours") + "/one")};
  await_event(first, "finished_chunking");
  process second{begin(keys("theirs") + "/one")};
  // They share the store, and so the shards; but not what one asks the other.
  await_event(first, "node_joined");
  await_event(second, "shard_finished_chunking");
  // Who dials, and when, is drawn; each look takes its time.
  auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!has(first.err() + second.err(), "certificate")) {
    CAF_REQUIRE(std::chrono::steady_clock::now() < until);
    muster_with({"status", "--state", "sqlite:" + folder / "bot.db"});
  }
  first.end(SIGTERM);
  second.end(SIGTERM);
}

CAF_TEST_FIXTURE_SCOPE_END()
