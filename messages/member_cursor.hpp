#pragma once

#include <cstdint>
#include <memory>

#include "messages/member.hpp"

namespace muster {

class json_array;

/// Walks over a member_list, decoding as it goes:
///
///     member_cursor members{chunk.members};
///     while (auto* m = members.next())
///       cache.insert(m->user_id(), m->username());
///
/// Keeps the list's bytes alive. Not thread-safe; make one per thread.
class member_cursor {
public:
  explicit member_cursor(const member_list& list);
  ~member_cursor();

  member_cursor(const member_cursor&) = delete;
  member_cursor& operator=(const member_cursor&) = delete;

  /// The next readable member, or null at the end.
  const member_view* next();

  /// Entries so far that were no member object and were left out (B2).
  std::uint32_t malformed() const;

private:
  std::unique_ptr<json_array> array_;
  member_view view_;
};

} // namespace muster
