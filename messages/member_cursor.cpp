#include "messages/member_cursor.hpp"

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

const member_view* member_cursor::next() {
  if (walk_->items.next(view_.json_,
                        [this](field_scanner& from) { return read(from); }))
    return &view_;
  tell();
  return nullptr;
}

// A field stays in the view until it is found again, or the layout that has it
// does not fit any more: most members have the same.

bool member_cursor::read(field_scanner& from) {
  if (std::exchange(stray_, false))
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
    for (auto i = done; i < layout.size(); ++i)
      view_.raw_[layout[i].what] = {};
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
    auto where = in_user ? member_view::slot_of_user(key)
                         : member_view::slot_of_member(key);
    // The last one counts, and no layout has one twice.
    auto twice = where != member_view::slots && !view_.raw_[where].empty();
    view_.raw_[where] = x.value;
    if (twice)
      layout.stop();
    if (!layout.add({behind_last,
                     static_cast<std::size_t>(x.value.data() - behind_last)},
                    where, in_user ? 1 : 0))
      stray_ = true;
    behind_last = from.rest().data();
  }
}

} // namespace muster
