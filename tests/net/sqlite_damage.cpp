#define CAF_SUITE net_sqlite_damage

#include <string>

#include <sqlite3.h>

#include "net/sqlite_store.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr const char* nonsense[] = {
    "-1",     "-9223372036854775808", "9223372036854775807", "5.5", "'text'",
    "x'00ff'"};

/// A state in which single numbers are not what they were.
struct fixture {
  fixture() {
    sqlite_store x{path, "bot"};
    joined_store start;
    shards_claimed claims;
    identify_claimed granted;
    CAF_REQUIRE(!x.join(process(1), start));
    CAF_REQUIRE(!x.claim({1, 5, {0}}, claims));
    CAF_REQUIRE(!x.claim_identify({0, 0, 900, 0}, granted));
    CAF_REQUIRE(!x.leave({1, {}}));
  }

  static join_store process(std::uint64_t node) {
    return {node, 100 + node, 1, 3, {0}};
  }

  /// Joins as another process, and claims the shard.
  claimed_shard take_over(sqlite_store& store) {
    joined_store start;
    shards_claimed claims;
    CAF_CHECK(!store.join(process(++node), start));
    CAF_CHECK(!store.claim({node, 5, {0}}, claims));
    CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
    return claims.shards[0];
  }

  void damage(const std::string& what) {
    sqlite3* db = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    CAF_CHECK_EQUAL(
        sqlite3_exec(db, ("UPDATE " + what).c_str(), nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_close(db);
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  std::uint64_t node = 10;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sqlite_damage_tests, fixture)

CAF_TEST(E3 an end of a start that cannot have been is none) {
  for (std::string x : nonsense)
    for (std::string set :
         {"finished_shards=" + x + ", finished_guilds=1, finished_members=1",
          "finished_shards=1, finished_guilds=" + x + ", finished_members=1",
          "finished_shards=1, finished_guilds=1, finished_members=" + x}) {
      if (x == "9223372036854775807" && set.find("shards=1") == 9)
        continue; // it may have been so many
      damage("bots SET " + set);
      sqlite_store store{path, "bot"};
      joined_store start;
      CAF_CHECK(!store.join(process(2), start));
      CAF_CHECK(!start.finished);
      CAF_CHECK(!store.leave({2, {}}));
    }
}

CAF_TEST(C7 a number of identifies that cannot be is not counted on) {
  for (std::string x : nonsense) {
    damage("bots SET identifies_left=" + x + ", claims=7");
    damage("buckets SET counter=0");
    sqlite_store store{path, "bot"};
    identify_claimed granted;
    CAF_CHECK(!store.claim_identify({0, 0, 40, 1}, granted));
    CAF_CHECK(granted.granted);
    CAF_CHECK_EQUAL(granted.remaining, 39u);
  }
}

CAF_TEST(C5 deaths that nobody has died keep nobody waiting) {
  for (std::string column : {"claims", "counts"})
    for (std::string x : nonsense) {
      damage("shards SET claims=0, counts=0");
      damage("shards SET " + column + "=" + x);
      sqlite_store store{path, "bot"};
      CAF_CHECK(take_over(store).vain <= 1u);
      CAF_CHECK(!store.leave({node, {}}));
    }
}

CAF_TEST(C1 whatever an epoch has become its next owner can write) {
  for (std::string column : {"epoch", "number", "token", "before"})
    for (std::string x : nonsense) {
      damage("shards SET " + column + "=" + x);
      sqlite_store store{path, "bot"};
      auto taken = take_over(store);
      save_cut write;
      write.cut.owner = taken.cut.owner;
      write.cut.number = taken.cut.number + 1;
      std::vector<state_store::saved> saved;
      CAF_CHECK(!store.save({write}, saved));
      CAF_CHECK(saved.at(0).holds);
      CAF_CHECK(!store.leave({node, {}}));
    }
}

CAF_TEST(E3 news that cannot be begin anew) {
  for (std::string x : nonsense) {
    damage("bots SET news=" + x);
    sqlite_store store{path, "bot"};
    joined_store start;
    CAF_CHECK(!store.join(process(++node), start));
    CAF_CHECK(start.news <= std::uint64_t{1} << 62);
    state_store::renewed renewed;
    CAF_CHECK(!store.renew({node, {}, 0}, renewed));
    CAF_CHECK(renewed.news >= start.news);
    CAF_CHECK(!store.leave({node, {}}));
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
