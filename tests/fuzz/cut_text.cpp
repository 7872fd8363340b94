#include <string>
#include <vector>

#include "actors/cut_rows.hpp"
#include "actors/requests_text.hpp"
#include "actors/session_text.hpp"
#include "actors/startup_text.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

using namespace std::chrono_literals;

void walk_session(std::string_view bytes) {
  session_cut x;
  if (read_session(bytes, x) != cut_reading::good)
    return;
  expect(!x.session.id.empty() && x.session.sequence.has_value(),
         "a session can be resumed");
  session_cut y;
  expect(read_session(write_session(x), y) == cut_reading::good,
         "what was read can be written");
  expect(x == y, "and comes back");
}

void walk_startup(std::string_view bytes) {
  startup_cut x;
  std::uint64_t guilds = 0;
  if (read_startup(bytes, x, guilds) != cut_reading::good)
    return;
  startup_cut y;
  expect(read_startup(write_startup(x, guilds), y, guilds) == cut_reading::good,
         "what was read can be written");
  expect(x == y, "and comes back");
}

void walk_requests(std::string_view bytes) {
  request_cut x;
  if (read_requests(bytes, x) != cut_reading::good)
    return;
  request_cut y;
  expect(read_requests(write_requests(x), y) == cut_reading::good,
         "what was read can be written");
  expect(x == y, "and comes back");
}

/// A startup that goes on from it ends.
void go_on_from(const startup_cut& x) {
  startup_ledger ledger{settings{}};
  ledger.restore(x, 0s);
  expect(ledger.guild_count() <= x.guilds.size(), "guilds are counted once");
  expect(ledger.pending() <= ledger.guild_count(), "so are those that wait");
  auto later = 2 * std::chrono::hours(24 * 365);
  ledger.tick(later);
  chunk_request_finished end;
  end.outcome = outcome::complete;
  for (auto& [id, record] : x.guilds) {
    end.guild_id = id;
    ledger.list_ended(end);
  }
  expect(ledger.take_result(later).has_value() == (x.began && !x.finished),
         "it ends once");
  expect(ledger.pending() == 0, "nothing waits after the end");
}

/// A book that goes on from it sends each of its requests, and no nonce twice.
void go_on_from(const request_cut& x) {
  settings values;
  values.max_in_flight = 1'000'000;
  request_book book{values, 9};
  auto t0 = time_point{} + 1h;
  book.restore(x, t0);
  expect(book.size() <= x.requests.size(), "requests are counted once");
  auto later = t0 + 3 * std::chrono::hours(24 * 365);
  std::size_t sent = 0;
  while (auto next = book.next(true, later)) {
    ++sent;
    auto attempt = next->attempt;
    auto nonce = next->nonce;
    expect(book.written(attempt, next->request.guild_id, later) != nullptr,
           "what goes out is the present attempt");
    book.end_soon(nonce);
    book.ended(nonce, later);
  }
  expect(sent + book.size() <= x.requests.size(), "each goes out once");
}

/// Rows: the length of each key and text in a byte in front of it, 255 for a
/// length in two more.
std::vector<cut_row> rows_of(std::string_view bytes) {
  auto take = [&] {
    auto byte = [&] {
      std::size_t x = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
      bytes.remove_prefix(bytes.empty() ? 0 : 1);
      return x;
    };
    auto n = byte();
    if (n == 255) {
      n = byte() << 8;
      n |= byte();
    }
    std::string result{bytes.substr(0, n)};
    bytes.remove_prefix(result.size());
    return result;
  };
  std::vector<cut_row> result;
  while (!bytes.empty()) {
    auto key = take();
    result.push_back({std::move(key), take()});
  }
  return result;
}

} // namespace

void fuzz_cut_text(std::string_view bytes) {
  walk_session(bytes);
  walk_startup(bytes);
  walk_requests(bytes);
  shard_books books;
  auto lost = false;
  auto how = read_rows(rows_of(bytes), books, lost);
  if (how == cut_reading::good)
    go_on_from(books.startup);
  if (how == cut_reading::good || how == cut_reading::damaged)
    go_on_from(books.requests);
}

} // namespace muster::fuzz
