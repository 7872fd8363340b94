#include "net/dispatch.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_members_chunk(std::string_view bytes) {
  frozen_buffer text{bytes};
  dispatch_reader reader;
  reader.guild_id(text.view());
  members_chunk x;
  if (reader.read(text.view(), x) != errc{})
    return;
  expect(x.guild_id != snowflake{}, "a chunk has a guild");
  for (auto id : x.not_found)
    expect(id != snowflake{}, "zero is no id");
  expect_array(x.members_json, text.view());
  expect_array(x.presences_json, text.view());
  member_list list{text.slice(x.members_json), x.members};
  walk(list);
  member_cursor members{list};
  std::uint32_t n = 0;
  while (members.next() != nullptr)
    ++n;
  expect(n + members.malformed() <= x.members, "the count is right");
  walk(presence_list{text.slice(x.presences_json)});
}

} // namespace muster::fuzz
