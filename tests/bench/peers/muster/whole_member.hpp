#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/member.hpp"

namespace muster::test {

/// Microseconds since 1970.
using timestamp = std::int64_t;

struct decoration {
  std::string asset;
  snowflake sku_id;
};

struct guild_tag {
  snowflake guild_id;
  std::optional<bool> enabled;
  std::optional<std::string> tag;
  std::optional<std::string> badge;
};

/// Every field that a twilight_model::guild::Member of version 0.18 has, its
/// user's included, as values that outlive the payload. Hashes of images stay
/// text.
struct whole_member {
  struct user_fields {
    snowflake id;
    std::string username;
    std::optional<std::string> global_name;
    std::string discriminator;
    std::optional<std::string> avatar;
    std::optional<std::string> avatar_decoration;
    std::optional<decoration> decorated;
    std::optional<std::string> banner;
    std::optional<std::uint64_t> accent_color;
    std::optional<guild_tag> primary_guild;
    std::optional<std::string> email;
    std::optional<std::string> locale;
    std::optional<std::uint64_t> premium_type;
    std::optional<std::uint64_t> flags;
    std::uint64_t public_flags = 0;
    std::optional<bool> mfa_enabled;
    std::optional<bool> system;
    std::optional<bool> verified;
    bool bot = false;
  };

  user_fields user;
  std::optional<std::string> nick;
  std::optional<std::string> avatar;
  std::optional<decoration> decorated;
  std::optional<std::string> banner;
  std::vector<snowflake> roles;
  std::optional<timestamp> joined_at;
  std::optional<timestamp> premium_since;
  std::optional<timestamp> communication_disabled_until;
  std::uint64_t flags = 0;
  bool deaf = false;
  bool mute = false;
  bool pending = false;

  void read(const member_view& m);

  /// A number made of all fields.
  std::uint64_t sum() const;
};

/// Of ISO 8601 text as Discord writes it, in UTC; none if it is no such text.
std::optional<timestamp> parse_timestamp(std::string_view text);

} // namespace muster::test
