#include "messages/member_cursor.hpp"

#include "messages/json_text.hpp"

namespace muster {

member_cursor::member_cursor(const member_list& list)
    : array_(std::make_unique<json_array>(list.json)) {}

member_cursor::~member_cursor() = default;

std::uint32_t member_cursor::malformed() const {
  return array_->malformed();
}

const member_view* member_cursor::next() {
  using slot = member_view::slot;
  struct entry {
    std::string_view name;
    slot where;
  };
  static constexpr entry of_user[] = {
      {"id", slot::user_id_},
      {"username", slot::username_},
      {"global_name", slot::global_name_},
      {"discriminator", slot::discriminator_},
      {"avatar", slot::user_avatar_},
      {"bot", slot::bot_},
      {"public_flags", slot::public_flags_},
  };
  static constexpr entry of_member[] = {
      {"nick", slot::nick_},
      {"avatar", slot::avatar_},
      {"banner", slot::banner_},
      {"roles", slot::roles_},
      {"joined_at", slot::joined_at_},
      {"premium_since", slot::premium_since_},
      {"communication_disabled_until", slot::communication_disabled_until_},
      {"deaf", slot::deaf_},
      {"mute", slot::mute_},
      {"pending", slot::pending_},
      {"flags", slot::flags_},
  };
  using simdjson::ondemand::field;
  using simdjson::ondemand::value;
  // Puts the raw text of `x` where its name says; leaves others alone.
  auto place = [this](auto& table, field& x) -> simdjson::error_code {
    auto key = x.key();
    for (auto& [name, where] : table)
      if (key.unsafe_is_equal(name))
        return raw_text(x.value(), view_.raw_[where]);
    return simdjson::SUCCESS;
  };
  auto read = [&](value member) -> simdjson::error_code {
    view_ = member_view{};
    auto ec = each_field(member, [&](field& x) -> simdjson::error_code {
      if (!x.key().unsafe_is_equal("user"))
        return place(of_member, x);
      return each_field(x.value(),
                        [&](field& inner) { return place(of_user, inner); });
    });
    if (!ec && view_.user_id() == snowflake{})
      ec = simdjson::NO_SUCH_FIELD;
    return ec;
  };
  return array_->next(view_.json_, read) ? &view_ : nullptr;
}

} // namespace muster
