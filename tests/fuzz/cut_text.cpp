#include "actors/cut_text.hpp"

#include "actors/startup_ledger.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

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

/// A startup that goes on from it ends.
void go_on_from(const startup_cut& x) {
  using namespace std::chrono_literals;
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

} // namespace

void fuzz_cut_text(std::string_view bytes) {
  walk_session(bytes);
  startup_cut x;
  if (read_books(bytes, x) != cut_reading::good)
    return;
  startup_cut y;
  expect(read_books(write_books(x), y) == cut_reading::good,
         "what was read can be written");
  expect(x == y, "and comes back");
  go_on_from(x);
}

} // namespace muster::fuzz
