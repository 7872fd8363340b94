#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/frozen_buffer.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// A member object as Discord sent it. Fields are located once and decoded
/// when asked for. Valid until its cursor moves on; not thread-safe.
/// Accessors give nullopt (or zero, or empty) for null and absent fields.
/// Source: Resources > Guild > Guild Member Object.
class member_view {
public:
  /// The whole object as JSON text.
  std::string_view json() const { return json_; }

  snowflake user_id() const;
  std::string username() const;
  std::optional<std::string> global_name() const;
  std::string discriminator() const;
  /// The user's avatar hash; avatar() is that of the guild.
  std::optional<std::string> user_avatar() const;
  bool bot() const;
  std::uint64_t public_flags() const;

  std::optional<std::string> nick() const;
  std::optional<std::string> avatar() const;
  std::optional<std::string> banner() const;
  /// Appends to `out` after clearing it.
  void roles(std::vector<snowflake>& out) const;
  std::vector<snowflake> roles() const;
  /// ISO 8601 text.
  std::string joined_at() const;
  std::optional<std::string> premium_since() const;
  std::optional<std::string> communication_disabled_until() const;
  bool deaf() const;
  bool mute() const;
  bool pending() const;
  std::uint64_t flags() const;

  /// The raw JSON of any field, "user" included; empty when absent.
  std::string_view field(std::string_view name) const;

private:
  friend class member_cursor;

  enum slot : std::uint8_t;
  static constexpr std::size_t slots = 18;

  std::string_view json_;
  std::string_view raw_[slots];
};

/// A presence object that came with a chunk.
/// Source: Events > Gateway Events > Presence.
struct presence_view {
  snowflake user_id;
  std::string status;
  /// The whole object as JSON text; valid while its presence_list lives.
  std::string_view json;
};

/// The members of one chunk: JSON that is shared, not copied, and decoded by
/// who reads it (B2). Thread-safe to read.
struct member_list {
  /// A JSON array.
  frozen_buffer json;
  std::uint32_t count = 0;

  friend bool operator==(const member_list&, const member_list&) = default;
};

/// The presences of one chunk, empty unless asked for.
struct presence_list {
  /// A JSON array, or empty.
  frozen_buffer json;

  /// Decodes all; entries that cannot be read are left out.
  std::vector<presence_view> decode() const;

  friend bool operator==(const presence_list&, const presence_list&) = default;
};

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
  std::uint32_t malformed() const { return malformed_; }

private:
  struct walker;

  std::unique_ptr<walker> walker_;
  member_view view_;
  std::uint32_t malformed_ = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, member_list& x) {
  return f(caf::meta::type_name("member_list"), x.count, x.json);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, presence_list& x) {
  return f(caf::meta::type_name("presence_list"), x.json);
}

} // namespace muster
