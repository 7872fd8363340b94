#define CAF_SUITE net_sqlite_identity

#include <filesystem>
#include <memory>

#include <sqlite3.h>

#include "messages/errc.hpp"
#include "net/sqlite_store.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
  static caf::error join(sqlite_store& x, std::uint64_t node,
                         caf::timespan timeout) {
    joined_store ignored;
    return x.join({node, 100 + node, 1, 3, {0}, timeout}, ignored);
  }

  /// Runs a bot that identifies, to its end.
  void run_a_bot(const std::string& where) {
    sqlite_store x{where, "bot"};
    CAF_REQUIRE_EQUAL(join(x, 1, 1h), caf::none);
    identify_claimed out;
    CAF_REQUIRE_EQUAL(x.claim_identify({0, 0, 1000, 0}, out), caf::none);
    CAF_CHECK_EQUAL(out.remaining, 999u);
    CAF_REQUIRE_EQUAL(x.leave({1, {}}), caf::none);
  }

  static void execute(const std::string& where, const char* what) {
    sqlite3* db = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_open(where.c_str(), &db), SQLITE_OK);
    CAF_CHECK_EQUAL(sqlite3_exec(db, what, nullptr, nullptr, nullptr),
                    SQLITE_OK);
    sqlite3_close(db);
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
  std::string copy = folder / "copy.db";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sqlite_identity_tests, fixture)

CAF_TEST(C3 a copy is joined when nobody can use the original any longer) {
  run_a_bot(path);
  std::filesystem::copy_file(path, copy);
  sqlite_store x{copy, "bot"};
  auto error = join(x, 2, 1h);
  CAF_CHECK(code_of(error) == errc::store_away);
  CAF_CHECK(sentence_of(error).find("copy") != std::string::npos);
  CAF_CHECK(code_of(join(x, 2, 1h)) == errc::store_away);
  CAF_CHECK_EQUAL(join(x, 2, 0s), caf::none);
  // What it counted is not of use: REST says what is left.
  identify_claimed out;
  CAF_CHECK_EQUAL(x.claim_identify({0, 1, 500, 0}, out), caf::none);
  CAF_CHECK(out.granted);
  CAF_CHECK_EQUAL(out.remaining, 499u);
  // It is one of its own now.
  sqlite_store y{copy, "bot"};
  CAF_CHECK_EQUAL(join(y, 3, 1h), caf::none);
}

CAF_TEST(C6 a copy gives no epoch that its original may have given) {
  run_a_bot(path);
  auto epoch_of = [](sqlite_store& x, std::uint64_t node) {
    CAF_REQUIRE_EQUAL(join(x, node, 0s), caf::none);
    shards_claimed out;
    CAF_REQUIRE_EQUAL(x.claim({node, node, {0}}, out), caf::none);
    CAF_REQUIRE_EQUAL(x.leave({node, {}}), caf::none);
    return out.shards.at(0).cut.owner.epoch;
  };
  {
    sqlite_store x{path, "bot"};
    CAF_CHECK_EQUAL(epoch_of(x, 2), 1u);
    CAF_CHECK_EQUAL(epoch_of(x, 3), 2u);
  }
  std::filesystem::copy_file(path, copy);
  sqlite_store y{copy, "bot"};
  CAF_CHECK_EQUAL(epoch_of(y, 4), 7u);
  CAF_CHECK_EQUAL(epoch_of(y, 5), 8u);
}

CAF_TEST(C3 a file that was moved is the same) {
  run_a_bot(path);
  std::filesystem::rename(path, copy);
  sqlite_store x{copy, "bot"};
  CAF_CHECK_EQUAL(join(x, 2, 1h), caf::none);
}

CAF_TEST(C3 a file over which another one was written is not used on) {
  sqlite_store x{path, "bot"};
  CAF_REQUIRE_EQUAL(join(x, 1, 1h), caf::none);
  state_store::renewed out;
  CAF_CHECK_EQUAL(x.renew({1, {}}, out), caf::none);
  // As a restored one has it.
  execute(path, "UPDATE identity SET id=id+1");
  auto error = x.renew({1, {}}, out);
  CAF_CHECK(code_of(error) == errc::store_refused);
  CAF_CHECK(sentence_of(error).find("replaced") != std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
