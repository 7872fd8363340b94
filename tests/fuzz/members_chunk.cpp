#include "net/event_data.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_members_chunk(std::string_view bytes) {
  frozen_buffer text{bytes};
  read_guild_id(text.view());
  members_chunk x;
  if (read_chunk(text.view(), x) != errc{})
    return;
  expect(x.guild_id != snowflake{}, "a chunk has a guild");
  for (auto id : x.not_found)
    expect(id != snowflake{}, "zero is no id");
  expect(x.behind.data() != nullptr && inside(x.behind, text.view()),
         "the end of the data is known");
  expect_array(x.members_json, text.view());
  expect_array(x.presences_json, text.view());
  member_list list{text.slice(x.members_json), x.members};
  walk(list);
  if (is_json(text.view())) {
    auto all = nlohmann::json::parse(x.members_json);
    auto objects = std::count_if(all.begin(), all.end(),
                                 [](auto& m) { return m.is_object(); });
    expect(objects == x.members, "the count is right");
  }
  walk(presence_list{text.slice(x.presences_json)});
}

} // namespace muster::fuzz
