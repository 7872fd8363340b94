#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/simulator/fault.hpp"
#include "app/simulator/member_text.hpp"
#include "app/simulator/world.hpp"

namespace muster::sim {

/// What the chunks of one answered op 8 have in common.
struct answer {
  std::uint32_t guild = 0;
  std::uint32_t chunk_count = 1;
  std::optional<std::string> nonce;
  bool presences = false;
  /// True for the whole list: members are those of the chunk's range.
  bool whole_list = false;
  /// Otherwise these, in one chunk.
  std::vector<std::uint32_t> members;
  /// Set for a request by user_ids: the ids that belong to no member.
  std::optional<std::vector<snowflake>> not_found;
};

/// One GUILD_MEMBERS_CHUNK: not its text, but what the text is made from.
struct chunk {
  std::shared_ptr<const answer> of;
  std::uint32_t index = 0;
  std::optional<corruption> damage;
};

/// How many members `x` carries, when a chunk holds up to `chunk_size`.
std::uint32_t members_of(const chunk& x, const world& w,
                         std::uint32_t chunk_size);

/// Consecutive members.
struct member_range {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};

/// Those that a chunk of a whole list carries.
member_range range_of(const chunk& x, const world& w, std::uint32_t chunk_size);

/// Appends the `d` of the dispatch up to the first member, with the damage
/// that concerns fields.
void append_chunk_head(std::string& out, const chunk& x, const world& w,
                       const member_text& text, std::uint32_t chunk_size);

/// Appends the members.
void append_chunk_members(std::string& out, const chunk& x, const world& w,
                          const member_text& text, std::uint32_t chunk_size);

/// Appends what comes after the last member.
void append_chunk_tail(std::string& out, const chunk& x, const world& w);

} // namespace muster::sim
