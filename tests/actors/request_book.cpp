#define CAF_SUITE actors_request_book

#include "tests/support/request_book_fixture.hpp"

#include "messages/errc.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST_FIXTURE_SCOPE(request_book_tests, request_book_fixture)

CAF_TEST(Q2 a nonce is in use until five minutes after its end) {
  add("one");
  auto again = ask_for::whole_list(b);
  again.nonce = "one";
  auto refusal = [&](timespan later) {
    return code_of(book.accept(again, origin::user, 0, t0 + later).error);
  };
  CAF_CHECK(refusal(0s) == errc::nonce_in_use);
  CAF_CHECK_EQUAL(join("caller", a).nonce, "one");
  again.nonce = "caller";
  CAF_CHECK(refusal(0s) == errc::nonce_in_use);
  book.ended("one", t0 + 1s);
  CAF_CHECK(refusal(1s) == errc::nonce_in_use);
  again.nonce = "one";
  CAF_CHECK(refusal(300s) == errc::nonce_in_use);
  CAF_CHECK(!book.accept(again, origin::user, 0, t0 + 302s).error);
}

CAF_TEST(Q4 a chunk is that of who asked or known as late or foreign) {
  add("one");
  CAF_CHECK_EQUAL(next(), "one");
  auto of = [&](const std::string& nonce, snowflake guild = a) {
    return book.chunk(nonce, guild, 1, t0 + 1s).is;
  };
  CAF_CHECK(of("") == owner::none);
  CAF_CHECK(of(std::string(max_nonce_size + 1, 'x')) == owner::none);
  CAF_CHECK(of("nobody's") == owner::foreign);
  CAF_CHECK(of("one", b) == owner::wrong_guild);
  auto first = book.chunk("one", a, 1, t0 + 1s);
  CAF_CHECK(first.is == owner::known);
  CAF_CHECK(first.proves_write); // it has overtaken the news
  CAF_CHECK(!book.chunk("one", a, 1, t0 + 1s).proves_write);
  book.ended("one", t0 + 1s);
  CAF_CHECK(of("one") == owner::late);
}

CAF_TEST(Q6 no more whole lists than max_in_flight are on the wire) {
  add("one", snowflake{11});
  add("two", snowflake{12});
  add("three", snowflake{13});
  search("some", snowflake{13});
  CAF_CHECK_EQUAL(next(), "one");
  CAF_CHECK_EQUAL(next(), "two");
  CAF_CHECK_EQUAL(next(), "some");
  CAF_CHECK_EQUAL(next(), "");
  CAF_CHECK_EQUAL(book.in_flight(), 2u);
  book.end_soon("one");
  CAF_CHECK_EQUAL(next(), "three");
  CAF_CHECK_EQUAL(book.ending(), 1u);
}

CAF_TEST(Q6 a write is news once) {
  add("one");
  next();
  CAF_CHECK(book.written("other", a, t0) == nullptr);
  CAF_CHECK(book.written("one", a, t0 + 2s) == book.find("one"));
  CAF_CHECK(book.written("one", a, t0 + 2s) == nullptr);
}

CAF_TEST(Q7 equal lists share one opcode 8) {
  CAF_CHECK(!join("one").joined);
  auto second = join("two");
  CAF_CHECK(second.joined);
  CAF_CHECK_EQUAL(second.nonce, "one");
  CAF_CHECK_EQUAL(join("three").nonce, "one");
  CAF_CHECK_EQUAL(book.size(), 1u);
  CAF_CHECK_EQUAL(book.of_caller("three")->nonce, "one");
  add("own"); // a nonce of its own joins nobody
  CAF_CHECK_EQUAL(book.size(), 2u);
  auto with_members = ask_for::whole_list(a);
  with_members.nonce = "four";
  with_members.with_members(10);
  CAF_CHECK(!book.accept(with_members, origin::user, 0, t0).joined);
  auto with_presences = ask_for::whole_list(b);
  CAF_CHECK(!join("without", b).joined);
  with_presences.nonce = "with";
  with_presences.presences = true;
  CAF_CHECK(!book.accept(with_presences, origin::user, 0, t0).joined);
}

CAF_TEST(Q7 nobody joins what is ending) {
  join("one");
  book.end_soon("one");
  CAF_CHECK(!join("two").joined);
  CAF_CHECK_EQUAL(book.list_of(a)->nonce, "two");
}

CAF_TEST(Q7 lists of a guild are spaced by the cooldown) {
  add("one");
  add("two");
  CAF_CHECK_EQUAL(next(), "one");
  written("one", t0 + 1s);
  book.chunk("one", a, 1, t0 + 2s);
  CAF_CHECK_EQUAL(next(t0 + 3s), "");
  CAF_CHECK(book.due() == t0 + 32s);
  CAF_CHECK_EQUAL(next(t0 + 32s - 1ns), "");
  CAF_CHECK_EQUAL(next(t0 + 32s), "two");
}

CAF_TEST(Q7 refusals in a row end a request and a chunk ends the row) {
  add("one");
  next();
  CAF_CHECK(book.rate_limited("one", a, 1s, t0, t0).at(0).is
            == follows::delayed);
  next(t0 + 1s);
  book.chunk("one", a, 1, t0 + 2s);
  CAF_CHECK(book.rate_limited("one", a, 1s, t0 + 2s, t0 + 2s).at(0).is
            == follows::delayed);
  CAF_CHECK_EQUAL(next(t0 + 3s), ""); // the chunk's stamp holds
  CAF_CHECK_EQUAL(next(t0 + 32s), "one");
  // Without a nonce the list in flight is meant.
  CAF_CHECK(book.rate_limited("", a, 1s, t0 + 33s, t0 + 33s).at(0).is
            == follows::give_up);
  CAF_CHECK(book.find("one")->stage == request_stage::ending);
  CAF_CHECK(book.rate_limited("one", a, 1s, t0 + 33s, t0 + 33s).empty());
}

CAF_TEST(Q7 a refusal that came before the present send means nobody) {
  add("one");
  next();
  book.rate_limited("one", a, 1s, t0 + 1s, t0 + 1s);
  CAF_CHECK_EQUAL(next(t0 + 2s), "one");
  CAF_CHECK(book.rate_limited("one", a, 9s, t0 + 1s, t0 + 3s).empty());
  CAF_CHECK(book.rate_limited("", a, 9s, t0 + 1s, t0 + 3s).empty());
  CAF_CHECK(book.find("one")->on_wire());
  CAF_CHECK_EQUAL(book.rate_limited("one", a, 9s, t0 + 2s, t0 + 3s).size(), 1u);
}

CAF_TEST(Q7 a refusal of what has been given up means nobody) {
  on_wire("one");
  book.ask_again("one", "one", t0 + 10s);
  CAF_CHECK(book.rate_limited("one", a, 60s, t0 + 11s, t0 + 11s).empty());
  CAF_CHECK(book.rate_limited("nobody's", a, 60s, t0 + 11s, t0 + 11s).empty());
  CAF_CHECK(next(t0 + 32s) != "");
}

CAF_TEST(Q8 a further attempt has a nonce of its own and waits) {
  on_wire("one");
  book.ask_again("one", "another", t0 + 10s); // not the present one
  CAF_CHECK_EQUAL(book.find("one")->attempt, "one");
  book.ask_again("one", "one", t0 + 10s);
  auto second = book.find("one")->attempt;
  CAF_CHECK(second != "one");
  CAF_CHECK_EQUAL(next(t0 + 30s), "");
  CAF_CHECK_EQUAL(next(t0 + 31s), second);
  // Chunks of either are the request's.
  CAF_CHECK_EQUAL(book.chunk("one", a, 1, t0 + 32s).request->nonce, "one");
  CAF_CHECK_EQUAL(book.chunk(second, a, 1, t0 + 32s).request->nonce, "one");
}

CAF_TEST(Q9 Q7 what the bot joins goes before the startup) {
  join("s1", a, origin::startup);
  auto s2 = join("s2", b, origin::startup);
  CAF_CHECK_EQUAL(join("mine", b).nonce, s2.nonce);
  CAF_CHECK(book.next(false, t0) == book.find(s2.nonce));
  CAF_CHECK(book.next(false, t0) == nullptr);
  CAF_CHECK_EQUAL(next(), "s1");
}

CAF_TEST(Q10 a caller is withdrawn and its nonce remembered) {
  join("one");
  join("two");
  book.withdraw("two", t0);
  CAF_CHECK(book.of_caller("two") == nullptr);
  CAF_CHECK_EQUAL(book.find("one")->callers.size(), 1u);
  CAF_CHECK(code_of(join("two", b).error) == errc::nonce_in_use);
  book.withdraw("nobody", t0);
}

CAF_TEST(S1 requests of a guild that is held wait for its release) {
  add("one");
  book.hold({a});
  add("two");
  CAF_CHECK_EQUAL(next(), "");
  CAF_CHECK_EQUAL(book.queued(), 0u);
  book.release(b);
  CAF_CHECK_EQUAL(next(), "");
  book.release(a);
  CAF_CHECK_EQUAL(next(), "one");
}

CAF_TEST(S7 the startup goes by rank) {
  auto add_ranked = [&](std::uint64_t guild, std::uint64_t rank) {
    book.accept(ask_for::whole_list(snowflake{guild}), origin::startup, rank,
                t0);
  };
  add_ranked(21, 30);
  add_ranked(22, 10);
  CAF_CHECK_EQUAL(book.next(true, t0)->request.guild_id.value, 22u);
  CAF_CHECK_EQUAL(book.next(true, t0)->request.guild_id.value, 21u);
  CAF_CHECK_EQUAL(book.guilds_in_flight().size(), 2u);
}

CAF_TEST_FIXTURE_SCOPE_END()
