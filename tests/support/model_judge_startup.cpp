// The ends of startups: E2, E3, E4, S1-S5, S7.

#include "tests/support/model_court.hpp"

namespace muster::test {

namespace {

bool has(const std::vector<snowflake>& list, snowflake id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

bool lists(const shard_finished_chunking& x, snowflake id) {
  return has(x.incomplete_guild_ids, id) || has(x.missed_guild_ids, id)
         || has(x.unavailable_guild_ids, id);
}

std::string name_of(snowflake guild) {
  return "guild " + std::to_string(guild.value >> 22) + " ";
}

} // namespace

// -- E2 -----------------------------------------------------------------------

void model_court::judge_startups() {
  for (std::size_t i = 0; i < x.readies.size(); ++i) {
    auto& r = x.readies[i];
    auto last = UINT64_MAX;
    for (std::size_t k = i + 1; k < x.readies.size(); ++k)
      if (x.readies[k].shard == r.shard) {
        last = x.readies[k].step;
        break;
      }
    judge_startup(r, last);
  }
  for (auto& e : x.shards_finished) {
    auto any = std::any_of(x.readies.begin(), x.readies.end(), [&](auto& r) {
      return r.shard == e.event.shard.index && r.step <= e.step;
    });
    if (!any)
      wrong("E2 before any READY");
  }
}

void model_court::judge_startup(const begun& r, std::uint64_t until) {
  auto name = "the startup of session " + std::to_string(r.session) + " ";
  const settled* found = nullptr;
  for (auto& e : x.shards_finished) {
    if (e.event.shard.index != r.shard || e.step < r.step || e.step >= until)
      continue;
    if (found != nullptr)
      wrong(name, "has two E2");
    found = &e;
  }
  if (found == nullptr) {
    if (until == UINT64_MAX && r.auto_chunk && !x.stopped_early
        && !x.failed[r.shard] && x.settled && r.step < *x.settled
        && !is_spoiled_for_ever(r))
      wrong(name, "has no E2");
    return;
  }
  judge_lists(name, r, *found);
  for (auto id : r.guilds)
    judge_guild(name, r, *found, id);
  judge_order(name, r, *found);
}

void model_court::judge_lists(const std::string& name, const begun& r,
                              const settled& e) {
  auto& y = e.event;
  std::set<snowflake> all;
  for (auto list : {&y.incomplete_guild_ids, &y.missed_guild_ids,
                    &y.unavailable_guild_ids}) {
    if (!std::is_sorted(list->begin(), list->end()))
      wrong(name, "has an unsorted list");
    for (auto id : *list) {
      if (!all.insert(id).second)
        wrong(name, "has a guild twice");
      if (!has(r.guilds, id))
        wrong(name, "has a guild that READY had not");
      if (x.auto_chunk_always && !x.values.only_guilds.empty()
          && !has(x.values.only_guilds, id))
        wrong(name, "has a guild that it was not to ask for");
    }
  }
}

/// The step of the last E2 of its shard before a READY, or 0.
std::uint64_t model_court::last_end(const begun& r) const {
  std::uint64_t result = 0;
  for (auto& e : x.shards_finished)
    if (e.event.shard.index == r.shard && e.step <= r.step)
      result = e.step;
  return result;
}

/// So many connections have ended without an E2 that a startup may wait no
/// longer for what has not been created (Q13).
bool model_court::given_up(const begun& r, std::uint64_t step) const {
  auto& all = x.disconnected[r.shard];
  auto from = last_end(r);
  return std::count_if(all.begin(), all.end(),
                       [&](auto s) { return s >= from && s <= step; })
         > x.values.max_attempts;
}

/// Asking for it has ended too many connections: nobody asks again (Q13).
bool model_court::spoiled(const begun& r, const settled& e,
                          snowflake guild) const {
  auto from = last_end(r);
  return std::any_of(
      x.requests_finished.begin(), x.requests_finished.end(), [&](auto& f) {
        return f.event.guild_id == guild && is_list(f)
               && f.event.outcome == outcome::session_lost && f.step >= from
               && f.place < e.place && has_ended_connections(f);
      });
}

/// One whose GUILD_CREATE comes too late is missed all the same (S4).
bool model_court::created_in_time(const begun& r, const settled& e,
                                  snowflake guild) const {
  return std::any_of(x.guilds.begin(), x.guilds.end(), [&](auto& n) {
    return n.guild == guild && n.session == r.session && n.step <= e.step
           && n.is == news::created
           && n.at < r.at + x.values.guild_create_timeout
           && !given_up(r, n.step);
  });
}

/// All of it came after its last outage.
bool model_court::came_back(const begun& r, const settled& e,
                            snowflake guild) const {
  std::uint64_t lost = 0;
  auto created = false;
  auto whole = false;
  for (auto& n : x.guilds) {
    auto here = n.is == news::created || n.is == news::whole;
    // What comes in the step of E2 may be too late for it.
    if (n.guild != guild || n.session != r.session || n.is == news::member
        || n.step > e.step || (here && n.step == e.step))
      continue;
    // Of several GUILD_CREATEs the first counts.
    whole = here && (created ? whole : n.is == news::whole);
    created = here;
    lost = here ? lost : n.step;
  }
  return whole
         || std::any_of(x.requests_finished.begin(), x.requests_finished.end(),
                        [&](auto& f) {
                          return f.event.guild_id == guild && is_list(f)
                                 && f.event.outcome == outcome::complete
                                 && f.step > lost && f.place < e.place;
                        });
}

void model_court::judge_guild(const std::string& name, const begun& r,
                              const settled& e, snowflake guild) {
  // The E1s of its whole lists that this startup has seen.
  std::vector<const ended*> mine;
  for (auto& f : x.requests_finished)
    if (f.event.guild_id == guild && f.step >= r.step && f.place < e.place
        && is_list(f))
      mine.push_back(&f);
  auto heard = [&](auto... kinds) {
    return std::any_of(x.guilds.begin(), x.guilds.end(), [&](auto& n) {
      return n.guild == guild && n.session == r.session && n.step <= e.step
             && ((n.is == kinds) || ...);
    });
  };
  auto complete = std::any_of(mine.begin(), mine.end(), [](auto f) {
    return f->event.outcome == outcome::complete;
  });
  auto& y = e.event;
  if (has(y.incomplete_guild_ids, guild)) {
    if (std::none_of(mine.begin(), mine.end(), [](auto f) {
          return f->event.chunk_count > 0
                 && f->event.outcome != outcome::complete;
        }))
      wrong(name, "calls ", name_of(guild),
            "incomplete without an E1 that says so");
    else if (mine.back()->event.outcome == outcome::complete)
      wrong(name, "calls ", name_of(guild),
            "incomplete after an E1 that says otherwise");
  }
  if (has(y.missed_guild_ids, guild)) {
    if (mine.empty() && created_in_time(r, e, guild) && !spoiled(r, e, guild))
      wrong(name, "calls ", name_of(guild), "missed without an E1");
    if (!mine.empty() && mine.back()->event.chunk_count > 0
        && created_in_time(r, e, guild))
      wrong(name, "calls ", name_of(guild),
            "missed after an E1 that says otherwise");
  }
  if (has(y.unavailable_guild_ids, guild)) {
    if (!heard(news::outage))
      wrong(name, "calls ", name_of(guild), "unavailable that is not");
    if (came_back(r, e, guild))
      wrong(name, "calls ", name_of(guild), "unavailable that is complete");
  }
  if (x.auto_chunk_always && x.wants(guild) && !lists(y, guild) && !complete
      && !heard(news::whole, news::removed))
    wrong(name, "leaves out ", name_of(guild), "that is not complete");
}

/// E4: all that the startup has asked of a guild ends before its E2, whatever
/// has become of the guild meanwhile.
void model_court::judge_order(const std::string& name, const begun& r,
                              const settled& e) {
  for (auto& f : x.requests_finished) {
    auto guild = f.event.guild_id;
    if (f.place < e.place || !has(r.guilds, guild) || !is_list(f))
      continue;
    auto since = accepted(f);
    if (since >= e.step)
      continue;
    auto mine = of_request.find(f.event.nonce);
    if (mine != of_request.end() && x.attempts[mine->second.front()].foreign)
      continue;
    // What came after the verdict on its guild is not the startup's.
    auto from = std::max(since, r.step);
    auto judged =
        std::any_of(x.requests_finished.begin(), x.requests_finished.end(),
                    [&](auto& g) {
                      return g.event.guild_id == guild && g.step >= r.step
                             && g.step <= from && is_list(g);
                    })
        || std::any_of(x.guilds.begin(), x.guilds.end(), [&](auto& n) {
             return n.guild == guild && n.session == r.session
                    && n.is != news::created && n.is != news::member
                    && n.step <= from;
           });
    auto named = lists(e.event, guild);
    auto late = !created_in_time(r, e, guild) || spoiled(r, e, guild);
    auto unwanted = !named && (!x.auto_chunk_always || !x.wants(guild));
    if (!judged && !late && !unwanted)
      wrong(name, "ends before E1 ", f.event.nonce, " of ", name_of(guild));
  }
}

// -- E3 -----------------------------------------------------------------------

void model_court::judge_finish() {
  if (x.finished.size() > 1)
    wrong("E3 came ", std::to_string(x.finished.size()), " times");
  auto any_failed = std::any_of(x.failed.begin(), x.failed.end(),
                                [](auto& f) { return !!f; });
  if (x.finished.empty()) {
    if (!any_failed && !x.stopped_early)
      wrong("there was no E3");
    return;
  }
  auto& e = x.finished.front();
  if (e.event.shards != x.shards)
    wrong("E3 has ", std::to_string(e.event.shards), " shards");
  for (std::uint32_t i = 0; i < x.shards; ++i) {
    auto settled = std::any_of(
        x.shards_finished.begin(), x.shards_finished.end(),
        [&](auto& s) { return s.event.shard.index == i && s.place < e.place; });
    auto without =
        std::any_of(x.readies.begin(), x.readies.end(), [&](auto& r) {
          return r.shard == i && r.step <= e.step && !r.auto_chunk;
        });
    if (!settled && !without)
      wrong("E3 came before the E2 of shard ", std::to_string(i));
  }
  if (x.auto_chunk_always)
    judge_sums(e);
}

/// Guilds that have come whole, and their members, against what was brought.
void model_court::judge_sums(const chronicle::told<finished_chunking>& e) {
  sum guilds;
  sum members;
  for (std::uint32_t i = 0; i < x.shards; ++i) {
    const settled* last = nullptr;
    for (auto& s : x.shards_finished)
      if (s.event.shard.index == i && s.place < e.place)
        last = &s;
    const begun* ready = nullptr;
    for (auto& r : x.readies)
      if (last != nullptr && r.shard == i && r.step <= last->step)
        ready = &r;
    if (ready == nullptr)
      return;
    add_up(*ready, *last, guilds, members);
  }
  auto outside = [](std::uint64_t n, sum s) {
    return n < s.least || n > s.most;
  };
  if (outside(e.event.guilds, guilds))
    wrong("E3 counts ", std::to_string(e.event.guilds), " guilds, and ",
          std::to_string(guilds.least), " to ", std::to_string(guilds.most),
          " have come");
  if (outside(e.event.members, members))
    wrong("E3 counts ", std::to_string(e.event.members), " members, and ",
          std::to_string(members.least), " to ", std::to_string(members.most),
          " have come");
}

void model_court::add_up(const begun& r, const settled& e, sum& guilds,
                         sum& members) const {
  for (auto id : r.guilds) {
    if (lists(e.event, id))
      continue;
    auto least = UINT64_MAX;
    std::uint64_t most = 0;
    std::uint64_t moves = 0;
    auto lost = false;
    auto take = [&](std::uint64_t n) {
      least = std::min(least, n);
      most = std::max(most, n);
    };
    for (auto& f : x.requests_finished)
      if (f.event.guild_id == id && f.step >= r.step && f.place < e.place
          && f.event.outcome == outcome::complete && is_list(f))
        take(f.event.members);
    for (auto& n : x.guilds) {
      if (n.guild != id || n.session != r.session || n.step > e.step)
        continue;
      if (n.is == news::whole)
        take(n.members);
      moves += n.is == news::member ? 1 : 0;
      lost |= n.is == news::outage || n.is == news::removed;
    }
    if (least == UINT64_MAX)
      continue; // removed, or not to be asked for
    guilds.most += 1;
    members.most += most + moves;
    if (lost || !x.wants(id))
      continue;
    guilds.least += 1;
    members.least += least - std::min(least, moves);
  }
}

} // namespace muster::test
