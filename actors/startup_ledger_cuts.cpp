// What another process goes on from (C6).

#include <algorithm>
#include <utility>

#include "actors/startup_ledger.hpp"

namespace muster {

void startup_ledger::set_begun(snowflake guild, std::uint32_t n) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end())
    return;
  touch(guild);
  i->second.begun = n;
}

startup_cut startup_ledger::cut(timespan at) const {
  startup_cut x;
  x.result = result_;
  x.departed = departed_;
  x.spoiled.assign(spoiled_.begin(), spoiled_.end());
  std::sort(x.spoiled.begin(), x.spoiled.end());
  x.created = created_;
  x.ends = vain_ends_;
  x.hurried = hurried_;
  // Nobody waits by it any longer: it would make each cut another one.
  if (!finished_ || awaited_ > 0)
    x.since_create = at - last_create_;
  x.auto_chunk = auto_chunk_;
  x.began = began_;
  x.finished = finished_;
  return x;
}

guild_changes startup_ledger::all_guilds() const {
  return {true, {guilds_.begin(), guilds_.end()}, {}};
}

guild_changes startup_ledger::take_changes() {
  guild_changes x;
  if (std::exchange(all_changed_, false)) {
    x = all_guilds();
  } else {
    for (auto id : changed_)
      if (auto g = find(id))
        x.guilds.emplace_back(id, *g);
      else
        x.gone.push_back(id);
  }
  changed_.clear();
  return x;
}

std::vector<snowflake>
startup_ledger::restore(const startup_cut& x, timespan at,
                        const guilds_with_lists& has_list) {
  guilds_ = {x.guilds.begin(), x.guilds.end()};
  result_ = x.result;
  departed_ = x.departed;
  spoiled_ = {x.spoiled.begin(), x.spoiled.end()};
  created_ = x.created;
  vain_ends_ = x.ends;
  hurried_ = x.hurried;
  last_create_ = at - x.since_create;
  auto_chunk_ = x.auto_chunk;
  began_ = x.began;
  finished_ = x.finished;
  elsewhere_.clear();
  awaited_ = 0;
  std::fill(std::begin(open_), std::end(open_), 0);
  std::vector<snowflake> result;
  for (auto& [id, g] : guilds_) {
    if (g.phase == phase::complete || g.all_came)
      elsewhere_.insert(id);
    awaited_ += g.phase == phase::awaited ? 1 : 0;
    open_[static_cast<std::size_t>(g.phase)] += g.open ? 1 : 0;
    if (has_list && has_list(id))
      continue;
    // What the bot itself had asked ended with its process.
    g.asked = false;
    if (g.phase != phase::chunking)
      continue;
    touch(id);
    auto wanted = auto_chunk_ && order_.wanted(id, g.member_count);
    if (g.all_came || (wanted && is_spoiled(id)))
      close_as(id, g, verdict_of(g));
    else if (wanted)
      result.push_back(id);
    else
      move(g, phase::idle);
    if (auto_chunk_ && !wanted)
      close(g);
  }
  return result;
}

std::vector<snowflake> startup_ledger::awaited() const {
  std::vector<snowflake> result;
  for (auto& [id, g] : guilds_)
    if (g.phase == phase::awaited)
      result.push_back(id);
  return result;
}

} // namespace muster
