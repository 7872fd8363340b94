#include "net/event_data.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_guild_create(std::string_view bytes) {
  frozen_buffer text{bytes};
  guild_create x;
  if (read_guild_create(text.view(), x) != errc{})
    return;
  expect(x.id != snowflake{}, "a guild has an id");
  expect(x.behind.data() != nullptr && inside(x.behind, text.view()),
         "the end of the data is known");
  expect_array(x.members_json, text.view());
  expect_array(x.presences_json, text.view());
  expect(!x.whole() || x.members == x.member_count, "S2: whole is whole");
  walk(member_list{text.slice(x.members_json), x.members});
  walk(presence_list{text.slice(x.presences_json)});
}

} // namespace muster::fuzz
