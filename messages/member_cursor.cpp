#include "messages/member_cursor.hpp"

#include <cstring>
#include <utility>

#include "messages/field_layout.hpp"
#include "messages/json_array.hpp"
#include "messages/json_text.hpp"
#include "messages/unreadable.hpp"

namespace muster {

struct member_cursor::walk {
  json_array items;
  field_layout layout;
};

member_cursor::member_cursor(const member_list& list)
    : walk_(new walk{json_array{list.json}, {}}), guild_id_(list.guild_id) {}

member_cursor::~member_cursor() {
  tell();
}

void member_cursor::tell() {
  if (!std::exchange(told_, true))
    tell_unreadable({"members", guild_id_, malformed()});
}

std::uint32_t member_cursor::malformed() const {
  return walk_->items.malformed();
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
  if (walk_->items.next(view_.json_,
                        [this](field_scanner& from) { return read(from); }))
    return &view_;
  tell();
  return nullptr;
}

bool member_cursor::read(field_scanner& from) {
  for (auto& raw : view_.raw_) // the compiler's way is a slow copy
    raw = {};
  auto& layout = walk_->layout;
  auto behind_last = from.rest().data();
  std::size_t done = 0;
  field_scanner::field x;
  for (; done < layout.size(); ++done) {
    auto& step = layout[done];
    if (!from.take_same(step.text.data(), step.size))
      break;
    if (!from.value(x))
      return false;
    view_.raw_[step.what] = x.value;
    behind_last = from.rest().data();
  }
  if (auto end = layout.end(); done < layout.size() || end.empty()
                               || !from.take_same(end.data(), end.size())) {
    layout.keep(done);
    if (done == 0)
      from.enter();
    if (!read_on(from, behind_last, done > 0 && layout[done - 1].depth > 0))
      return false;
  }
  view_.id_ = id_of(view_.raw_[member_view::user_id_]);
  return view_.id_ != snowflake{};
}

/// Reads from behind a value, of the user if `in_user`, to the member's end,
/// as the next member will be read, too.
bool member_cursor::read_on(field_scanner& from, const char* behind_last,
                            bool in_user) {
  using status = field_scanner::status;
  auto& layout = walk_->layout;
  field_scanner::field x;
  for (;;) {
    std::string_view key;
    auto found = from.key(key);
    if (found == status::malformed)
      return false;
    if (found == status::end) {
      if (std::exchange(in_user, false))
        continue;
      auto end = from.rest().data();
      layout.end({behind_last, static_cast<std::size_t>(end - behind_last)});
      return true;
    }
    if (!in_user && key == "user") {
      in_user = true;
      from.enter();
      continue;
    }
    if (!from.value(x))
      return false;
    auto where = in_user ? slot_of_user(key) : slot_of_member(key);
    view_.raw_[where] = x.value;
    layout.add(
        {behind_last, static_cast<std::size_t>(x.value.data() - behind_last)},
        where, in_user ? 1 : 0);
    behind_last = from.rest().data();
  }
}

} // namespace muster
