#define CAF_SUITE actors_startup_text

#include "actors/startup_text.hpp"

#include "tests/support/cut_texts.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// One with something in every field.
startup_cut full() {
  startup_cut x;
  x.result.with_event = false;
  x.result.incomplete = {snowflake{11}};
  x.result.missed = {snowflake{12}, snowflake{13}};
  x.result.unavailable = {snowflake{UINT64_MAX}};
  x.result.guilds = 14;
  x.result.members = 15;
  x.spoiled = {snowflake{16}};
  x.created = 17;
  x.ends = vain_ends::restored(18, 19);
  x.hurried = true;
  x.since_create = 20s + 5ms;
  x.auto_chunk = true;
  x.began = true;
  x.finished = true;
  return x;
}

cut_reading read(const std::string& text) {
  startup_cut ignored;
  std::uint64_t guilds = 0;
  return read_startup(text, ignored, guilds);
}

guild_record full_record(std::size_t i) {
  guild_record g;
  g.phase = static_cast<guild_phase>(i % guild_phases);
  g.open = i % 2 == 0;
  g.asked = i == 1;
  g.tried = i == 2;
  g.created = i == 3;
  g.all_came = i == 4;
  g.some_came = i == 5;
  g.member_count = 1000 * i;
  g.members = 999 * i;
  g.begun = static_cast<std::uint32_t>(i);
  g.joined = i == 6 ? 3 : 0;
  g.left = i == 0 ? 4 : 0;
  return g;
}

bool reads_guild(const nlohmann::json& x) {
  guild_record ignored;
  return read_guild(write_cbor(x), ignored);
}

} // namespace

CAF_TEST(C6 a startup comes back as it was) {
  for (auto& x : {full(), startup_cut{}}) {
    startup_cut y;
    std::uint64_t guilds = 0;
    CAF_CHECK(read_startup(write_startup(x, 77), y, guilds)
              == cut_reading::good);
    CAF_CHECK(x == y);
    CAF_CHECK_EQUAL(guilds, 77u);
  }
}

CAF_TEST(C6 a startup that is not whole is damaged) {
  auto good = write_startup(full(), 77);
  check_readings(good, read);
  CAF_CHECK(read(changed(good, 9, UINT64_MAX)) == cut_reading::damaged);
}

CAF_TEST(C6 a guild comes back as it was) {
  for (std::size_t i = 0; i < guild_phases; ++i) {
    auto x = full_record(i);
    guild_record y;
    CAF_CHECK(read_guild(write_guild(x), y));
    CAF_CHECK(x == y);
  }
}

CAF_TEST(C6 a guild that is not whole is damaged) {
  auto text = write_guild(full_record(6));
  guild_record x;
  for (std::size_t n = 0; n < text.size(); ++n)
    CAF_CHECK(!read_guild(text.substr(0, n), x));
  CAF_CHECK(!read_guild(text + '\x01', x));
  using nlohmann::json;
  CAF_CHECK(reads_guild(json::array({0u, 0u, 0u, 0u})));
  for (auto& bad :
       {json::array(), json::array({0u, 0u, 0u}),
        json::array({7u, 0u, 0u, 0u}), // no phase
        json::array({512u, 0u, 0u, 0u}), json::array({0u, 0u, 0u, UINT64_MAX}),
        json::array({0u, UINT64_MAX, 0u, 0u}),
        json::array({0u, 0u, 0u, 0u, UINT64_MAX, 0u}),
        json::array({0u, "", 0u, 0u}), json::array({0u, 0u, 0u, 0u, 0u}),
        json::array({0u, 0u, 0u, 0u, 0u, 0u, 0u})})
    CAF_CHECK(!reads_guild(bad));
}

CAF_TEST(F1 noise is damage and nothing worse) {
  for_noise(write_startup(full(), 77), 10'000, [](auto& text) { read(text); });
  guild_record x;
  for_noise(write_guild(full_record(6)), 10'000,
            [&](auto& text) { read_guild(text, x); });
}
