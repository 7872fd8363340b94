#pragma once

#include <cstddef>
#include <string>

#include "tests/support/fleet.hpp"

namespace muster::test {

/// A fleet that can answer op 8.
struct answering_fleet : fleet {
  /// Answers the op 8 that went out last with all of its chunks.
  void answer_last(int chunks = 1, int members = 1) {
    auto x = last_request();
    auto id = *parse_snowflake(x["guild_id"].get<std::string>());
    for (int i = 0; i < chunks; ++i)
      link().say(chunk(id, x["nonce"].get<std::string>(), i, chunks, members));
    sched.run();
  }

  /// Answers every op 8 there is, until there are no more.
  void answer_all(int members = 1) {
    for (std::size_t i = 0; i < requests().size(); ++i) {
      auto x = requests()[i];
      auto id = *parse_snowflake(x["guild_id"].get<std::string>());
      auto shard = shard_of(id, shard_count);
      link(shard).say(chunk(id, x["nonce"].get<std::string>(), 0, 1, members));
      sched.run();
    }
  }
};

} // namespace muster::test
