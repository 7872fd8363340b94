#define CAF_SUITE actors_cut_text

#include "actors/cut_text.hpp"

#include <random>
#include <string>

#include "actors/startup_ledger.hpp"
#include "net/shallow_cbor.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const session_cut session{{"a1b2c3d4e5f60718293a4b5c6d7e8f90", 123'456'789,
                           "wss://gateway-us-east1-b.discord.gg"},
                          33'281,
                          16};

/// One with something in every field.
startup_cut full_books() {
  startup_cut x;
  for (std::size_t i = 0; i < guild_phases; ++i) {
    guild_record g;
    g.phase = static_cast<guild_phase>(i);
    g.open = i % 2 == 0;
    g.asked = i == 1;
    g.tried = i == 2;
    g.created = i == 3;
    g.all_came = i == 4;
    g.some_came = i == 5;
    g.member_count = 1000 * i;
    g.members = 999 * i;
    g.joined = i == 6 ? 3 : 0;
    g.left = i == 0 ? 4 : 0;
    x.guilds.emplace_back(snowflake{i + 1}, g);
  }
  x.result.with_event = false;
  x.result.incomplete = {snowflake{11}};
  x.result.missed = {snowflake{12}, snowflake{13}};
  x.result.unavailable = {snowflake{UINT64_MAX}};
  x.result.guilds = 14;
  x.result.members = 15;
  x.spoiled = {snowflake{16}};
  x.created = 17;
  x.ends = vain_ends::restored(18, 19);
  x.hurried = true;
  x.since_create = 20s + 5ms;
  x.auto_chunk = true;
  x.began = true;
  x.finished = true;
  return x;
}

cut_reading read(const std::string& text) {
  startup_cut ignored;
  return read_books(text, ignored);
}

cut_reading read_as_session(const std::string& text) {
  session_cut ignored;
  return read_session(text, ignored);
}

/// A text of the same fields, of which one is another.
std::string changed(const std::string& text, std::size_t field,
                    nlohmann::json to) {
  nlohmann::json x;
  CAF_REQUIRE(read_cbor(text, x));
  x.at(field) = std::move(to);
  return write_cbor(x);
}

} // namespace

CAF_TEST(C6 a session comes back as it was) {
  auto text = write_session(session);
  CAF_CHECK(text.size() < 300);
  session_cut x;
  CAF_CHECK(read_session(text, x) == cut_reading::good);
  CAF_CHECK(x == session);
}

CAF_TEST(C6 what cannot be resumed is not written) {
  CAF_CHECK_EQUAL(write_session({}), "");
  CAF_CHECK_EQUAL(write_session({{"id", std::nullopt, "wss://x"}, 1, 1}), "");
  CAF_CHECK(read_as_session("") == cut_reading::empty);
  CAF_CHECK(read("") == cut_reading::empty);
}

CAF_TEST(C6 books come back as they were) {
  auto x = full_books();
  startup_cut y;
  CAF_CHECK(read_books(write_books(x), y) == cut_reading::good);
  CAF_CHECK(x == y);
  startup_cut none;
  CAF_CHECK(read_books(write_books({}), none) == cut_reading::good);
  CAF_CHECK(none == startup_cut{});
}

CAF_TEST(C6 the books of 2500 guilds stay below 100 kB) {
  startup_cut x;
  for (std::uint64_t i = 0; i < 2500; ++i) {
    guild_record g;
    g.phase = guild_phase::chunking;
    g.open = g.created = true;
    g.member_count = g.members = 1'000'000 + i;
    g.joined = g.left = 100;
    x.guilds.emplace_back(snowflake{1'300'000'000'000'000'000 + i}, g);
    x.result.missed.push_back(snowflake{1'300'000'000'000'000'000 + i});
  }
  auto text = write_books(x);
  CAF_MESSAGE(text.size());
  CAF_CHECK(text.size() < 100'000);
}

CAF_TEST(C6 a format that is not known is not taken for damage) {
  auto books = write_books(full_books());
  auto saved = write_session(session);
  CAF_CHECK(read(changed(books, 0, 2u)) == cut_reading::foreign);
  CAF_CHECK(read_as_session(changed(saved, 0, 2u)) == cut_reading::foreign);
  CAF_CHECK(read(write_cbor(nlohmann::json::array({99u, "anything"})))
            == cut_reading::foreign);
}

CAF_TEST(C6 a text that is cut off anywhere is damaged) {
  auto books = write_books(full_books());
  for (std::size_t n = 1; n < books.size(); ++n)
    CAF_CHECK(read(books.substr(0, n)) == cut_reading::damaged);
  auto saved = write_session(session);
  for (std::size_t n = 1; n < saved.size(); ++n)
    CAF_CHECK(read_as_session(saved.substr(0, n)) == cut_reading::damaged);
  CAF_CHECK(read(books + '\x01') == cut_reading::damaged);
}

CAF_TEST(C6 a field of another type is damage) {
  auto books = write_books(full_books());
  nlohmann::json x;
  CAF_REQUIRE(read_cbor(books, x));
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAF_CHECK(read(changed(books, i, "text")) == cut_reading::damaged);
    auto longer = x;
    longer.erase(longer.begin() + static_cast<std::ptrdiff_t>(i));
    CAF_CHECK(read(write_cbor(longer)) != cut_reading::good);
  }
  auto saved = write_session(session);
  for (std::size_t i = 0; i < 6; ++i)
    CAF_CHECK(read_as_session(changed(saved, i, true)) == cut_reading::damaged);
  CAF_CHECK(read_as_session(changed(saved, 1, UINT64_MAX))
            == cut_reading::damaged);
  CAF_CHECK(read_as_session(changed(saved, 3, "")) == cut_reading::damaged);
  auto guilds = x.size() - 1;
  using nlohmann::json;
  for (auto& bad : {json::array({1u}), json::array({json::array()}),
                    json::array({json::array({1u, 0u, 0u})}),
                    json::array({json::array({0u, 0u, 0u, 0u})}), // no id
                    json::array({json::array({1u, 7u, 0u, 0u})}), // no phase
                    json::array({json::array({1u, 512u, 0u, 0u})}),
                    json::array({json::array({1u, 0u, 0u, 0u, 0u})}),
                    json::array({json::array({1u, 0u, 0u, 0u, 0u, 0u, 0u})})})
    CAF_CHECK(read(changed(books, guilds, bad)) == cut_reading::damaged);
}

CAF_TEST(F1 noise is damage and nothing worse) {
  std::mt19937 random{7};
  auto books = write_books(full_books());
  auto saved = write_session(session);
  int good = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto a = books;
    auto b = saved;
    for (auto n = random() % 3; n-- > 0;) {
      a[random() % a.size()] = static_cast<char>(random());
      b[random() % b.size()] = static_cast<char>(random());
    }
    startup_cut x;
    if (read_books(a, x) == cut_reading::good) {
      ++good;
      // Whatever it says, a ledger can go on from it.
      startup_ledger y{settings{}};
      y.restore(x, 0s);
      y.tick(1h);
      y.take_result(1h);
      CAF_CHECK(y.pending() <= x.guilds.size());
    }
    read_as_session(b);
    std::string noise(random() % 64, ' ');
    for (auto& c : noise)
      c = static_cast<char>(random());
    read(noise);
    read_as_session(noise);
  }
  CAF_CHECK(good > 100);
}
