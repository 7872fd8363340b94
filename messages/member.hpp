#pragma once

#include <cstdint>
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
/// Accessors give nullopt (or zero, or empty) for fields that are null, absent
/// or of another type. Decoded text is UTF-8, with U+FFFD for what was not.
/// Source: Resources > Guild > Guild Member Object.
class member_view {
public:
  /// The whole object as it was sent; neither UTF-8 nor valid JSON is promised.
  std::string_view json() const { return json_; }

  snowflake user_id() const { return id_; }
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

  /// The fields that a cursor locates.
  enum slot : std::uint8_t {
    user_id_,
    username_,
    global_name_,
    discriminator_,
    user_avatar_,
    bot_,
    public_flags_,
    nick_,
    avatar_,
    banner_,
    roles_,
    joined_at_,
    premium_since_,
    communication_disabled_until_,
    deaf_,
    mute_,
    pending_,
    flags_,
    slots,
  };

  std::string_view json_;
  snowflake id_;
  std::string_view raw_[slots + 1]; // the last for all other fields
};

/// The members of one chunk: JSON that is shared, not copied, and decoded by
/// who reads it (B2). Thread-safe to read.
struct member_list {
  /// A JSON array.
  frozen_buffer json;
  std::uint32_t count = 0;
  /// Whose members they are; zero in a list of one's own making.
  snowflake guild_id = {};

  friend bool operator==(const member_list&, const member_list&) = default;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, member_list& x) {
  return f(caf::meta::type_name("member_list"), x.count, x.json, x.guild_id);
}

} // namespace muster
