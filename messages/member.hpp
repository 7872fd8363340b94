#pragma once

/// @file
/// Members, read where they are in a payload.
/// Threads: a view is for one at a time; lists may be copied to any.
/// Source: Resources > Guild > Guild Member Object; rule B2.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "messages/api.hpp"
#include "messages/frozen_buffer.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// What is drawn around an avatar.
/// Source: Resources > User > Avatar Decoration Data Object.
struct decoration {
  /// Hash of the image.
  std::string asset;
  /// Of what was bought.
  snowflake sku_id;

  friend bool operator==(const decoration&, const decoration&) = default;
};

/// The guild whose tag a user wears.
/// Source: Resources > User > User Primary Guild.
struct guild_tag {
  /// Zero if there is none.
  snowflake guild_id;
  /// Whether the user shows it; none when that was cleared.
  std::optional<bool> enabled;
  /// The text, up to 4 characters.
  std::optional<std::string> tag;
  /// Hash of the image.
  std::optional<std::string> badge;

  friend bool operator==(const guild_tag&, const guild_tag&) = default;
};

/// A member object as Discord sent it. Fields are located once and decoded
/// when asked for. Valid until its cursor moves on; not thread-safe.
/// Accessors give nullopt (or zero, or empty) for fields that are null, absent
/// or of another type. Decoded text is UTF-8, with U+FFFD for what was not.
/// Those with a `scratch` copy nothing as a rule: the text they give lies in
/// json(), or in `scratch` where it had to be decoded, and is valid as long as
/// both are unchanged.
/// Source: Resources > Guild > Guild Member Object.
class MUSTER_API member_view {
public:
  /// The whole object as it was sent; neither UTF-8 nor valid JSON is promised.
  std::string_view json() const { return json_; }

  /// Never zero.
  snowflake user_id() const { return id_; }
  /// The user's unique name.
  std::string username() const;
  /// The same.
  std::string_view username(std::string& scratch) const;
  /// The name that the user chose to be shown.
  std::optional<std::string> global_name() const;
  /// The same.
  std::optional<std::string_view> global_name(std::string& scratch) const;
  /// "0" for all but bots.
  std::string discriminator() const;
  /// The same.
  std::string_view discriminator(std::string& scratch) const;
  /// The user's avatar hash; avatar() is that of the guild.
  std::optional<std::string> user_avatar() const;
  /// The same.
  std::optional<std::string_view> user_avatar(std::string& scratch) const;
  /// The user's; banner() is that of the guild.
  std::optional<std::string> user_banner() const;
  /// The same.
  std::optional<std::string_view> user_banner(std::string& scratch) const;
  /// 0xRRGGBB.
  std::optional<std::uint32_t> accent_color() const;
  /// The user's; avatar_decoration() is that of the guild.
  std::optional<decoration> user_avatar_decoration() const;
  /// The guild whose tag the user wears.
  std::optional<guild_tag> primary_guild() const;
  /// Whether the user is one.
  bool bot() const;
  /// An official account of Discord's.
  bool system() const;
  /// Bits of User Flags.
  std::uint64_t public_flags() const;

  /// The name in this guild.
  std::optional<std::string> nick() const;
  /// The same.
  std::optional<std::string_view> nick(std::string& scratch) const;
  /// Hash of the image in this guild.
  std::optional<std::string> avatar() const;
  /// The same.
  std::optional<std::string_view> avatar(std::string& scratch) const;
  /// Hash of the image in this guild.
  std::optional<std::string> banner() const;
  /// The same.
  std::optional<std::string_view> banner(std::string& scratch) const;
  /// What is drawn around the avatar in this guild.
  std::optional<decoration> avatar_decoration() const;
  /// Appends to `out` after clearing it.
  void roles(std::vector<snowflake>& out) const;
  /// Ids of roles, without the one that everyone has.
  std::vector<snowflake> roles() const;
  /// ISO 8601 text, for parse_timestamp().
  std::string joined_at() const;
  /// The same.
  std::string_view joined_at(std::string& scratch) const;
  /// Since when the guild is boosted; ISO 8601.
  std::optional<std::string> premium_since() const;
  /// The same.
  std::optional<std::string_view> premium_since(std::string& scratch) const;
  /// When a time-out ends; ISO 8601.
  std::optional<std::string> communication_disabled_until() const;
  /// The same.
  std::optional<std::string_view>
  communication_disabled_until(std::string& scratch) const;
  /// In voice channels.
  bool deaf() const;
  /// In voice channels.
  bool mute() const;
  /// Has yet to pass the screening.
  bool pending() const;
  /// Bits of Guild Member Flags.
  std::uint64_t flags() const;

  /// The raw JSON of any field, "user" included; empty when absent.
  std::string_view field(std::string_view name) const;
  /// The raw JSON of any field of the user; empty when absent.
  std::string_view user_field(std::string_view name) const;

private:
  friend class member_cursor;

  /// The fields that a cursor locates.
  enum slot : std::uint8_t {
    user_id_,
    username_,
    global_name_,
    discriminator_,
    user_avatar_,
    user_banner_,
    accent_color_,
    user_decoration_,
    primary_guild_,
    bot_,
    system_,
    public_flags_,
    user_flags_,
    locale_,
    email_,
    verified_,
    mfa_enabled_,
    premium_type_,
    nick_,
    avatar_,
    banner_,
    decoration_,
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

  static slot slot_of_member(std::string_view key);
  static slot slot_of_user(std::string_view key);

  std::string_view json_;
  snowflake id_;
  std::string_view raw_[slots + 1]; // the last for all other fields
};

/// The members of one chunk: JSON that is shared, not copied, and decoded by
/// who reads it (B2). Thread-safe to read.
struct member_list {
  /// A JSON array.
  frozen_buffer json;
  /// Members in it, readable or not.
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
