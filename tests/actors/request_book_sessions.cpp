#define CAF_SUITE actors_request_book_sessions

#include "tests/support/request_book_fixture.hpp"

using namespace muster;
using namespace muster::test;

// What lost connections and new sessions mean to requests.

CAF_TEST_FIXTURE_SCOPE(request_book_sessions_tests, request_book_fixture)

CAF_TEST(S5 a new session asks again and a second one ends the request) {
  add("one");
  search("unwritten", b);
  next();
  next();
  written("one");
  auto first = book.session_lost(t0 + 1s);
  CAF_REQUIRE_EQUAL(first.size(), 1u);
  CAF_CHECK(first[0].is == follows::again);
  auto second = book.find("one")->attempt;
  CAF_CHECK(second != "one");
  // Chunks of the old session touch no book.
  CAF_CHECK(book.chunk("one", a, 1, t0 + 1s).is == owner::late);
  CAF_CHECK_EQUAL(book.in_flight(), 0u);
  CAF_CHECK_EQUAL(next(t0 + 1s), "unwritten"); // it had never left
  CAF_CHECK_EQUAL(next(t0 + 31s), second);
  written("one", t0 + 31s);
  book.end_soon("unwritten");
  auto last = book.session_lost(t0 + 40s);
  CAF_REQUIRE_EQUAL(last.size(), 1u);
  CAF_CHECK(last[0].is == follows::lost);
  CAF_CHECK(book.find("one")->stage == request_stage::ending);
}

CAF_TEST(S5 an attempt that may have left is known in the next session) {
  add("one");
  CAF_CHECK_EQUAL(next(), "one");
  written("one");
  book.ask_again("one", "one", t0 + 31s);
  auto second = next(t0 + 62s); // its write is not confirmed
  CAF_CHECK(book.session_lost(t0 + 63s).empty());
  CAF_CHECK(book.chunk(second, a, 1, t0 + 64s).is == owner::late);
  auto third = next(t0 + 120s);
  CAF_CHECK(!third.empty());
  CAF_CHECK(third != second);
}

CAF_TEST(Q13 an attempt that brought something clears its connection) {
  // Even if another one is on the wire when the connection ends.
  brought_by_resume("one");
  book.ask_again("one", "one", t0 + 40s);
  CAF_CHECK(!next(t0 + 80s).empty());
  CAF_CHECK(book.connection_ended().empty());
  CAF_CHECK_EQUAL(book.find("one")->suspicions.in_a_row(), 0u);
}

CAF_TEST(Q13 what came while nothing was lost counts too) {
  // Brought by a replay, before another attempt waits for its turn.
  brought_by_resume("one");
  book.ask_again("one", "one", t0 + 20s);
  CAF_CHECK(book.connection_ended().empty()); // it is queued
  CAF_CHECK_EQUAL(book.find("one")->suspicions.in_a_row(), 0u);
}

CAF_TEST(S5 the startup asks in every session and the foreign ends) {
  auto of_startup = join("s", a, origin::startup);
  next();
  written("s");
  ask_for theirs;
  theirs.guild_id = b;
  theirs.nonce = "theirs";
  CAF_CHECK(!book.accept(theirs, origin::foreign, 0, t0).error);
  auto lost = book.session_lost(t0 + 1s);
  CAF_REQUIRE_EQUAL(lost.size(), 2u);
  CAF_CHECK(lost[0].is == follows::again);
  CAF_CHECK(lost[1].is == follows::lost);
  for (int i = 1; i < 4; ++i) {
    auto now = t0 + 40s * i;
    CAF_CHECK(next(now) != "");
    written("s", now);
    CAF_CHECK(book.session_lost(now + 1s).at(0).is == follows::again);
  }
}

CAF_TEST(S6 a resume takes back what had not left and keeps its nonce) {
  add("left", a);
  add("not", b);
  next();
  next();
  written("left");
  auto all = book.session_resumed(t0 + 5s);
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  CAF_CHECK_EQUAL(all[0].nonce, "left");
  CAF_CHECK(all[0].is == follows::resumed);
  CAF_CHECK_EQUAL(book.in_flight(), 1u);
  CAF_CHECK_EQUAL(next(t0 + 5s), "not"); // no stamp is left of it
  CAF_CHECK_EQUAL(book.in_flight(), 2u);
}

CAF_TEST(S6 what was taken back and had left is on the wire after all) {
  add("one");
  next();
  book.session_resumed(t0 + 5s);
  CAF_CHECK(book.chunk("one", a, 1, t0 + 6s).proves_write);
  CAF_CHECK_EQUAL(book.in_flight(), 1u);
  CAF_CHECK_EQUAL(next(t0 + 7s), "");
  // Once: after a refusal it waits as others do, whatever chunks come.
  book.rate_limited("one", a, 5s, t0 + 8s, t0 + 8s);
  CAF_CHECK(!book.chunk("one", a, 1, t0 + 9s).proves_write);
  CAF_CHECK_EQUAL(book.in_flight(), 0u);
}

CAF_TEST(Q7 a refusal of what was taken back counts) {
  add("one");
  next();
  book.connection_ended();
  book.session_resumed(t0 + 1s);
  auto refused = book.rate_limited("one", a, 8s, t0 + 2s, t0 + 2s);
  CAF_REQUIRE_EQUAL(refused.size(), 1u);
  CAF_CHECK(refused[0].is == follows::delayed);
  auto other = ask_for::whole_list(a);
  other.nonce = "other";
  other.joinable = false;
  fill_in(other, settings{});
  CAF_CHECK(!book.accept(other, origin::user, 0, t0 + 3s).error);
  CAF_CHECK_EQUAL(next(t0 + 9s), "");
  CAF_CHECK(!next(t0 + 10s).empty());
}

CAF_TEST(Q13 while a suspect is alone nothing is due) {
  on_wire("one");
  CAF_CHECK(book.connection_ended().empty());
  book.session_resumed(t0 + 1s);
  add("two", b);
  CAF_CHECK_EQUAL(next(t0 + 1s), ""); // "one" may be what ends them
  CAF_CHECK(book.due() == never);
  book.chunk("one", a, 1, t0 + 2s);
  CAF_CHECK_EQUAL(next(t0 + 2s), "two");
}

CAF_TEST(Q13 a request is given up at one end more than it has attempts) {
  on_wire("one");
  CAF_CHECK(book.connection_ended().empty());
  auto all = book.connection_ended();
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  CAF_CHECK(all[0].is == follows::poison);
  CAF_CHECK(book.find("one")->stage == request_stage::ending);
}

CAF_TEST_FIXTURE_SCOPE_END()
