// Why requests end: Q3, Q6, Q7, Q10, S4, S5.

#include "tests/support/model_court.hpp"

namespace muster::test {

namespace {

/// Other requests' chunks prolong a wait up to this many times (Q6).
constexpr int patience = 10;

} // namespace

void model_court::judge_causes() {
  for (auto& e : x.requests_finished)
    judge_cause(e);
  judge_effects();
}

/// An end follows its cause at once, hence in the same step.
void model_court::judge_cause(const ended& e) {
  auto& y = e.event;
  auto name = "E1 " + y.nonce + " (" + to_string(y.outcome) + ") ";
  switch (y.outcome) {
  case outcome::complete: {
    auto mine = of_request.find(y.nonce);
    if (mine != of_request.end()
        && std::none_of(mine->second.begin(), mine->second.end(), [&](auto i) {
             auto all = deliveries_of(x.attempts[i]);
             return std::any_of(all.begin(), all.end(),
                                [&](auto d) { return d->step == e.step; });
           }))
      wrong(name, "came when no chunk had come");
    break;
  }
  case outcome::incomplete:
  case outcome::no_response:
    judge_patience(name, e);
    break;
  case outcome::rate_limited:
    if (!was_refused(e))
      wrong(name, "was not refused often enough");
    break;
  case outcome::guild_left:
    if (!guild_was_lost(e))
      wrong(name, "has lost no guild");
    break;
  case outcome::session_lost:
    if (!session_was_lost(e))
      wrong(name, "has lost no session");
    break;
  case outcome::cancelled:
    if (!was_cancelled(e))
      wrong(name, "was not cancelled");
    break;
  }
}

const model_court::news* model_court::last_news(snowflake guild,
                                                std::uint64_t step) const {
  const news* result = nullptr;
  int session = 0;
  for (auto& r : x.readies)
    if (r.step <= step
        && std::find(r.guilds.begin(), r.guilds.end(), guild) != r.guilds.end())
      session = r.session;
  for (auto& n : x.guilds)
    if (n.guild == guild && n.is != news::member && n.step <= step
        && n.session >= session)
      result = &n;
  return result;
}

bool model_court::guild_was_lost(const ended& e) const {
  auto guild = e.event.guild_id;
  auto lost = [&](auto& n) {
    return n.guild == guild && n.step == e.step
           && (n.is == news::outage || n.is == news::removed);
  };
  auto not_listed = [&](auto& r) {
    return r.shard == e.event.shard.index && r.step == e.step
           && std::find(r.guilds.begin(), r.guilds.end(), guild)
                  == r.guilds.end();
  };
  if (std::any_of(x.guilds.begin(), x.guilds.end(), lost)
      || std::any_of(x.readies.begin(), x.readies.end(), not_listed))
    return true;
  // It was asked for during an outage, which may have ended in this step.
  auto outage = [&](std::uint64_t step) {
    auto n = last_news(guild, step);
    return n != nullptr && n->is == news::outage;
  };
  return (outage(e.step) || outage(e.step - 1))
         && std::any_of(x.questions.begin(), x.questions.end(), [&](auto& q) {
              return q->step == e.step && q->request.guild_id == guild;
            });
}

bool model_court::session_was_lost(const ended& e) const {
  auto shard = e.event.shard.index;
  if (x.failed[shard] == e.step)
    return true;
  auto mine = of_request.find(e.event.nonce);
  auto foreign =
      mine != of_request.end() && x.attempts[mine->second.front()].foreign;
  if (!foreign && has_ended_connections(e))
    return true;
  const begun* now = nullptr;
  for (auto& r : x.readies)
    if (r.shard == shard && r.step <= e.step)
      now = &r;
  if (now == nullptr)
    return false;
  if (now->step == e.step) {
    // Two sessions of the bot's own request, or the one of another's, ended.
    std::set<int> sessions;
    if (mine != of_request.end())
      for (auto i : mine->second)
        if (x.attempts[i].step < e.step
            && x.attempts[i].session != now->session)
          sessions.insert(x.attempts[i].session);
    if (sessions.size() >= (foreign ? 1 : 2))
      return true;
  }
  // The startup waits no longer for a GUILD_CREATE (S4).
  auto n = last_news(e.event.guild_id, e.step);
  return asked.count(e.event.nonce) == 0 && !foreign
         && (n == nullptr || n->session != now->session)
         && e.at >= now->at + x.values.guild_create_timeout;
}

/// A connection has just ended, and so many have since it was first sent that
/// it is given up (Q13).
bool model_court::has_ended_connections(const ended& e) const {
  auto from = first_sent(e);
  if (from == UINT64_MAX)
    return false;
  auto q = asked.find(e.event.nonce);
  // Where the shard chose the nonce, it may be any request of the bot's.
  auto attempts =
      q != asked.end() ? std::max(q->second->request.max_attempts, 1) : 1;
  auto& all = x.disconnected[e.event.shard.index];
  auto count = std::count_if(all.begin(), all.end(), [&](auto step) {
    return step >= from && step <= e.step;
  });
  return count > attempts
         && std::find(all.begin(), all.end(), e.step) != all.end();
}

bool model_court::was_cancelled(const ended& e) const {
  if (x.stopped && e.step >= *x.stopped)
    return true;
  auto all = callers(e.event.nonce);
  auto now = [&](auto q) { return q->withdrawn && *q->withdrawn == e.step; };
  auto gone = [&](auto q) {
    return q->killed || (q->withdrawn && *q->withdrawn <= e.step);
  };
  if (!std::all_of(all.begin(), all.end(), gone))
    return false;
  // The last one may have been killed before it could be told.
  return std::any_of(x.questions.begin(), x.questions.end(), [&](auto& q) {
    return q->request.guild_id == e.event.guild_id && now(q.get());
  });
}

bool model_court::was_refused(const ended& e) const {
  auto mine = of_request.find(e.event.nonce);
  if (mine == of_request.end())
    return false;
  // A chunk of the present attempt ends a row of refusals, and it may have
  // come in the same step.
  std::uint64_t from = x.attempts[mine->second.front()].step;
  auto& last = x.attempts[mine->second.back()];
  for (auto d : deliveries_of(last))
    if (d->step < e.step)
      from = std::max(from, d->step);
  if (!is_certain(e.event.nonce))
    from = x.attempts[mine->second.front()].step;
  auto of_guild = [&](auto& r) { return r.guild == e.event.guild_id; };
  auto count =
      std::count_if(x.refusals.begin(), x.refusals.end(), [&](auto& r) {
        return of_guild(r) && r.step >= from && r.step <= e.step;
      });
  return count >= static_cast<std::ptrdiff_t>(x.values.max_refusals)
         && std::any_of(x.refusals.begin(), x.refusals.end(), [&](auto& r) {
              return of_guild(r) && r.step == e.step;
            });
}

// -- time ---------------------------------------------------------------------

/// At the most: muster may not have been reading.
timespan model_court::quiet(std::uint32_t shard, time_point from,
                            time_point to) const {
  timespan result{0};
  for (auto& s : x.connected[shard]) {
    auto first = std::max(s.from, from);
    auto last = std::min(s.to, to);
    if (first < last)
      result += last - first;
  }
  return result;
}

void model_court::judge_patience(const std::string& name, const ended& e) {
  auto mine = of_request.find(e.event.nonce);
  if (mine == of_request.end() || !is_certain(e.event.nonce))
    return;
  auto& a = x.attempts[mine->second.back()];
  auto shard = e.event.shard.index;
  timespan gap = x.values.timeout;
  timespan wait = x.values.first_response_timeout;
  if (auto q = asked.find(e.event.nonce); q != asked.end()) {
    auto& r = q->second->request;
    gap = r.timeout.count() != 0 ? r.timeout : gap;
    wait =
        r.first_response_timeout.count() != 0 ? r.first_response_timeout : wait;
  } else if (!a.foreign) {
    // It may be one for which the shard chose the nonce.
    for (auto& q : x.questions) {
      if (!q->request.nonce.empty() || q->request.guild_id != e.event.guild_id)
        continue;
      if (q->request.timeout.count() != 0)
        gap = std::min(gap, q->request.timeout);
      if (q->request.first_response_timeout.count() != 0)
        wait = std::min(wait, q->request.first_response_timeout);
    }
  }
  auto base = a.sent;
  if (a.confirmed && *a.confirmed_step <= e.step)
    base = *a.confirmed;
  tally all;
  for (auto d : deliveries_of(a)) {
    if (d->step > e.step)
      break;
    if (a.confirmed && d->at < *a.confirmed && all.count == 0)
      base = d->at; // it has overtaken the news
    if (all.add(*d))
      base = std::max(base, d->at);
  }
  for (auto& r : x.resumed[shard])
    if (r.at <= e.at)
      base = std::max(base, std::min(r.at, e.at));
  auto limit = all.count > 0 ? gap : wait;
  auto passed = quiet(shard, base, e.at);
  if (passed < limit)
    wrong(name, "did not wait: ",
          std::to_string(std::chrono::duration<double>(passed).count()), " s");
  if (passed >= patience * limit)
    return;
  // Nor while others were being answered.
  auto last = base;
  for (auto& [nonce, list] : x.deliveries)
    for (auto& d : list)
      if (d.step < e.step && d.at > last && d.at < e.at
          && std::any_of(x.readies.begin(), x.readies.end(), [&](auto& r) {
               return r.shard == shard && r.session == d.session;
             }))
        last = d.at;
  if (quiet(shard, last, e.at) < limit)
    wrong(name, "did not wait for the others");
}

// -- what must end ------------------------------------------------------------

/// The first sign of a request: it has surely been accepted by then.
std::uint64_t model_court::accepted(const ended& e) const {
  if (auto q = asked.find(e.event.nonce); q != asked.end())
    return q->second->step;
  auto mine = of_request.find(e.event.nonce);
  return mine == of_request.end() ? e.step
                                  : x.attempts[mine->second.front()].step;
}

void model_court::judge_effects() {
  for (auto& e : x.requests_finished) {
    auto since = accepted(e);
    auto guild = e.event.guild_id;
    auto name =
        "E1 " + e.event.nonce + " (" + to_string(e.event.outcome) + ") ";
    for (auto& n : x.guilds)
      if (n.guild == guild && n.step > since && n.step < e.step
          && (n.is == news::outage || n.is == news::removed))
        wrong(name, "outlives its guild");
    for (auto& r : x.readies)
      if (r.shard == e.event.shard.index && r.step > since && r.step < e.step
          && std::find(r.guilds.begin(), r.guilds.end(), guild)
                 == r.guilds.end())
        wrong(name, "outlives a READY without its guild");
    auto& failed = x.failed[e.event.shard.index];
    if (failed && since < *failed && e.step > *failed)
      wrong(name, "outlives its shard");
    auto mine = of_request.find(e.event.nonce);
    if (mine == of_request.end() || !is_certain(e.event.nonce))
      continue;
    for (auto i : mine->second) {
      tally all;
      for (auto d : deliveries_of(x.attempts[i]))
        if (d->step < e.step && all.add(*d) && all.missing() == 0)
          wrong(name, "was complete before");
    }
  }
}

} // namespace muster::test
