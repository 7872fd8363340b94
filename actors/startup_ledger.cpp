#include "actors/startup_ledger.hpp"

#include <algorithm>
#include <utility>

namespace muster {

void startup_ledger::move(guild& x, phase to) {
  awaited_ -= x.phase == phase::awaited ? 1 : 0;
  awaited_ += to == phase::awaited ? 1 : 0;
  if (to == phase::chunking && x.phase != phase::chunking)
    x.joined = x.left = 0;
  if (x.open) {
    --open_[static_cast<std::size_t>(x.phase)];
    ++open_[static_cast<std::size_t>(to)];
  }
  x.phase = to;
}

void startup_ledger::close(guild& x) {
  if (x.open) {
    --open_[static_cast<std::size_t>(x.phase)];
    x.open = false;
  }
}

void startup_ledger::close_as(snowflake id, guild& x, phase verdict) {
  move(x, verdict);
  if (!x.open)
    return;
  close(x);
  result_.add(id, verdict, x.members);
}

void startup_ledger::begin(const std::vector<snowflake>& guilds,
                           bool auto_chunk, timespan at) {
  guilds_.clear();
  departed_.clear();
  elsewhere_.clear();
  changed_.clear();
  all_changed_ = true;
  ++version_;
  std::fill(std::begin(open_), std::end(open_), 0);
  awaited_ = 0;
  result_ = result{};
  result_.with_event = auto_chunk;
  auto_chunk_ = auto_chunk;
  began_ = true;
  finished_ = false;
  created_ = 0;
  last_create_ = at;
  for (auto id : guilds) {
    auto [i, fresh] = guilds_.try_emplace(id);
    if (!fresh)
      continue; // listed twice
    auto& g = i->second;
    move(g, phase::awaited);
    // What nobody will ask for need not be awaited.
    g.open = !auto_chunk || order_.wanted(id);
    if (g.open)
      ++open_[static_cast<std::size_t>(phase::awaited)];
    if (auto_chunk && g.open && is_spoiled(id)) {
      // The verdict; but the bot's own requests wait for its GUILD_CREATE.
      close(g);
      result_.missed.push_back(id);
    }
  }
}

startup_ledger::step startup_ledger::created(const guild_create& x,
                                             bool list_pending, timespan at) {
  auto [known, joined] = guilds_.try_emplace(x.id);
  auto& g = known->second;
  touch(x.id);
  if (joined) // it was not listed, or has come back
    if (auto before = departed_.extract(x.id))
      g.begun = before.mapped();
  if (g.phase == phase::awaited)
    count_created();
  if (x.unavailable) {
    reopen(x.id, g);
    close_as(x.id, g, phase::unavailable);
    g.created = g.asked = g.tried = g.all_came = g.some_came = false;
    last_create_ = at;
    return step::none;
  }
  g.member_count = x.member_count;
  if (std::exchange(g.created, true))
    return step::none;
  last_create_ = at;
  if (x.whole()) {
    g.members = x.members;
    elsewhere_.erase(x.id);
    if (list_pending && g.open) {
      g.all_came = true; // the verdict; but the list's E1 comes first (E4)
      move(g, phase::chunking);
    } else {
      reopen(x.id, g, true);
      close_as(x.id, g, phase::complete);
    }
    return step::whole;
  }
  auto spoiled = is_spoiled(x.id);
  if (g.phase == phase::chunking || g.phase == phase::complete)
    return step::none; // the bot itself was quicker
  auto wanted = order_.wanted(x.id, g.member_count);
  if (!auto_chunk_ || spoiled || !wanted) {
    if (auto_chunk_ && !wanted && !g.asked)
      close(g);
    if (g.asked)
      move(g, phase::chunking);
    else if (g.tried)
      close_as(x.id, g, verdict_of(g));
    else if (auto_chunk_ && spoiled)
      close_as(x.id, g, phase::missed); // asking does harm
    else
      move(g, phase::idle);
    return step::none;
  }
  move(g, phase::chunking);
  return step::chunk;
}

void startup_ledger::gone(const guild_delete& x, timespan at) {
  auto i = guilds_.find(x.id);
  if (i == guilds_.end())
    return;
  touch(x.id);
  if (i->second.phase == phase::awaited) {
    last_create_ = at; // it stands in for the GUILD_CREATE
    count_created();
  }
  auto& g = i->second;
  reopen(x.id, g);
  if (x.unavailable) {
    close_as(x.id, g, phase::unavailable);
    g.created = g.asked = g.tried = g.all_came = g.some_came = false;
    return;
  }
  if (!finished_)
    std::erase(result_.unavailable, x.id); // it is no guild of the bot's
  close(g);
  move(g, phase::idle);
  if (g.begun > 0)
    departed_[x.id] = g.begun;
  guilds_.erase(i);
}

void startup_ledger::requested(snowflake guild) {
  // With chunking on, the startup asks by itself and joins (Q7).
  auto i = guilds_.find(guild);
  if (auto_chunk_ || i == guilds_.end() || i->second.phase == phase::unavailable
      || i->second.judged())
    return; // a verdict stands until a better one comes
  touch(guild);
  if (i->second.open)
    result_.with_event = true;
  if (i->second.phase == phase::awaited)
    i->second.asked = true; // the request waits, too, at first
  else
    move(i->second, phase::chunking);
}

void startup_ledger::list_ended(const chunk_request_finished& x,
                                bool more_to_come) {
  auto i = guilds_.find(x.guild_id);
  if (i == guilds_.end() || i->second.phase == phase::unavailable)
    return;
  auto& g = i->second;
  touch(x.guild_id);
  if (x.outcome == outcome::complete) {
    g.all_came = true;
    elsewhere_.erase(x.guild_id);
    // Who joins or leaves meanwhile may be in a chunk or not (S8).
    g.members =
        std::clamp(g.member_count, x.members - std::min(x.members, g.left),
                   x.members + g.joined);
  } else if (!g.all_came) {
    g.some_came |= x.chunk_count > 0;
    g.members = std::max(g.members, x.members);
  }
  // A verdict that E2 does not wait for can come at once, if it is good.
  if (more_to_come && !g.judged() && (g.open || !g.all_came))
    return;
  if (g.phase == phase::awaited && !g.all_came) {
    g.asked = more_to_come;
    g.tried = true; // the verdict, if no GUILD_CREATE brings a better one
    return;
  }
  g.asked = false;
  // A verdict can only become better.
  if (g.phase != phase::chunking && !g.all_came
      && !(g.some_came && g.phase == phase::missed)) {
    g.some_came = false;
    return;
  }
  reopen(x.guild_id, g, g.all_came);
  close_as(x.guild_id, g, verdict_of(g));
}

void startup_ledger::reopen(snowflake id, guild& x, bool complete) {
  // E2 is still to come, and tells what holds then.
  if (finished_ || x.open || !result_.take_back(id, complete))
    return;
  x.open = true;
  ++open_[static_cast<std::size_t>(x.phase)];
}

std::vector<snowflake> startup_ledger::set_auto_chunk(bool on) {
  std::vector<snowflake> result;
  ++version_;
  if (on == std::exchange(auto_chunk_, on) || !on)
    return result;
  for (auto& [id, g] : guilds_) {
    touch(id);
    if (g.created ? !order_.wanted(id, g.member_count) : !order_.wanted(id)) {
      if (g.phase != phase::chunking)
        close(g); // what the bot itself has asked for goes on
      continue;
    }
    if (g.open)
      result_.with_event = true;
    if (g.phase == phase::idle) {
      move(g, phase::chunking);
      result.push_back(id);
    }
  }
  return result;
}

void startup_ledger::member_added(snowflake guild) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end())
    return;
  auto& g = i->second;
  touch(guild);
  ++g.member_count;
  ++g.joined;
  if (g.phase == phase::complete)
    ++g.members;
}

void startup_ledger::member_removed(snowflake guild) {
  auto i = guilds_.find(guild);
  if (i == guilds_.end())
    return;
  auto& g = i->second;
  touch(guild);
  g.member_count -= std::min<std::uint64_t>(g.member_count, 1);
  ++g.left;
  if (g.phase == phase::complete)
    g.members -= std::min<std::uint64_t>(g.members, 1);
}

std::vector<snowflake> startup_ledger::tick(timespan at) {
  std::vector<snowflake> result;
  if (awaited_ == 0 || at < last_create_ + create_timeout_)
    return result;
  for (auto& [id, g] : guilds_) {
    if (g.phase != phase::awaited)
      continue;
    give_up(id, g);
    result.push_back(id);
  }
  return result;
}

void startup_ledger::give_up(snowflake id, guild& x) {
  touch(id);
  if (x.asked) {
    move(x, phase::chunking); // its request goes out now
  } else if (auto_chunk_ || x.tried) {
    close_as(id, x, verdict_of(x));
  } else {
    close(x); // not asked for, so not missed either
    move(x, phase::idle);
  }
}

std::vector<snowflake> startup_ledger::connection_ended(std::uint32_t limit) {
  std::vector<snowflake> result;
  if (!began_ || finished_ || (open_in(phase::awaited) == 0 && !is_silent()))
    return result;
  ++version_;
  vain_ends_.add(created_);
  if (vain_ends_.in_a_row() < limit)
    return result;
  hurried_ = true;
  for (auto& [id, g] : guilds_)
    if (g.phase == phase::awaited) {
      give_up(id, g);
      result.push_back(id);
    }
  return result;
}

bool startup_ledger::is_silent() const {
  return !finished_ && !auto_chunk_ && open_in(phase::idle) > 0
         && open_in(phase::chunking) == 0;
}

std::optional<timespan> startup_ledger::due() const {
  if (!began_ || (awaited_ == 0 && !is_silent()))
    return std::nullopt;
  return last_create_ + create_timeout_;
}

std::optional<startup_ledger::result> startup_ledger::take_result(timespan at) {
  if (!began_ || finished_ || open_in(phase::awaited) > 0
      || open_in(phase::chunking) > 0)
    return std::nullopt;
  if (!auto_chunk_ && !hurried_ && open_in(phase::idle) > 0
      && at < last_create_ + create_timeout_)
    return std::nullopt;
  finished_ = true;
  ++version_;
  spoiled_.clear();
  vain_ends_ = {};
  hurried_ = false;
  for (auto& [id, g] : guilds_)
    if (g.open) {
      touch(id);
      close(g);
    }
  auto result = result_; // report() goes on showing it
  result.sort();
  return result;
}

std::size_t startup_ledger::pending() const {
  std::size_t result = 0;
  for (auto n : open_)
    result += n;
  return result;
}

const guild_record* startup_ledger::find(snowflake guild) const {
  auto i = guilds_.find(guild);
  return i == guilds_.end() ? nullptr : &i->second;
}

guild_state startup_ledger::state_of(snowflake guild) const {
  guild_state result;
  result.guild_id = guild;
  if (auto g = find(guild)) {
    result.member_count = g->member_count;
    result.members_received = g->members;
    result.status = g->status();
    result.members_here =
        g->phase == phase::complete && elsewhere_.count(guild) == 0;
  }
  return result;
}

std::uint64_t startup_ledger::rank_of(snowflake guild) const {
  auto g = find(guild);
  return order_.rank_of(guild, g == nullptr ? 0 : g->member_count);
}

void startup_ledger::report(chunking_progress& out) const {
  out.guilds_complete = result_.guilds;
  out.guilds_failed = result_.failed();
  // Without those that left or that nobody asks for.
  out.guilds = out.guilds_complete + out.guilds_failed + pending();
  out.members = result_.members;
  for (auto& [id, g] : guilds_)
    if (g.open)
      out.members_expected += g.member_count;
  out.members_expected += out.members;
}

} // namespace muster
