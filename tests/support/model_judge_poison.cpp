// What ends connections is given up: Q13.

#include "tests/support/model_court.hpp"

namespace muster::test {

void model_court::judge_poison() {
  if (!x.poisoned)
    return;
  for (auto& e : x.requests_finished)
    if (e.event.guild_id == x.poisoned->guild && is_certain(e.event.nonce))
      judge_suspect(e);
}

/// Poison that lasts may have ended its connections ever since its READY, but
/// not more of them than all its guilds may cost.
bool model_court::is_spoiled_for_ever(const begun& r) const {
  auto& p = x.poisoned;
  if (!p || !p->lasts
      || std::find(r.guilds.begin(), r.guilds.end(), p->guild)
             == r.guilds.end())
    return false;
  // Each of those that count was in use before.
  auto from = last_end(r);
  auto since = [&](auto& y) { return y.step >= from; };
  auto used =
      std::count_if(x.readies.begin(), x.readies.end(),
                    [&](auto& y) { return y.shard == r.shard && since(y); })
      + std::count_if(x.resumed[r.shard].begin(), x.resumed[r.shard].end(),
                      since);
  // Requests of the bot for the poisoned guild go first, one by one.
  auto asked =
      std::count_if(x.questions.begin(), x.questions.end(),
                    [&](auto& q) { return q->request.guild_id == p->guild; });
  return static_cast<std::size_t>(used)
         <= enough_ends(p->guild)
                * (r.guilds.size() + 2 + static_cast<std::size_t>(asked));
}

/// So many ends of its connection in a row, without more chunks than ever,
/// are enough for a request; at the most, since who joined may have asked for
/// more.
std::size_t model_court::enough_ends(snowflake guild) const {
  auto attempts = std::max(x.values.max_attempts, 1);
  for (auto& q : x.questions)
    if (q->request.guild_id == guild)
      attempts = std::max(attempts, q->request.max_attempts);
  return static_cast<std::size_t>(attempts) + 1;
}

/// It ends with the last of the connections that it may cost.
void model_court::judge_suspect(const ended& e) {
  auto mine = of_request.find(e.event.nonce);
  if (mine == of_request.end())
    return;
  auto& lost = x.disconnected[e.event.shard.index];
  std::size_t in_a_row = 0;
  std::size_t most = 0;
  for (auto& s : x.struck) {
    auto a = struck_attempt(s, mine->second);
    if (a == nullptr)
      continue;
    auto end = std::lower_bound(lost.begin(), lost.end(), s.step);
    if (end == lost.end())
      return; // it was not told any more
    auto chunks = chunks_by(mine->second, *end);
    in_a_row = chunks > most ? 0 : in_a_row + 1;
    most = chunks;
    if (in_a_row < enough_ends(e.event.guild_id))
      continue;
    if (e.step > *end)
      wrong("E1 ", e.event.nonce, " (", to_string(e.event.outcome),
            ") outlives ", std::to_string(in_a_row),
            " connections that it has ended");
    return;
  }
}

/// The attempt on account of which a connection has ended, if it is one of
/// these and was surely on the wire: null otherwise.
const model_court::attempt*
model_court::struck_attempt(const chronicle::strike& s,
                            const numbers& mine) const {
  auto shortest = std::min(x.values.timeout, x.values.first_response_timeout);
  for (auto& q : x.questions)
    for (auto own : {q->request.timeout, q->request.first_response_timeout})
      if (own.count() > 0)
        shortest = std::min(shortest, own);
  const attempt* result = nullptr;
  for (auto i : mine)
    if (x.attempts[i].nonce == s.nonce && x.attempts[i].link == s.link
        && x.attempts[i].step <= s.step)
      result = &x.attempts[i];
  if (result == nullptr || s.at >= result->sent + shortest
      || (result->refused_step && *result->refused_step <= s.step))
    return nullptr;
  return result;
}

/// The most that any of these attempts had by the end of a step.
std::size_t model_court::chunks_by(const numbers& mine,
                                   std::uint64_t step) const {
  std::size_t result = 0;
  for (auto i : mine)
    if (auto all = x.deliveries.find(x.attempts[i].nonce);
        all != x.deliveries.end()) {
      auto n = std::count_if(all->second.begin(), all->second.end(),
                             [&](auto& d) { return d.step <= step; });
      result = std::max(result, static_cast<std::size_t>(n));
    }
  return result;
}

} // namespace muster::test
