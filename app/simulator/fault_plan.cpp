#include "app/simulator/fault_plan.hpp"

namespace muster::sim {

namespace {

// No guild has an id this small, and no simulator this many guilds.
constexpr std::uint64_t first_guild_id = 1ull << 22;

bool fits(occasion planned, occasion now) {
  return planned == now
         || (planned == occasion::login
             && (now == occasion::identify || now == occasion::resume));
}

bool selects(const fault& f, const place& where) {
  if (f.shard && f.shard != where.shard)
    return false;
  if (f.chunk && f.chunk != where.chunk)
    return false;
  if (!f.guild)
    return true;
  return *f.guild >= first_guild_id
             ? *f.guild == where.guild_id
             : where.guild_index && *f.guild == *where.guild_index;
}

} // namespace

fault_plan::fault_plan(const std::vector<fault>& faults) {
  for (const auto& f : faults)
    add(f);
}

void fault_plan::add(const fault& f) {
  entries_.push_back({f, 0, 0, std::mt19937_64{f.seed}});
}

std::vector<fault> fault_plan::strike(occasion now, const place& where) {
  std::vector<fault> result;
  for (auto& x : entries_) {
    const auto& f = x.what;
    if (!fits(f.when, now) || !selects(f, where))
      continue;
    auto nth = x.seen++;
    if (nth < f.after || (nth - f.after) % f.every != 0)
      continue;
    if (f.times != 0 && x.struck == f.times)
      continue;
    if (f.chance < 100 && x.dice() % 100 >= f.chance)
      continue;
    ++x.struck;
    ++struck_[f.kind];
    result.push_back(f);
  }
  return result;
}

} // namespace muster::sim
