#include "messages/presence.hpp"

#include <utility>

#include "messages/json_array.hpp"
#include "messages/unreadable.hpp"

namespace muster {

std::vector<presence_view>
presence_list::decode(std::uint32_t* malformed) const {
  std::vector<presence_view> result;
  presence_view view;
  auto read = [&](auto presence) -> simdjson::error_code {
    view = presence_view{};
    std::string_view raw;
    auto ec = each_field(presence, [&](auto& x) -> simdjson::error_code {
      if (is(x, "status")) {
        auto failed = raw_text(x, raw);
        view.status = text_of(raw).value_or(std::string{});
        return failed;
      }
      if (!is(x, "user"))
        return simdjson::SUCCESS;
      return each_field(x, [&](auto& inner) -> simdjson::error_code {
        if (!is(inner, "id"))
          return simdjson::SUCCESS;
        auto failed = raw_text(inner, raw);
        view.user_id = id_of(raw);
        return failed;
      });
    });
    if (!ec && view.user_id == snowflake{})
      ec = simdjson::NO_SUCH_FIELD;
    return ec;
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
