#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/support/fleet.hpp"

namespace muster::test {

/// One process after another on one store.
class line_of_processes : public fleet {
public:
  /// HELLO on the latest connection; gives what it was answered.
  scripted_connection& greet_again() {
    auto& x = *connections.back();
    x.opened();
    say(hello(std::chrono::milliseconds(41'250)));
    return x;
  }

  /// Restarts, and resumes with these events replayed.
  scripted_connection&
  resume_after_restart(std::vector<std::string> replay = {}) {
    restart();
    auto& x = greet_again();
    CAF_REQUIRE_EQUAL(x.sent(6).size(), 1u);
    for (auto& text : replay)
      say(text);
    say(resumed(43));
    return x;
  }

  std::size_t identifies() const {
    std::size_t result = 0;
    for (auto& x : connections)
      result += x->sent(2).size();
    return result;
  }

  /// Writes into the store as a process that runs no shard would not.
  void forge(std::optional<std::string> session,
             std::optional<std::string> books) {
    send(stop_request{});
    joined_store joined;
    shards_claimed claims;
    store->join({99, 99, shard_count, values.intents, {0}}, joined);
    store->claim({99, 1, {0}}, claims);
    CAF_REQUIRE_EQUAL(claims.cuts.size(), 1u);
    auto cut = claims.cuts.front();
    ++cut.number;
    if (session)
      cut.session = *session;
    if (books)
      cut.books = *books;
    CAF_REQUIRE(!store->leave({99, {cut}}));
  }
};

} // namespace muster::test
