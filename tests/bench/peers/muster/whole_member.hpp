#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/member.hpp"
#include "messages/timestamp.hpp"

namespace muster::test {

/// Text that is there or not. Its memory stays for the next.
class kept_text {
public:
  void operator=(std::optional<std::string_view> x) {
    there_ = x.has_value();
    if (x)
      text_.assign(*x);
  }

  std::size_t weight() const { return there_ ? text_.size() + 1 : 0; }

private:
  std::string text_;
  bool there_ = false;
};

/// Every field that a twilight_model::guild::Member of version 0.18 has, its
/// user's included, as values that outlive the payload. Hashes of images stay
/// text.
class whole_member {
public:
  void read(const member_view& m);

  /// A number made of all fields.
  std::uint64_t sum() const;

private:
  struct user_fields {
    snowflake id;
    std::string username;
    kept_text global_name;
    std::string discriminator;
    kept_text avatar;
    std::optional<decoration> decorated;
    kept_text banner;
    std::optional<std::uint32_t> accent_color;
    std::optional<guild_tag> primary_guild;
    // These are for the user himself only: a bot is never sent them.
    kept_text email;
    kept_text locale;
    std::optional<std::uint64_t> premium_type;
    std::optional<bool> mfa_enabled;
    std::optional<bool> verified;
    std::optional<std::uint64_t> flags;
    std::uint64_t public_flags = 0;
    bool system = false;
    bool bot = false;
  };

  std::string scratch_;
  user_fields user_;
  kept_text nick_;
  kept_text avatar_;
  std::optional<decoration> decorated_;
  kept_text banner_;
  std::vector<snowflake> roles_;
  std::optional<discord_time> joined_at_;
  std::optional<discord_time> premium_since_;
  std::optional<discord_time> communication_disabled_until_;
  std::uint64_t flags_ = 0;
  bool deaf_ = false;
  bool mute_ = false;
  bool pending_ = false;
};

} // namespace muster::test
