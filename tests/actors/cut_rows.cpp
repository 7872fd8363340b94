#define CAF_SUITE actors_cut_rows

#include "actors/cut_rows.hpp"

#include <map>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const snowflake a{1}, b{2}, c{3};
const auto t0 = time_point{} + 1h;

/// The books of a shard, and what a store has of them.
struct fixture {
  void begin(const std::vector<snowflake>& guilds) {
    startup.begin(guilds, true, 0s);
  }

  void create(snowflake id, std::uint64_t members = 5) {
    guild_create x;
    x.id = id;
    x.member_count = members;
    startup.created(x, false, 1s);
  }

  void complete(snowflake id) {
    chunk_request_finished x;
    x.guild_id = id;
    x.outcome = outcome::complete;
    x.members = 5;
    startup.list_ended(x);
  }

  void ask(snowflake guild, const char* nonce) {
    auto x = guild_members_request::search(guild, "n", 1);
    x.nonce = nonce;
    CAF_REQUIRE(!book.accept(x, origin::user, 0, t0).error);
  }

  void send() {
    while (auto x = book.next(true, t0))
      book.written(x->attempt, x->request.guild_id, t0);
  }

  /// Writes what has changed; gives the bytes of that.
  std::size_t write(bool leaving = false, std::size_t ends = 0,
                    time_point now = t0) {
    shard_cut cut;
    rows.write(startup, book, {1s, now}, ends, leaving, cut);
    if (cut.whole)
      store.clear();
    std::size_t bytes = 0;
    for (auto& [key, text] : cut.rows) {
      bytes += key.size() + (text ? text->size() : 0);
      if (text)
        store[key] = *text;
      else
        store.erase(key);
    }
    return bytes;
  }

  cut_reading read() {
    std::vector<cut_row> all;
    for (auto& [key, text] : store)
      all.push_back({key, text});
    books = {};
    return read_rows(all, books, lost);
  }

  /// As read: that of nonce "one".
  const ended_call* end_of_call() {
    for (auto& x : books.ended_nonces)
      if (x.nonce == "one")
        return x.call.get();
    return nullptr;
  }

  settings values;
  startup_ledger startup{values};
  request_book book{values};
  cut_rows rows;
  std::map<std::string, std::string> store;
  shard_books books;
  bool lost = false;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(cut_rows_tests, fixture)

CAF_TEST(C6 what was written comes back) {
  CAF_CHECK(read() == cut_reading::empty);
  begin({a, b});
  create(a);
  ask(a, "one");
  send();
  write();
  CAF_CHECK(read() == cut_reading::good && !lost);
  CAF_REQUIRE_EQUAL(books.startup.guilds.size(), 2u);
  CAF_CHECK(books.startup.guilds[0].second.phase == guild_phase::chunking);
  CAF_CHECK(books.startup.guilds[1].second.phase == guild_phase::awaited);
  CAF_CHECK(books.startup.began && !books.startup.finished);
  CAF_REQUIRE_EQUAL(books.requests.requests.size(), 1u);
  CAF_CHECK_EQUAL(books.requests.requests[0].attempts,
                  std::vector<std::string>{"one"});
}

CAF_TEST(C6 only what has changed is written) {
  begin({a, b});
  create(a);
  create(b);
  complete(a);
  complete(b);
  CAF_REQUIRE(startup.take_result(2s));
  CAF_CHECK(rows.due(startup, book, time_point{}));
  write();
  CAF_CHECK(!rows.due(startup, book, time_point{}));
  CAF_CHECK_EQUAL(write(), 0u);
  startup.member_added(a);
  CAF_CHECK(rows.due(startup, book, time_point{}));
  auto bytes = write();
  CAF_MESSAGE(bytes);
  CAF_CHECK(bytes > 0 && bytes < 30);
  CAF_CHECK(read() == cut_reading::good);
  CAF_CHECK_EQUAL(books.startup.guilds[0].second.member_count, 6u);
  guild_delete gone;
  gone.id = a;
  startup.gone(gone, 3s);
  write();
  CAF_CHECK(read() == cut_reading::good);
  CAF_REQUIRE_EQUAL(books.startup.guilds.size(), 1u);
  CAF_CHECK_EQUAL(books.startup.guilds[0].first, b);
}

CAF_TEST(C6 a new session leaves nothing of the one before) {
  begin({a, b});
  write();
  begin({c});
  write();
  CAF_CHECK(read() == cut_reading::good);
  CAF_REQUIRE_EQUAL(books.startup.guilds.size(), 1u);
  CAF_CHECK_EQUAL(books.startup.guilds[0].first, c);
}

CAF_TEST(C6 ended nonces come and go) {
  begin({a});
  ask(a, "one");
  send();
  book.end_soon("one");
  book.ended("one", t0);
  write();
  CAF_CHECK(read() == cut_reading::good);
  CAF_REQUIRE_EQUAL(books.ended_nonces.size(), 1u);
  CAF_CHECK_EQUAL(books.ended_nonces[0].nonce, "one");
  CAF_CHECK(!books.ended_nonces[0].call);
  CAF_CHECK(books.requests.requests.empty());
  write(false, 0, t0 + 6min);
  read();
  CAF_CHECK(books.ended_nonces.empty());
}

CAF_TEST(C12 the end of a call is written with its nonce) {
  begin({a});
  ask(a, "one");
  book.set_call("one", 77, true);
  send();
  write();
  CAF_CHECK(read() == cut_reading::good);
  CAF_CHECK_EQUAL(books.requests.requests.at(0).calls.at("one"), 77u);
  // Its nonce is spent before its end, for the session was lost.
  book.session_lost(t0);
  write();
  chunk_request_finished end;
  end.guild_id = a;
  end.nonce = "one";
  end.outcome = outcome::incomplete;
  end.missed_chunks = {1, 3};
  end.members = 5;
  end.first_received_at = caf::timestamp{1'785'585'600s};
  book.end_soon("one");
  // It has been decided, and is not known yet.
  write();
  read();
  CAF_CHECK(end_of_call() != nullptr);
  book.ended("one", t0, &end);
  write();
  read();
  auto call = end_of_call();
  CAF_REQUIRE(call != nullptr);
  CAF_CHECK_EQUAL(call->number, 77u);
  CAF_CHECK_EQUAL(call->end.outcome, outcome::incomplete);
  CAF_CHECK_EQUAL(call->end.missed_chunks, end.missed_chunks);
  CAF_CHECK_EQUAL(call->end.members, 5u);
  CAF_CHECK(*call->end.first_received_at == *end.first_received_at);
  CAF_CHECK(!call->end.last_received_at);
}

CAF_TEST(C6 what ends with its process is not gone on with) {
  begin({a});
  ask(a, "one");
  send();
  write(true);
  CAF_CHECK(read() == cut_reading::good);
  CAF_CHECK(books.requests.requests.empty());
  CAF_CHECK_EQUAL(books.ended_nonces.front().nonce, "one");
}

CAF_TEST(C8 an end that is not recorded is none) {
  begin({});
  CAF_REQUIRE(startup.take_result(0s));
  write(false, 1);
  read();
  CAF_CHECK(!books.startup.finished);
  begin({});
  CAF_REQUIRE(startup.take_result(0s));
  write();
  read();
  CAF_CHECK(books.startup.finished);
}

CAF_TEST(C6 the books of 2500 guilds stay below 100 kB) {
  std::vector<snowflake> guilds;
  for (std::uint64_t i = 0; i < 2500; ++i)
    guilds.push_back(snowflake{1'300'000'000'000'000'000 + i});
  begin(guilds);
  auto empty = write();
  for (auto id : guilds)
    create(id, 1'000'000 + id.value % 10'000);
  for (auto id : guilds)
    for (int i = 0; i < 100; ++i)
      startup.member_added(id);
  for (auto id : guilds) {
    startup.set_begun(id, 2);
    startup.spoil(id);
  }
  write();
  std::size_t bytes = 0;
  for (auto& [key, text] : store)
    bytes += key.size() + text.size();
  CAF_MESSAGE(empty << " at first, then " << bytes);
  CAF_CHECK(bytes < 100'000);
  CAF_CHECK(read() == cut_reading::good);
}

CAF_TEST(C6 of a damaged startup the guilds are known) {
  begin({a, b});
  write();
  auto good = store;
  for (auto& [key, text] : good) {
    if (key == "r")
      continue;
    store = good;
    store[key] = "noise";
    CAF_CHECK(read() == cut_reading::damaged);
    CAF_CHECK_EQUAL(books.startup.guilds.size(), 2u);
    store.erase(key);
    CAF_CHECK(read() == cut_reading::damaged);
  }
}

CAF_TEST(C6 of damaged requests nothing else is lost) {
  begin({a});
  ask(a, "one");
  write();
  auto good = store.at("r");
  for (std::size_t n = 0; n < good.size(); ++n) {
    store["r"] = good.substr(0, n);
    CAF_CHECK(read() == cut_reading::good);
    CAF_CHECK(lost && books.requests == request_cut{});
  }
}

CAF_TEST(C6 a format that is not known is not taken for damage) {
  begin({a});
  write();
  auto good = store;
  auto newer = std::string("\x82\x18\x63\x00", 4);
  for (auto key : {"s", "r"}) {
    store = good;
    store[key] = newer;
    CAF_CHECK(read() == cut_reading::foreign);
  }
  for (auto key : {"x", "a1"}) {
    store = good;
    store[key] = "anything";
    CAF_CHECK(read() == cut_reading::foreign);
  }
}

CAF_TEST(C6 a key that no version has written is damage) {
  begin({a});
  write();
  auto good = store;
  for (auto key : {"", "-1", "gabc", "something else", "\xff"}) {
    store = good;
    store[key] = "anything";
    CAF_CHECK(read() == cut_reading::damaged);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
