#define CAF_SUITE net_postgres_identity

#include <csignal>

#include "tests/support/postgres_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// On a server of its own, which is stopped and changed.
struct fixture : postgres_fixture {
  fixture() { database = own.make_database(); }

  store process() const { return open(own.url(database)); }

  identify_claimed identify(state_store& x, std::uint64_t seen,
                            std::uint32_t remaining) {
    identify_claimed out;
    CAF_CHECK_EQUAL(x.claim_identify({0, seen, remaining, 0}, out), caf::none);
    return out;
  }

  static bool waits(const caf::error& x) {
    return code_of(x) == errc::store_away && has(sentence_of(x), "waiting for");
  }

  postgres_server own;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_identity_tests, fixture)

CAF_TEST(C3 a server that was only started anew is the same) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  auto cuts = claim(*x, 1);
  for (auto how : {SIGINT, SIGQUIT}) {
    own.stop(how);
    CAF_CHECK(code_of(join(*process(), 2, 1h)) == errc::store_away);
    CAF_CHECK_EQUAL(renew(*x, 1), "store_away");
    own.start();
    CAF_CHECK_EQUAL(renew(*x, 1), "known");
    CAF_CHECK_EQUAL(save(*x, next(cuts.at(0))), "holds");
    CAF_CHECK_EQUAL(join(*process(), 2, 1h), caf::none);
  }
}

CAF_TEST(C3 after a failover nobody goes on before a node timeout) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  auto cuts = claim(*x, 1);
  CAF_CHECK_EQUAL(identify(*x, 0, 1000).remaining, 999u);
  own.fail_over();
  // Who runs writes nothing more, and counts as one that has to join.
  CAF_CHECK_EQUAL(renew(*x, 1), "unknown");
  CAF_CHECK_EQUAL(save(*x, next(cuts.at(0))), "overtaken");
  CAF_CHECK(claim(*x, 1, 6).empty());
  state_store::saved released;
  CAF_CHECK_EQUAL(x->release(next(cuts.at(0)).cut, released), caf::none);
  CAF_CHECK(!released.holds);
  auto refused = identify(*x, 1, 1000);
  CAF_CHECK(!refused.granted);
  CAF_CHECK_EQUAL(refused.counter, 1u);
  CAF_CHECK(waits(join(*x, 1, 1h)));
  CAF_CHECK(waits(join(*x, 1, 1h)));
  // So does who starts.
  auto y = process();
  CAF_CHECK(waits(join(*y, 2, 1h)));
  // It has waited.
  CAF_CHECK_EQUAL(join(*y, 2, 0s), caf::none);
  // What was counted is not of use: REST says what is left.
  CAF_CHECK_EQUAL(identify(*y, 1, 500).remaining, 499u);
  // What it waited for holds for all.
  CAF_CHECK_EQUAL(join(*process(), 3, 1h), caf::none);
  CAF_CHECK_EQUAL(renew(*x, 1), "unknown");
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  CAF_CHECK_EQUAL(renew(*x, 1), "known");
  // No epoch is given again of which this history may not know.
  auto anew = claim(*x, 1);
  CAF_CHECK_EQUAL(anew.at(0).owner.epoch, cuts.at(0).owner.epoch + 5);
}

CAF_TEST(C3 a second failover is waited for anew) {
  CAF_CHECK_EQUAL(join(*process(), 1, 1h), caf::none);
  own.fail_over();
  auto x = process();
  CAF_CHECK(waits(join(*x, 2, 1h)));
  own.fail_over();
  CAF_CHECK(waits(join(*x, 2, 1h)));
  CAF_CHECK_EQUAL(join(*x, 2, 0s), caf::none);
}

CAF_TEST(C3 a database that was restored elsewhere is another one) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  own.execute("UPDATE muster.identity SET system=system+1", database);
  CAF_CHECK_EQUAL(renew(*x, 1), "unknown");
  CAF_CHECK(waits(join(*process(), 2, 1h)));
  CAF_CHECK_EQUAL(join(*process(), 2, 0s), caf::none);
  // Nor does who has known one take an empty store for it.
  own.execute("TRUNCATE muster.identity", database);
  CAF_CHECK_EQUAL(renew(*x, 1), "unknown");
  CAF_CHECK(waits(join(*x, 1, 1h)));
  CAF_CHECK_EQUAL(join(*process(), 3, 1h), caf::none);
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
}

CAF_TEST(C3 a copy on the same server is another one) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  x.reset();
  own.execute("CREATE DATABASE copy TEMPLATE " + database);
  CAF_CHECK(waits(join(*open(own.url("copy")), 2, 1h)));
  CAF_CHECK_EQUAL(join(*process(), 2, 1h), caf::none);
}

CAF_TEST(C3 a role without any rights of its own sees the identity) {
  own.execute("CREATE ROLE plain LOGIN NOSUPERUSER");
  own.execute("GRANT CREATE ON DATABASE " + database + " TO plain");
  auto x = open(own.url(database, "plain"));
  CAF_CHECK_EQUAL(join(*x, 1, 1h), caf::none);
  own.fail_over();
  CAF_CHECK_EQUAL(renew(*x, 1), "unknown");
  CAF_CHECK(waits(join(*x, 1, 1h)));
}

CAF_TEST_FIXTURE_SCOPE_END()
