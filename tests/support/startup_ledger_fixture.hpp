#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <caf/test/unit_test.hpp>

#include "actors/startup_ledger.hpp"

namespace muster::test {

inline constexpr auto a = snowflake{1};
inline constexpr auto b = snowflake{2};
inline constexpr auto c = snowflake{3};

/// The startup of a shard with guilds a, b and c.
struct startup_ledger_fixture {
  using step = startup_ledger::step;
  using ids = std::vector<snowflake>;

  void begin(const ids& guilds, bool auto_chunk = true) {
    book.emplace(values);
    book->begin(guilds, auto_chunk, timespan{0});
  }

  step create(snowflake id, std::uint64_t members = 5,
              timespan at = std::chrono::seconds(1),
              bool list_pending = false) {
    guild_create x;
    x.id = id;
    x.member_count = members;
    return book->created(x, list_pending, at);
  }

  step create_whole(snowflake id, std::uint32_t members = 5,
                    timespan at = std::chrono::seconds(1),
                    bool list_pending = false) {
    guild_create x;
    x.id = id;
    x.large = false;
    x.member_count = members;
    x.members = members;
    return book->created(x, list_pending, at);
  }

  /// A list of `id` ends with so many of two chunks.
  void end_list(snowflake id, std::uint32_t chunks, bool more = false,
                std::uint64_t members = 5) {
    chunk_request_finished x;
    x.guild_id = id;
    x.outcome = chunks == 2   ? outcome::complete
                : chunks == 1 ? outcome::incomplete
                              : outcome::no_response;
    x.chunk_count = chunks == 0 ? 0 : 2;
    x.members = chunks == 0 ? 0 : members;
    book->list_ended(x, more);
  }

  startup_ledger::result result(timespan at = std::chrono::seconds(1)) {
    auto x = book->take_result(at);
    CAF_REQUIRE(x);
    CAF_CHECK(!book->take_result(at)); // once
    return *x;
  }

  bool is(snowflake id, guild_status status) {
    return book->state_of(id).status == status;
  }

  settings values;
  std::optional<startup_ledger> book;
};

} // namespace muster::test
