// Requests and their figures: E1, Q3, Q5, Q8.

#include "tests/support/model_court.hpp"

namespace muster::test {

namespace {

/// The first chunk of all decides how many there are; see chunk_ledger.
constexpr std::int64_t most_chunks = 1 << 20;

} // namespace

std::string judge(const chronicle& x) {
  model_court c{x};
  c.judge_all();
  return c.text;
}

bool chronicle::wants(snowflake guild) const {
  auto& only = values.only_guilds;
  return (only.empty()
          || std::find(only.begin(), only.end(), guild) != only.end())
         && (!values.guild_filter || values.guild_filter(guild, 0));
}

model_court::model_court(const chronicle& c) : x(c) {
  for (auto& e : x.requests_finished)
    ends.emplace(e.event.nonce, &e);
  for (auto& q : x.questions)
    if (!q->request.nonce.empty() && q->valid)
      asked.emplace(q->request.nonce, q.get());
  assign();
}

void model_court::judge_all() {
  for (auto& w : x.wrong)
    wrong(w);
  judge_ends();
  judge_causes();
  judge_answers();
  judge_startups();
  judge_finish();
  judge_poison();
  judge_wire();
}

// -- who asked for an attempt -------------------------------------------------

/// An opcode 8 that does not carry its request's nonce is a further attempt
/// of one that is open, for the same guild and wish.
void model_court::assign() {
  for (std::size_t i = 0; i < x.attempts.size(); ++i) {
    auto& a = x.attempts[i];
    if (ends.count(a.nonce) != 0) {
      owners[i].push_back(a.nonce);
      continue;
    }
    auto& list = owners[i];
    auto consider = [&](auto& first) {
      auto e = ends.find(first.nonce);
      if (e == ends.end() || e->second->step < a.step || first.foreign
          || first.guild != a.guild || first.wish != a.wish)
        return;
      if (std::find(list.begin(), list.end(), first.nonce) == list.end())
        list.push_back(first.nonce);
    };
    for (std::size_t k = 0; k < i; ++k)
      consider(x.attempts[k]);
    for (auto& first : x.unheard)
      if (first.step <= a.step)
        consider(first);
    if (owners[i].empty())
      wrong("opcode 8 ", a.nonce, " belongs to no request that ends after it");
  }
  // A further attempt is the chosen one's only if nobody else could be
  // meant; a request with one that is not certain is not certain itself.
  for (auto& [i, list] : owners)
    for (auto& nonce : list) {
      of_request[nonce].push_back(i);
      if (list.size() > 1)
        uncertain.insert(nonce);
    }
}

std::vector<const model_court::question*>
model_court::callers(const std::string& nonce) const {
  std::vector<const question*> result;
  for (auto& q : x.questions)
    if (q->valid
        && ((q->answer && q->answer->nonce == nonce)
            || (!q->request.nonce.empty() && q->request.nonce == nonce)))
      result.push_back(q.get());
  return result;
}

std::uint64_t model_court::first_sent(const ended& e) const {
  std::uint64_t result = UINT64_MAX;
  if (auto mine = of_request.find(e.event.nonce); mine != of_request.end())
    result = x.attempts[mine->second.front()].step;
  for (auto& a : x.unheard)
    if (a.nonce == e.event.nonce)
      result = std::min(result, a.step);
  return result;
}

bool model_court::is_list(const ended& e) const {
  if (auto q = asked.find(e.event.nonce); q != asked.end())
    return q->second->request.asks_whole_list();
  auto mine = of_request.find(e.event.nonce);
  return mine == of_request.end()
         || x.attempts[mine->second.front()].whole_list;
}

// -- figures ------------------------------------------------------------------

bool model_court::tally::add(const delivery& d) {
  if (d.count <= 0 || d.count > most_chunks || d.index < 0 || d.index >= d.count
      || (count != 0 && d.count != count))
    return false;
  count = d.count;
  if (!seen.insert(d.index).second)
    return false;
  members += d.members;
  not_found.insert(d.not_found.begin(), d.not_found.end());
  return true;
}

bool model_court::tally::fits(const chunk_request_finished& y) const {
  if (y.chunk_count != count || y.members != members
      || y.missed_chunks.size() != missing()
      || y.not_found_ids.size() != not_found.size())
    return false;
  for (auto i : y.missed_chunks)
    if (i >= count || seen.count(i) != 0)
      return false;
  for (auto id : y.not_found_ids)
    if (not_found.count(id) == 0)
      return false;
  return true;
}

std::vector<const model_court::delivery*>
model_court::deliveries_of(const attempt& a) const {
  // Before the nonce was sent in this session, its chunks were nobody's.
  auto from = a.step;
  for (auto& b : x.attempts)
    if (b.nonce == a.nonce && b.session == a.session)
      from = std::min(from, b.step);
  std::vector<const delivery*> result;
  if (auto i = x.deliveries.find(a.nonce); i != x.deliveries.end())
    for (auto& d : i->second)
      if (d.session == a.session && d.step >= from)
        result.push_back(&d);
  return result;
}

std::vector<model_court::tally> model_court::tallies(const attempt& a,
                                                     std::uint64_t step) const {
  std::vector<tally> result{{}};
  for (auto d : deliveries_of(a)) {
    if (d->step > step)
      break;
    if (d->step == step)
      result.push_back(result.back());
    result.back().add(*d);
  }
  return result;
}

void model_court::judge_ends() {
  std::set<std::string> known;
  for (auto& e : x.requests_finished)
    if (!known.insert(e.event.nonce).second)
      wrong("a second E1 for ", e.event.nonce);
  for (auto& e : x.requests_finished)
    judge_end(e);
  for (auto& a : x.attempts)
    if (a.foreign && ends.count(a.nonce) == 0)
      wrong("no E1 for the foreign ", a.nonce);
}

void model_court::judge_end(const ended& e) {
  auto& y = e.event;
  auto name = "E1 " + y.nonce + " (" + to_string(y.outcome) + ") ";
  auto mine = of_request.find(y.nonce);
  if (mine == of_request.end()
      && (y.attempts != 0 || y.chunk_count != 0
          || y.outcome == outcome::complete || y.outcome == outcome::incomplete
          || y.outcome == outcome::no_response
          || y.outcome == outcome::rate_limited))
    wrong(name, "was never asked for");
  if (y.nonce.empty() || y.nonce.size() > max_nonce_size)
    wrong(name, "has a nonce of impossible length");
  if ((y.chunk_count == 0) != !y.first_received_at
      || (y.chunk_count == 0) != !y.last_received_at)
    wrong(name, "has times without chunks, or chunks without times");
  if (y.first_received_at && *y.last_received_at < *y.first_received_at)
    wrong(name, "ends before it begins");
  if (!std::is_sorted(y.missed_chunks.begin(), y.missed_chunks.end()))
    wrong(name, "has unsorted missed_chunks");
  if (y.chunk_count == 0
      && (!y.missed_chunks.empty() || y.members != 0
          || !y.not_found_ids.empty()))
    wrong(name, "has something of nothing");
  if (y.outcome == outcome::complete
      && (y.chunk_count == 0 || !y.missed_chunks.empty()))
    wrong(name, "is not complete");
  if (y.outcome == outcome::incomplete
      && (y.chunk_count == 0 || y.missed_chunks.empty()))
    wrong(name, "is not incomplete");
  if (y.outcome == outcome::no_response && y.chunk_count != 0)
    wrong(name, "had a response");
  if (mine == of_request.end())
    return;
  judge_figures(name, e, mine->second);
  judge_attempts(name, e, mine->second);
}

void model_court::judge_figures(const std::string& name, const ended& e,
                                const numbers& mine) {
  auto& y = e.event;
  auto fits = y.chunk_count == 0;
  // Of its best attempt, before this step and with all of it.
  std::size_t before = SIZE_MAX;
  std::size_t after = SIZE_MAX;
  for (auto i : mine) {
    auto all = tallies(x.attempts[i], e.step);
    for (auto& t : all)
      fits |= t.fits(y);
    if (all.front().count > 0)
      before = std::min(before, all.front().missing());
    if (all.back().count > 0)
      after = std::min(after, all.back().missing());
  }
  if (!fits)
    wrong(name, "fits no attempt: chunk_count ", std::to_string(y.chunk_count),
          ", missed ", std::to_string(y.missed_chunks.size()), ", members ",
          std::to_string(y.members), ", not found ",
          std::to_string(y.not_found_ids.size()));
  if (!is_certain(y.nonce))
    return;
  if (y.chunk_count == 0 && before != SIZE_MAX)
    wrong(name, "has no chunks, but some came");
  if (y.chunk_count != 0
      && (y.missed_chunks.size() > before || y.missed_chunks.size() < after))
    wrong(name, "does not report its best attempt");
}

void model_court::judge_attempts(const std::string& name, const ended& e,
                                 const numbers& mine) {
  auto& y = e.event;
  auto& first = x.attempts[mine.front()];
  auto q = asked.find(y.nonce);
  auto least = first.foreign      ? 1
               : q != asked.end() ? std::max(q->second->request.max_attempts, 1)
                                  : x.values.max_attempts;
  // Who joined may have asked for more.
  auto most = least;
  if (is_list(e))
    for (auto& other : x.questions)
      if (other->request.guild_id == y.guild_id && other->request.joinable)
        most = std::max(most, other->request.max_attempts);
  // A nonce that the shard chose for the bot tells nothing.
  auto certain = q != asked.end() || first.foreign;
  // A refusal is no attempt, and neither are those that the end of a
  // connection brings about; but what was written is told (Q14).
  auto from = first_sent(e);
  auto within = [&](std::uint64_t step) {
    return step >= from && step <= e.step;
  };
  auto& lost = x.disconnected[y.shard.index];
  auto free =
      std::count_if(lost.begin(), lost.end(), within)
      + std::count_if(x.refusals.begin(), x.refusals.end(), [&](auto& r) {
          return r.guild == y.guild_id && within(r.step);
        });
  auto sends = static_cast<std::int64_t>(mine.size());
  // One that left all the same is proved by a chunk.
  auto more = std::count_if(x.unheard.begin(), x.unheard.end(), [&](auto& a) {
    return a.guild == y.guild_id && a.wish == first.wish && within(a.step);
  });
  auto gave_up =
      y.outcome == outcome::no_response || y.outcome == outcome::incomplete;
  if (certain && is_certain(y.nonce) && sends > most + free)
    wrong(name, "was sent ", std::to_string(sends), " times");
  if (y.attempts > sends + more)
    wrong(name, "tells of ", std::to_string(y.attempts), " attempts of ",
          std::to_string(sends));
  if (certain && gave_up && y.attempts < static_cast<std::uint32_t>(least))
    wrong(name, "gave up after ", std::to_string(y.attempts), " of ",
          std::to_string(least), " attempts");
  for (auto i : mine)
    if (x.attempts[i].guild != y.guild_id)
      wrong(name, "is of another guild");
}

} // namespace muster::test
