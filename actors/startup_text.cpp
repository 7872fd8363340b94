#include "actors/startup_text.hpp"

#include <utility>
#include <vector>

#include "actors/cut_fields.hpp"
#include "net/shallow_cbor.hpp"

namespace muster {

namespace {

using nlohmann::json;

constexpr std::uint64_t startup_format = 1;

json ids_of(const std::vector<snowflake>& all) {
  auto result = json::array();
  for (auto id : all)
    result.push_back(id.value);
  return result;
}

/// The phase in the lowest bits, one for each flag above it.
std::uint64_t state_of(const guild_record& x) {
  auto result = static_cast<std::uint64_t>(x.phase);
  auto bit = std::uint64_t{8};
  for (auto flag :
       {x.open, x.asked, x.tried, x.created, x.all_came, x.some_came}) {
    result |= flag ? bit : 0;
    bit <<= 1;
  }
  return result;
}

bool set_state(guild_record& x, std::uint64_t state) {
  if ((state & 7) >= guild_phases || state >> 9 != 0)
    return false;
  x.phase = static_cast<guild_phase>(state & 7);
  for (auto flag :
       {&x.open, &x.asked, &x.tried, &x.created, &x.all_came, &x.some_came}) {
    *flag = (state & 8) != 0;
    state >>= 1;
  }
  return true;
}

} // namespace

std::string write_startup(const startup_cut& x, std::uint64_t guilds) {
  auto& r = x.result;
  auto departed = json::array();
  for (auto& [guild, begun] : x.departed)
    departed.push_back(json::array({guild.value, begun}));
  return write_cbor(json::array(
      {startup_format, guilds, x.began, x.finished, x.auto_chunk, x.hurried,
       cut_time(x.since_create), x.created, x.ends.most(), x.ends.in_a_row(),
       r.with_event, r.guilds, r.members, ids_of(r.incomplete),
       ids_of(r.missed), ids_of(r.unavailable), ids_of(x.spoiled),
       std::move(departed)}));
}

cut_reading read_startup(std::string_view text, startup_cut& out,
                         std::uint64_t& guilds) {
  json all;
  if (auto how = unpack_cut(text, startup_format, all);
      how != cut_reading::good)
    return how;
  cut_fields from{all, 1};
  guilds = from.number();
  out.began = from.flag();
  out.finished = from.flag();
  out.auto_chunk = from.flag();
  out.hurried = from.flag();
  out.since_create = from.time();
  out.created = from.number();
  auto most = from.number();
  out.ends = vain_ends::restored(most, from.small());
  auto& r = out.result;
  r.with_event = from.flag();
  r.guilds = from.number();
  r.members = from.number();
  r.incomplete = from.ids();
  r.missed = from.ids();
  r.unavailable = from.ids();
  out.spoiled = from.ids();
  for (auto& one : from.list()) {
    cut_fields guild{one};
    auto id = guild.number();
    out.departed[snowflake{id}] = guild.small();
    from.note(guild.good() && !guild.more());
  }
  return from.good() && !from.more() ? cut_reading::good : cut_reading::damaged;
}

std::string write_guild(const guild_record& x) {
  auto result = json::array({state_of(x), x.member_count, x.members, x.begun});
  if (x.joined != 0 || x.left != 0) {
    result.push_back(x.joined);
    result.push_back(x.left);
  }
  return write_cbor(result);
}

bool read_guild(std::string_view text, guild_record& out) {
  json all;
  if (!read_cbor(text, all))
    return false;
  cut_fields from{all};
  from.note(set_state(out, from.number()));
  // No guild has more than these.
  out.member_count = from.small();
  out.members = from.small();
  out.begun = from.small();
  if (from.more()) {
    out.joined = from.small();
    out.left = from.small();
  }
  return from.good() && !from.more();
}

} // namespace muster
