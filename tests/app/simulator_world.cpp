#define CAF_SUITE app_simulator_world

#include "app/simulator/world.hpp"

#include <set>

#include <nlohmann/json.hpp>

#include "app/simulator/chunk.hpp"
#include "app/simulator/member_text.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::sim;
using nlohmann::json;

namespace {

muster::sim::options small() {
  muster::sim::options opts;
  opts.shards = 2;
  opts.guilds = 3;
  opts.members = 2'500;
  return opts;
}

json render(const chunk& x, const world& w, const member_text& text,
            std::uint32_t chunk_size) {
  std::string out;
  append_chunk_head(out, x, w, text, chunk_size);
  append_chunk_members(out, x, w, text, chunk_size);
  append_chunk_tail(out, x, w);
  return json::parse(out);
}

} // namespace

CAF_TEST(guilds are spread over the shards) {
  world w{small()};
  CAF_CHECK_EQUAL(w.guilds().size(), 6u);
  CAF_CHECK_EQUAL(w.count_of_shard({0, 2}), 3u);
  CAF_CHECK_EQUAL(w.count_of_shard({1, 2}), 3u);
  for (auto index : w.of_shard({1, 2})) {
    CAF_CHECK(owns(shard_id{1, 2}, w.at(index).id));
    CAF_CHECK_EQUAL(w.at(index).size, 2'500u);
  }
  CAF_CHECK_EQUAL(w.of_shard({0, 1}).size(), 6u);
}

CAF_TEST(sizes can be given one by one) {
  muster::sim::options opts;
  opts.guild_sizes = {0, 7, 20'000'000};
  world w{opts};
  CAF_REQUIRE_EQUAL(w.guilds().size(), 3u);
  CAF_CHECK_EQUAL(w.at(0).size, 1u);
  CAF_CHECK_EQUAL(w.at(1).size, 7u);
  CAF_CHECK_EQUAL(w.at(2).size, world::max_size);
}

CAF_TEST(guilds are found by id) {
  world w{small()};
  auto& added = w.add(10);
  CAF_CHECK_EQUAL(added.index, 6u);
  for (auto& g : w.guilds())
    CAF_CHECK(w.find(g.id) == &g);
  CAF_CHECK(w.find(snowflake{0}) == nullptr);
  CAF_CHECK(w.find(snowflake{w.at(6).id.value + 1}) == nullptr);
  CAF_CHECK(w.find(snowflake{w.at(6).id.value + (1u << 22)}) == nullptr);
  CAF_CHECK(w.find(snowflake{~0ull}) == nullptr);
}

CAF_TEST(a removed guild belongs to no shard) {
  world w{small()};
  w.at(0).state = guild::condition::removed;
  w.at(1).state = guild::condition::unavailable;
  CAF_CHECK_EQUAL(w.of_shard({0, 1}).size(), 5u);
  CAF_CHECK_EQUAL(w.count_of_shard({0, 1}), 5u);
}

CAF_TEST(member ids are unique and stable and lead back) {
  world w{small()};
  std::set<snowflake> seen;
  for (auto& g : w.guilds()) {
    CAF_CHECK(member_id(g.index, 0) == bot_user);
    for (std::uint32_t i = 1; i < g.size; ++i) {
      auto id = member_id(g.index, i);
      if (!seen.insert(id).second || member_index(g, id) != i
          || to_string(id).size() != 19 || member_id(g.index, i) != id)
        CAF_FAIL("member " << i << " of guild " << g.index);
    }
  }
  CAF_CHECK_EQUAL(seen.size(), 6u * 2'499);
  CAF_CHECK_EQUAL(seen.count(bot_user), 0u);
}

CAF_TEST(who is not in the guild has no index) {
  world w{small()};
  auto& g = w.at(1);
  CAF_CHECK(member_index(g, bot_user) == 0u);
  CAF_CHECK(!member_index(g, member_id(2, 1)));
  CAF_CHECK(!member_index(g, member_id(1, g.size)));
  CAF_CHECK(!member_index(g, snowflake{1}));
  CAF_CHECK(!member_index(g, snowflake{~0ull}));
}

CAF_TEST(the chunks of a whole list hold every member once) {
  world w{small()};
  member_text text;
  auto of = std::make_shared<answer>();
  of->guild = 2;
  of->chunk_count = 3;
  of->nonce = "n\"";
  of->whole_list = true;
  std::set<std::string> seen;
  for (std::uint32_t i = 0; i < 3; ++i) {
    chunk x{of, i, {}};
    auto d = render(x, w, text, 1000);
    CAF_CHECK_EQUAL(d["guild_id"].get<std::string>(), to_string(w.at(2).id));
    CAF_CHECK_EQUAL(d["chunk_index"].get<std::uint32_t>(), i);
    CAF_CHECK_EQUAL(d["chunk_count"].get<std::uint32_t>(), 3u);
    CAF_CHECK_EQUAL(d["nonce"].get<std::string>(), "n\"");
    CAF_CHECK(!d.contains("not_found") && !d.contains("presences"));
    CAF_CHECK_EQUAL(d["members"].size(), i < 2 ? 1000u : 500u);
    CAF_CHECK_EQUAL(members_of(x, w, 1000), d["members"].size());
    for (auto& m : d["members"])
      seen.insert(m["user"]["id"].get<std::string>());
  }
  CAF_CHECK_EQUAL(seen.size(), 2'500u);
}

CAF_TEST(a member has its own name and roles of its guild) {
  world w{small()};
  member_text text;
  std::string out;
  text.append(out, w.at(1), 1234, 1);
  CAF_CHECK_EQUAL(out.size(), text.size(1234, 1));
  auto m = json::parse(out);
  CAF_CHECK_EQUAL(m["user"]["username"].get<std::string>(),
                  member_text::username(1234));
  CAF_CHECK_EQUAL(m["user"]["id"].get<std::string>(),
                  to_string(member_id(1, 1234)));
  for (auto& role : m["roles"]) {
    auto id = parse_snowflake(role.get<std::string>());
    CAF_CHECK(id && id->value > w.at(1).id.value
              && id->value <= w.at(1).id.value + member_text::roles);
  }
}

CAF_TEST(damage to the fields of a chunk) {
  world w{small()};
  member_text text;
  auto of = std::make_shared<answer>();
  of->chunk_count = 1;
  of->nonce = "n";
  auto damaged = [&](corruption what) {
    return render(chunk{of, 0, what}, w, text, 1000);
  };
  CAF_CHECK(damaged(corruption::index)["chunk_index"] > 1);
  CAF_CHECK(damaged(corruption::count)["chunk_count"] == 0);
  CAF_CHECK(damaged(corruption::count_change)["chunk_count"] == 2);
  CAF_CHECK(damaged(corruption::nonce)["nonce"] != "n");
  CAF_CHECK(damaged(corruption::guild)["guild_id"] != to_string(w.at(0).id));
}
