#include "messages/member_cursor.hpp"

#include <cstring>
#include <utility>

#include "messages/json_array.hpp"
#include "messages/json_text.hpp"
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

// -- which field is where -----------------------------------------------------
// By its length first, so that all that is compared are a few whole numbers.

member_cursor::slot member_cursor::slot_of_member(std::string_view key) {
  using enum member_view::slot;
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
  case 28:
    return is("communication_disabled_until") ? communication_disabled_until_
                                              : slots;
  default:
    return slots;
  }
}

member_cursor::slot member_cursor::slot_of_user(std::string_view key) {
  using enum member_view::slot;
  auto is = [&](const auto& name) {
    return std::memcmp(key.data(), name, sizeof(name) - 1) == 0;
  };
  switch (key.size()) {
  case 2:
    return is("id") ? user_id_ : slots;
  case 3:
    return is("bot") ? bot_ : slots;
  case 6:
    return is("avatar") ? user_avatar_ : slots;
  case 8:
    return is("username") ? username_ : slots;
  case 11:
    return is("global_name") ? global_name_ : slots;
  case 12:
    return is("public_flags") ? public_flags_ : slots;
  case 13:
    return is("discriminator") ? discriminator_ : slots;
  default:
    return slots;
  }
}

const member_view* member_cursor::next() {
  field_scanner::field x;
  auto read = [&](field_scanner& from) {
    for (auto& raw : view_.raw_) // the compiler's way is a slow copy
      raw = {};
    auto good = each_field(from, [&](std::string_view key) {
      if (key == "user")
        return each_field(from, [&](std::string_view inner) {
          if (!from.value(x))
            return false;
          if (auto where = slot_of_user(inner); where != member_view::slots)
            view_.raw_[where] = x.value;
          return true;
        });
      if (!from.value(x))
        return false;
      if (auto where = slot_of_member(key); where != member_view::slots)
        view_.raw_[where] = x.value;
      return true;
    });
    view_.id_ = id_of(view_.raw_[member_view::user_id_]);
    return good && view_.id_ != snowflake{};
  };
  if (array_->next(view_.json_, read))
    return &view_;
  tell();
  return nullptr;
}

} // namespace muster
