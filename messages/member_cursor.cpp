#include "messages/member_cursor.hpp"

#include <utility>

#include "messages/json_array.hpp"
#include "messages/unreadable.hpp"

namespace muster {

member_cursor::member_cursor(const member_list& list)
    : array_(std::make_unique<json_array>(list.json)),
      guild_id_(list.guild_id) {}

member_cursor::~member_cursor() {
  tell();
}

void member_cursor::tell() {
  if (!std::exchange(told_, true))
    tell_unreadable({"members", guild_id_, malformed()});
}

std::uint32_t member_cursor::malformed() const {
  return array_->malformed();
}

const member_view* member_cursor::next() {
  using slot = member_view::slot;
  struct entry {
    std::string_view name;
    slot where;
  };
  // In the order in which Discord sends them, falling.
  [[maybe_unused]] static constexpr entry of_user[] = {
      {"username", slot::username_},
      {"public_flags", slot::public_flags_},
      {"id", slot::user_id_},
      {"global_name", slot::global_name_},
      {"discriminator", slot::discriminator_},
      {"bot", slot::bot_},
      {"avatar", slot::user_avatar_},
  };
  [[maybe_unused]] static constexpr entry of_member[] = {
      {"roles", slot::roles_},
      {"premium_since", slot::premium_since_},
      {"pending", slot::pending_},
      {"nick", slot::nick_},
      {"mute", slot::mute_},
      {"joined_at", slot::joined_at_},
      {"flags", slot::flags_},
      {"deaf", slot::deaf_},
      {"communication_disabled_until", slot::communication_disabled_until_},
      {"banner", slot::banner_},
      {"avatar", slot::avatar_},
  };
  // Puts the raw text of `x` where its name says; leaves others alone. The
  // search goes on where it was; any order is found.
  auto place = [this](auto& table, std::size_t& next,
                      auto& x) -> simdjson::error_code {
    for (std::size_t i = 0; i < std::size(table); ++i) {
      auto& [name, where] = table[next];
      if (++next == std::size(table))
        next = 0;
      if (is(x, name))
        return raw_text(x, view_.raw_[where]);
    }
    return simdjson::SUCCESS;
  };
  auto read = [&](auto member) -> simdjson::error_code {
    view_ = member_view{};
    std::size_t next_of_member = 0;
    std::size_t next_of_user = 0;
    auto ec = each_field(member, [&](auto& x) -> simdjson::error_code {
      if (!is(x, "user"))
        return place(of_member, next_of_member, x);
      return each_field(
          x, [&](auto& inner) { return place(of_user, next_of_user, inner); });
    });
    view_.id_ = id_of(view_.raw_[slot::user_id_]);
    if (!ec && view_.id_ == snowflake{})
      ec = simdjson::NO_SUCH_FIELD;
    return ec;
  };
  if (array_->next(view_.json_, read))
    return &view_;
  tell();
  return nullptr;
}

} // namespace muster
