#pragma once

/// @file
/// A walk over a list of members.
/// Threads: for one at a time.
/// Source: rules B2, E5.

#include <cstdint>
#include <memory>

#include "messages/api.hpp"
#include "messages/member.hpp"

namespace muster {

class field_scanner;

/// Walks over a member_list, decoding as it goes:
///
///     member_cursor members{chunk.members};
///     while (auto* m = members.next())
///       cache.insert(m->user_id(), m->username());
///
/// Keeps the list's bytes alive. Not thread-safe; make one per thread.
class MUSTER_API member_cursor {
public:
  /// Begins before the first member.
  explicit member_cursor(const member_list& list);
  ~member_cursor();

  member_cursor(const member_cursor&) = delete;
  member_cursor& operator=(const member_cursor&) = delete;

  /// The next readable member, or null at the end.
  const member_view* next();

  /// Entries so far that could not be read and were left out (B2): no member
  /// object, or one without a user's id. Whoever reads counts; the log says it
  /// once for each walk, with the guild, see unreadable.hpp. Text that is not
  /// UTF-8 is no reason to leave a member out.
  std::uint32_t malformed() const;

private:
  using slot = member_view::slot;

  struct walk;

  bool read(field_scanner& from);
  bool read_on(field_scanner& from, const char* behind_last, bool in_user);
  void tell();

  std::unique_ptr<walk> walk_;
  member_view view_;
  snowflake guild_id_;
  bool told_ = false;
  /// A field was found that the layout does not have.
  bool stray_ = false;
};

} // namespace muster
