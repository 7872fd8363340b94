// Which field of a member is where.

#include <cstring>

#include "messages/member.hpp"

namespace muster {

// By its length first, so that all that is compared are a few whole numbers.

member_view::slot member_view::slot_of_member(std::string_view key) {
  auto is = [&](const auto& name) {
    return std::memcmp(key.data(), name, sizeof(name) - 1) == 0;
  };
  switch (key.size()) {
  case 4:
    return is("nick") ? nick_ : is("mute") ? mute_ : is("deaf") ? deaf_ : slots;
  case 5:
    return is("roles") ? roles_ : is("flags") ? flags_ : slots;
  case 6:
    return is("avatar") ? avatar_ : is("banner") ? banner_ : slots;
  case 7:
    return is("pending") ? pending_ : slots;
  case 9:
    return is("joined_at") ? joined_at_ : slots;
  case 13:
    return is("premium_since") ? premium_since_ : slots;
  case 22:
    return is("avatar_decoration_data") ? decoration_ : slots;
  case 28:
    return is("communication_disabled_until") ? communication_disabled_until_
                                              : slots;
  default:
    return slots;
  }
}

member_view::slot member_view::slot_of_user(std::string_view key) {
  auto is = [&](const auto& name) {
    return std::memcmp(key.data(), name, sizeof(name) - 1) == 0;
  };
  switch (key.size()) {
  case 2:
    return is("id") ? user_id_ : slots;
  case 3:
    return is("bot") ? bot_ : slots;
  case 5:
    return is("flags") ? user_flags_ : is("email") ? email_ : slots;
  case 6:
    return is("avatar")   ? user_avatar_
           : is("banner") ? user_banner_
           : is("system") ? system_
           : is("locale") ? locale_
                          : slots;
  case 8:
    return is("username") ? username_ : is("verified") ? verified_ : slots;
  case 11:
    return is("global_name")   ? global_name_
           : is("mfa_enabled") ? mfa_enabled_
                               : slots;
  case 12:
    return is("public_flags")   ? public_flags_
           : is("accent_color") ? accent_color_
           : is("premium_type") ? premium_type_
                                : slots;
  case 13:
    return is("discriminator")   ? discriminator_
           : is("primary_guild") ? primary_guild_
                                 : slots;
  case 22:
    return is("avatar_decoration_data") ? user_decoration_ : slots;
  default:
    return slots;
  }
}

} // namespace muster
