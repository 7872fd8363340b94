#define CAF_SUITE net_sqlite_status

#include <filesystem>
#include <fstream>
#include <memory>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "net/sqlite_store.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct fixture {
  std::unique_ptr<sqlite_store> open(const std::string& bot) {
    return std::make_unique<sqlite_store>(path, bot);
  }

  static void join(state_store& x, std::uint64_t node) {
    joined_store ignored;
    CAF_CHECK_EQUAL(x.join({node, 100 + node, 2, 3, {0, 1}}, ignored),
                    caf::none);
  }

  static std::size_t claim(state_store& x, std::uint64_t node) {
    shards_claimed result;
    CAF_CHECK_EQUAL(x.claim({node, 5, {0, 1}}, result), caf::none);
    return result.shards.size();
  }

  /// What is told who looks at the bot, or why nothing is.
  std::string look(const std::string& bot, store_status& out) {
    auto error = open(bot)->look(out);
    return error ? sentence_of(error) : "";
  }

  void execute(const char* text) {
    sqlite3* db = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    CAF_CHECK_EQUAL(sqlite3_exec(db, text, nullptr, nullptr, nullptr),
                    SQLITE_OK);
    sqlite3_close(db);
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  store_status found;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(status_tests, fixture)

CAF_TEST(who looks makes no file) {
  CAF_CHECK(look("", found).find("there is no state") != std::string::npos);
  CAF_CHECK(!std::filesystem::exists(path));
}

CAF_TEST(who looks changes nothing) {
  std::ofstream{path}.close();
  CAF_CHECK(look("", found).find("holds no bot") != std::string::npos);
  CAF_CHECK_EQUAL(std::filesystem::file_size(path), 0u);
  std::filesystem::remove(path);
  join(*open("bot"), 1);
  execute("PRAGMA user_version=1");
  CAF_CHECK(look("", found).find("older version") != std::string::npos);
  execute("PRAGMA user_version=99");
  CAF_CHECK(look("", found).find("newer version") != std::string::npos);
}

CAF_TEST(who looks does not wait for who writes) {
  auto one = open("bot");
  join(*one, 1);
  sqlite3* db = nullptr;
  CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  CAF_REQUIRE_EQUAL(
      sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr),
      SQLITE_OK);
  CAF_CHECK_EQUAL(look("bot", found), "");
  CAF_CHECK_EQUAL(found.nodes.size(), 1u);
  sqlite3_close(db);
}

CAF_TEST(C15 who looks needs no name for the only bot) {
  auto one = open("one");
  join(*one, 1);
  CAF_CHECK_EQUAL(look("", found), "");
  CAF_CHECK_EQUAL(found.nodes.size(), 1u);
  auto two = open("two");
  join(*two, 2);
  auto why = look("", found);
  CAF_CHECK(why.find("2 bots") != std::string::npos);
  CAF_CHECK(why.find("one two") != std::string::npos);
  CAF_CHECK_EQUAL(look("two", found), "");
  CAF_REQUIRE_EQUAL(found.nodes.size(), 1u);
  CAF_CHECK_EQUAL(found.nodes[0].info.node, 2u);
  CAF_CHECK(look("three", found).find("no bot 'three'") != std::string::npos);
}

CAF_TEST(C2 who looks sees that a process has ended) {
  auto child = fork();
  if (child == 0) {
    sqlite_store gone{path, "bot"};
    joined_store joined;
    shards_claimed claims;
    auto good = !gone.join({1, 101, 2, 3, {0, 1}}, joined)
                && !gone.claim({1, 5, {0, 1}}, claims);
    _exit(good ? 0 : 1); // as if it had been killed
  }
  int status = -1;
  waitpid(child, &status, 0);
  CAF_REQUIRE_EQUAL(status, 0);
  CAF_CHECK_EQUAL(look("bot", found), "");
  CAF_CHECK(found.nodes.empty());
  CAF_REQUIRE_EQUAL(found.shards.size(), 2u);
  CAF_CHECK(!found.shards[0].owner);
  CAF_CHECK(found.shards[0].state == shard_state::free);
  // Looking has changed nothing: the next process proves it for itself.
  auto next = open("bot");
  join(*next, 2);
  CAF_CHECK_EQUAL(claim(*next, 2), 2u);
}

CAF_TEST(C2 a lease is renewed while a long write goes on) {
  auto one = open("bot");
  join(*one, 1);
  auto two = open("bot");
  join(*two, 2);
  state_store::renewed first;
  CAF_CHECK_EQUAL(one->renew({1, {}}, first), caf::none);
  CAF_CHECK_EQUAL(first.others.count(2), 1u);
  // Another handle of the same store does not wait for its lock.
  state_store::renewed second;
  CAF_CHECK_EQUAL(one->renew({1, {}}, second), caf::none);
  CAF_CHECK(second.known);
}

CAF_TEST(C15 a file of the first version is brought up to date) {
  {
    auto old = open("bot");
    join(*old, 1);
    CAF_CHECK_EQUAL(claim(*old, 1), 2u);
    CAF_CHECK_EQUAL(old->leave({1, {}}), caf::none);
  }
  execute("ALTER TABLE nodes DROP COLUMN counter;"
          "ALTER TABLE nodes DROP COLUMN renewed_ms;"
          "ALTER TABLE shards DROP COLUMN state;"
          "ALTER TABLE shards DROP COLUMN guild_count;"
          "ALTER TABLE shards DROP COLUMN complete_count;"
          "ALTER TABLE shards DROP COLUMN session_ms;"
          "ALTER TABLE shards DROP COLUMN claims;"
          "ALTER TABLE shards DROP COLUMN counts;"
          "ALTER TABLE shards DROP COLUMN before;"
          "ALTER TABLE bots DROP COLUMN news;"
          "DROP TABLE identity;"
          "DROP INDEX owners;"
          "ALTER TABLE nodes DROP COLUMN address;"
          "ALTER TABLE nodes DROP COLUMN weight;"
          "ALTER TABLE nodes DROP COLUMN max_shards;"
          "ALTER TABLE nodes DROP COLUMN only_shards;"
          "ALTER TABLE nodes DROP COLUMN draining;"
          "PRAGMA user_version=1");
  auto now = open("bot");
  join(*now, 2);
  CAF_CHECK_EQUAL(claim(*now, 2), 2u);
  CAF_CHECK_EQUAL(look("bot", found), "");
  CAF_REQUIRE_EQUAL(found.shards.size(), 2u);
  CAF_CHECK_EQUAL(found.shards[1].epoch, 2u);
}

CAF_TEST(damaged figures are shown as none) {
  auto one = open("bot");
  join(*one, 1);
  CAF_CHECK_EQUAL(claim(*one, 1), 2u);
  execute("UPDATE shards SET state=-7, session_ms=-1, saved_ms=-5;"
          "UPDATE bots SET shard_count=-1");
  CAF_CHECK_EQUAL(look("bot", found), "");
  CAF_REQUIRE(found.shards.size() >= 2u);
  CAF_CHECK(found.shards[0].state == shard_state::starting);
  CAF_CHECK(!found.shards[0].session);
  CAF_CHECK(!found.shards[0].saved);
}

CAF_TEST_FIXTURE_SCOPE_END()
