#include "messages/presence.hpp"

#include <utility>

#include "messages/json_text.hpp"

namespace muster {

std::vector<presence_view> presence_list::decode() const {
  using simdjson::ondemand::field;
  using simdjson::ondemand::value;
  std::vector<presence_view> result;
  presence_view view;
  auto read = [&](value presence) -> simdjson::error_code {
    view = presence_view{};
    std::string_view raw;
    auto ec = each_field(presence, [&](field& x) -> simdjson::error_code {
      if (x.key().unsafe_is_equal("status")) {
        auto failed = raw_text(x.value(), raw);
        view.status = text_of(raw).value_or(std::string{});
        return failed;
      }
      if (!x.key().unsafe_is_equal("user"))
        return simdjson::SUCCESS;
      return each_field(x.value(), [&](field& inner) -> simdjson::error_code {
        if (!inner.key().unsafe_is_equal("id"))
          return simdjson::SUCCESS;
        auto failed = raw_text(inner.value(), raw);
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
  return result;
}

} // namespace muster
