#include "messages/presence.hpp"

#include <utility>

#include "messages/json_array.hpp"
#include "messages/json_text.hpp"
#include "messages/unreadable.hpp"

namespace muster {

std::vector<presence_view>
presence_list::decode(std::uint32_t* malformed) const {
  std::vector<presence_view> result;
  presence_view view;
  auto read = [&](field_scanner& from) {
    view = presence_view{};
    field_scanner::field x;
    auto good = each_field(from, [&](std::string_view key) {
      if (key == "user")
        return each_field(from, [&](std::string_view inner) {
          if (!from.value(x))
            return false;
          if (inner == "id")
            view.user_id = id_of(x.value);
          return true;
        });
      if (!from.value(x))
        return false;
      if (key == "status")
        view.status = text_of(x.value).value_or(std::string{});
      return true;
    });
    return good && view.user_id != snowflake{};
  };
  json_array all{json};
  while (all.next(view.json, read))
    result.push_back(std::exchange(view, {}));
  if (malformed != nullptr)
    *malformed = all.malformed();
  tell_unreadable({"presences", guild_id, all.malformed()});
  return result;
}

} // namespace muster
