#define CAF_SUITE actors_request_cut

#include "tests/support/request_book_fixture.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const auto t1 = time_point{} + 5s;

/// The books of two processes, one after the other; the clock of the second
/// begins anew.
struct fixture : request_book_fixture {
  void go_on(time_point until = t0, bool leaving = false) {
    for (auto& nonce : book.ended_nonces(until, leaving))
      after.restore_ended(nonce, t1);
    after.restore(book.cut(until, leaving), t1);
  }

  std::string next_after(time_point now = t1) {
    auto x = after.next(true, now);
    return x == nullptr ? "" : x->attempt;
  }

  request_book after{small(), 2};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(request_cut_tests, fixture)

CAF_TEST(C6 what was on the wire goes out again under another nonce) {
  search("one");
  next();
  written("one");
  go_on();
  CAF_CHECK_EQUAL(next_after(), attempt_nonce("one", 2, 1));
  CAF_CHECK_EQUAL(after.find("one")->asked, 1u);
  // So does what may have gone out after the cut.
  search("two");
  request_book third{small(), 3};
  third.restore(book.cut(t0), t1);
  CAF_CHECK_EQUAL(third.next(true, t1)->attempt, attempt_nonce("one", 3, 1));
  CAF_CHECK_EQUAL(third.next(true, t1)->attempt, attempt_nonce("two", 3, 1));
}

CAF_TEST(C6 chunks of the attempts before belong to the request) {
  on_wire("one");
  go_on();
  auto x = after.chunk("one", a, 1, t1);
  CAF_CHECK(x.is == owner::known && !x.found);
  CAF_CHECK_EQUAL(x.request->nonce, "one");
  CAF_CHECK(after.chunk("one", b, 1, t1).is == owner::wrong_guild);
}

CAF_TEST(C6 an epoch that comes twice has no nonce twice) {
  // What the same epoch asked, of which a state that was restored knows
  // nothing, is answered before it asks.
  on_wire("one");
  go_on();
  auto early = attempt_nonce("one", 2, 1);
  auto x = after.chunk(early, a, 1, t1);
  CAF_CHECK(x.is == owner::known && x.found);
  CAF_CHECK_EQUAL(x.request->nonce, "one");
  auto second = attempt_nonce("one", 2, 2);
  CAF_CHECK_EQUAL(next_after(t1 + 61s), second);
  CAF_CHECK(after.written(second, a, t1 + 61s) != nullptr);
}

CAF_TEST(C6 no attempt goes out under a nonce that is known already) {
  on_wire("one");
  after.restore_ended({attempt_nonce("one", 2, 1), nullptr}, t1);
  go_on();
  auto foreign = ask_for::whole_list(b);
  foreign.nonce = attempt_nonce("one", 2, 2);
  CAF_REQUIRE(!after.accept(foreign, origin::foreign, 0, t1).error);
  auto third = attempt_nonce("one", 2, 3);
  CAF_CHECK_EQUAL(next_after(t1 + 61s), third);
  CAF_CHECK(after.written(third, a, t1 + 61s) != nullptr);
}

CAF_TEST(C6 an attempt that the cut does not tell of is known) {
  on_wire("one");
  auto cut = book.cut(t0);
  book.ask_again("one", "one", t0 + 5s, 1);
  CAF_CHECK_EQUAL(next(t0 + 31s), attempt_nonce("one", 1, 1));
  after.restore(cut, t1);
  auto x = after.chunk(attempt_nonce("one", 1, 1), a, 1, t1);
  CAF_CHECK(x.is == owner::known && x.found);
  CAF_CHECK_EQUAL(after.find("one")->asked, 2u);
  // Once.
  CAF_CHECK(!after.chunk(attempt_nonce("one", 1, 1), a, 1, t1).found);
  // Nobody has asked under these.
  CAF_CHECK(after.chunk(attempt_nonce("one", 3, 1), a, 1, t1).is
            == owner::foreign);
  CAF_CHECK(after.chunk(attempt_nonce("one", 1, 1), b, 1, t1).is
            == owner::wrong_guild);
  CAF_CHECK(after.chunk(attempt_nonce("one", 1, 2), b, 1, t1).is
            == owner::foreign);
  CAF_CHECK_EQUAL(next_after(t1 + 31s), attempt_nonce("one", 2, 1));
}

CAF_TEST(C6 S5 what goes on in another session outlasts its process) {
  on_wire("one");
  book.session_lost(t0 + 1s); // its nonce is for nobody now
  join("plain", b, origin::startup);
  book.set_derived("plain", false);
  book.session_lost(t0 + 2s);
  go_on(t0 + 2s);
  CAF_CHECK(after.find("one") != nullptr);
  CAF_CHECK(after.find("plain") != nullptr);
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::late);
}

CAF_TEST(C6 Q14 what may not have left is counted when its chunks come) {
  search("one");
  next();
  go_on();
  CAF_CHECK_EQUAL(after.find("one")->asked, 0u);
  CAF_CHECK(after.chunk("one", a, 1, t1).found);
  CAF_CHECK_EQUAL(after.find("one")->asked, 1u);
}

CAF_TEST(C6 a nonce that has gone out before does not go out again) {
  go_on();
  CAF_CHECK(!after
                 .accept(ask_for::search(a, "n", 1).with_nonce("one"),
                         origin::user, 0, t1)
                 .error);
  CAF_CHECK(after.chunk("one", a, 1, t1).found);
  CAF_CHECK_EQUAL(next_after(), attempt_nonce("one", 2, 1));
}

CAF_TEST(C6 who asks again takes over what looked foreign) {
  go_on();
  ask_for x = ask_for::whole_list(a).with_nonce("one");
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::foreign);
  CAF_REQUIRE(!after.accept(x, origin::foreign, 0, t1).error);
  auto with_members = x;
  with_members.answer_limit = 1;
  CAF_CHECK(after.accept(with_members, origin::user, 0, t1).error);
  auto elsewhere = x;
  elsewhere.guild_id = b;
  CAF_CHECK(after.accept(elsewhere, origin::user, 0, t1).error);
  auto taken = after.accept(x, origin::user, 0, t1);
  CAF_CHECK(!taken.error && taken.joined);
  CAF_CHECK_EQUAL(after.in_flight(), 1u);
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::known);
  after.ask_again("one", "one", t1 + 5s);
  CAF_CHECK_EQUAL(next_after(t1 + 29s), "");
  CAF_CHECK_EQUAL(next_after(t1 + 30s), attempt_nonce("one", 2, 1));
  // In a session of its own, somebody else's is somebody else's.
  x.nonce = "two";
  CAF_REQUIRE(!book.accept(x, origin::foreign, 0, t0).error);
  CAF_CHECK(book.accept(x, origin::user, 0, t0).error);
}

CAF_TEST(C6 Q7 what is found tells when Discord stamped the list) {
  add("one");
  auto cut = book.cut(t0);
  CAF_CHECK_EQUAL(next(), "one");
  after.restore(cut, t1);
  CAF_CHECK(after.chunk("one", a, 1, t1 + 1s).found);
  CAF_CHECK_EQUAL(next_after(t1 + 30s), "");
  CAF_CHECK_EQUAL(next_after(t1 + 31s), attempt_nonce("one", 2, 1));
}

CAF_TEST(C6 S5 chunks of the session before are for nobody) {
  on_wire("one");
  go_on();
  after.session_lost(t1);
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::late);
  CAF_CHECK(after.chunk(attempt_nonce("one", 1, 1), a, 1, t1).is
            == owner::foreign);
}

CAF_TEST(C6 Q7 the cooldown goes on) {
  on_wire("one");
  book.chunk("one", a, 1, t0 + 1s);
  go_on(t0 + 11s);
  CAF_CHECK(after.due() == never);
  CAF_CHECK_EQUAL(next_after(t1 + 20s - 1ms), "");
  CAF_CHECK_EQUAL(next_after(t1 + 20s), attempt_nonce("one", 2, 1));
}

CAF_TEST(C6 Q7 a refusal is waited for) {
  on_wire("one");
  search("two", b);
  next();
  book.rate_limited("one", a, 20s, t0, t0);
  book.rate_limited("two", b, 10s, t0, t0);
  go_on(t0 + 5s);
  CAF_CHECK_EQUAL(after.find("one")->refusals, 1u);
  CAF_CHECK_EQUAL(next_after(t1 + 5s - 1ms), "");
  CAF_CHECK_EQUAL(next_after(t1 + 5s), attempt_nonce("two", 2, 1));
  CAF_CHECK_EQUAL(next_after(t1 + 15s), attempt_nonce("one", 2, 1));
}

CAF_TEST(C6 Q8 attempts that have failed count) {
  on_wire("one");
  book.ask_again("one", "one", t0, 1);
  go_on();
  CAF_CHECK_EQUAL(after.find("one")->spent, 1u);
  CAF_CHECK_EQUAL(after.find("one")->asked, 1u);
}

CAF_TEST(C6 Q10 callers can still be withdrawn) {
  join("one");
  join("two");
  go_on();
  CAF_CHECK_EQUAL(after.of_caller("two")->nonce, "one");
  CAF_CHECK(after.known("two", t1));
}

CAF_TEST(C6 Q13 a suspect goes out alone) {
  on_wire("one");
  CAF_CHECK(book.connection_ended().empty());
  search("two");
  go_on();
  auto later = t1 + 31s;
  auto first = next_after(later);
  CAF_CHECK_EQUAL(first, attempt_nonce("one", 2, 1));
  CAF_CHECK_EQUAL(next_after(later), "");
  after.chunk(first, a, 1, later);
  CAF_CHECK_EQUAL(next_after(later), attempt_nonce("two", 2, 1));
}

CAF_TEST(C6 what ended before is late) {
  search("one");
  next();
  written("one");
  book.end_soon("one");
  book.ended("one", t0);
  go_on();
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::late);
  CAF_CHECK(after
                .accept(ask_for::search(a, "n", 1).with_nonce("one"),
                        origin::user, 0, t1)
                .error);
}

CAF_TEST(C4 the own requests of a bot that stops end with it) {
  on_wire("one");
  go_on(t0, true);
  CAF_CHECK(after.find("one") == nullptr);
  CAF_CHECK(after.chunk("one", a, 1, t1).is == owner::late);
}

CAF_TEST(C6 what a guild tells by itself is not saved) {
  CAF_CHECK(join("plain", a, origin::startup).error == caf::none);
  book.set_derived("plain", false);
  CAF_CHECK(book.cut(t0).requests.empty());
  // Unless it has come to something, or is not alone.
  search("one");
  CAF_CHECK_EQUAL(book.cut(t0).requests.size(), 2u);
  join("drawn", b, origin::startup);
  CAF_CHECK_EQUAL(book.cut(t0).requests.size(), 3u);
}

CAF_TEST(C6 a startup request of a session before has another nonce) {
  join("plain", a, origin::startup);
  book.set_derived("plain", true);
  CAF_CHECK_EQUAL(next(), attempt_nonce("plain", 1, 1));
}

CAF_TEST(C6 a damaged cut restores nothing twice) {
  request_cut x;
  saved_request y;
  y.request = ask_for::search(a, "n", 1).with_nonce("one");
  x.requests = {y, y, {}};
  after.restore(x, t1);
  CAF_CHECK_EQUAL(after.size(), 1u);
}

CAF_TEST(C12 who joins a request that waits for its caller waits for nobody) {
  auto wish = ask_for::whole_list(a).with_nonce("one").with_members(5);
  CAF_REQUIRE(!book.accept(wish, origin::user, 0, t0, 7).error);
  book.set_call("one", 7, true);
  go_on();
  after.await_caller("one");
  CAF_CHECK_EQUAL(next_after(), "");
  CAF_CHECK(after.of_call("one", 8, true) == nullptr);
  CAF_CHECK_EQUAL(next_after(), "");
  auto joins = ask_for::whole_list(a);
  auto taken = after.accept(joins, origin::user, 0, t1);
  CAF_CHECK(taken.joined);
  CAF_CHECK(next_after() != "");
}

CAF_TEST(C12 who asks again for its members need not wait) {
  auto wish = ask_for::search(a, "x", 5).with_nonce("one").with_members(5);
  CAF_REQUIRE(!book.accept(wish, origin::user, 0, t0, 7).error);
  book.set_call("one", 7, true);
  go_on();
  after.await_caller("one");
  after.release(a);
  CAF_CHECK_EQUAL(next_after(), "");
  CAF_CHECK(after.of_call("one", 7, true) != nullptr);
  CAF_CHECK(next_after() != "");
}

CAF_TEST(C12 Q2 a nonce is in use unless an owner before has left it) {
  auto wish = ask_for::search(a, "x", 5).with_nonce("one");
  CAF_REQUIRE(!book.accept(wish, origin::user, 0, t0).error);
  book.end_soon("one");
  book.ended("one", t0);
  CAF_CHECK_EQUAL(code_of(book.accept(wish, origin::user, 0, t0, 7).error),
                  errc::nonce_in_use);
  go_on();
  CAF_CHECK_EQUAL(code_of(after.accept(wish, origin::user, 0, t1).error),
                  errc::nonce_in_use);
  auto taken = after.accept(wish, origin::user, 0, t1, 7);
  CAF_CHECK(!taken.error);
  CAF_CHECK(!after.find("one")->told);
  auto attempt = next_after();
  CAF_CHECK(attempt != "" && attempt != "one");
}

CAF_TEST(C12 the end that was decided is the one that is saved) {
  auto wish = ask_for::search(a, "x", 5).with_nonce("one");
  CAF_REQUIRE(!book.accept(wish, origin::user, 0, t0, 7).error);
  book.set_call("one", 7, true);
  book.end_soon("one", outcome::guild_left);
  go_on();
  auto end = after.end_of("one", 7, t1);
  CAF_REQUIRE(end != nullptr);
  CAF_CHECK_EQUAL(end->outcome, outcome::guild_left);
  CAF_CHECK(after.end_of("one", 8, t1) == nullptr);
}

CAF_TEST_FIXTURE_SCOPE_END()
