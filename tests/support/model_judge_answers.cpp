// Callers and listeners: Q3, Q7, Q10, Q12, E4, B1.

#include "messages/errc.hpp"
#include "tests/support/model_court.hpp"

namespace muster::test {

void model_court::judge_answers() {
  for (auto& q : x.questions) {
    auto name = "the request " + q->request.nonce + " ";
    if (q->answers > 1 || (q->answers == 0 && !q->killed))
      wrong(name, "was answered ", std::to_string(q->answers), " times");
    if (q->withdrawn && !q->killed
        && (q->answers == 0 || q->answered > *q->withdrawn))
      wrong(name, "was cancelled and not answered");
    if (q->answers == 0)
      continue;
    if (!q->valid && q->answer)
      wrong(name, "should have been refused");
    if (q->answer)
      judge_answer(name, *q);
    else
      judge_refusal(name, *q);
    if (q->streamed && q->valid)
      judge_stream(name, *q);
  }
  for (auto& y : x.latecomers)
    judge_latecomer(*y);
  for (auto& y : x.dawdlers)
    judge_dawdler(*y);
}

void model_court::judge_answer(const std::string& name, const question& q) {
  auto& y = *q.answer;
  auto e = ends.find(y.nonce);
  if (e == ends.end()) {
    wrong(name, "was answered with the unknown ", y.nonce);
    return;
  }
  auto joined = y.nonce != q.request.nonce;
  if (joined && !q.request.nonce.empty()) {
    if (ends.count(q.request.nonce) != 0)
      wrong(name, "has joined and has an E1 all the same");
    if (!q.request.joinable || q.streamed || q.request.answer_limit != 0)
      wrong(name, "should not have joined");
  }
  auto& told = e->second->event;
  auto withdrawn = q.withdrawn && y.outcome == outcome::cancelled;
  if (!withdrawn
      && (y.outcome != told.outcome || y.chunk_count != told.chunk_count
          || y.missed_chunks != told.missed_chunks || y.members != told.members
          || y.attempts != told.attempts || y.guild_id != told.guild_id
          || y.not_found_ids != told.not_found_ids
          || y.first_received_at != told.first_received_at
          || y.last_received_at != told.last_received_at))
    wrong(name, "was answered otherwise than by its E1");
  if (y.outcome == outcome::cancelled && !q.withdrawn
      && !(x.stopped && q.answered >= *x.stopped))
    wrong(name, "was not cancelled");
  std::uint64_t held = 0;
  for (auto& list : y.chunks)
    held += list.count;
  if (held != (q.request.answer_limit > 0 ? y.members : 0))
    wrong(name, "holds ", std::to_string(held), " members of ",
          std::to_string(y.members));
  if (q.request.answer_limit > 0 && y.members > q.request.answer_limit)
    wrong(name, "holds more members than it may");
}

/// Exactly the chunks of that request, until it ends.
void model_court::judge_stream(const std::string& name, const question& q) {
  auto& nonce = q.answer ? q.answer->nonce : q.request.nonce;
  if (nonce.empty())
    return; // the shard's choice, and it was not told
  auto mine = of_request.find(nonce);
  std::map<std::string, tally> came;
  for (auto& chunk : q.stream) {
    auto& y = chunk.event;
    auto is_mine =
        mine != of_request.end()
        && std::any_of(mine->second.begin(), mine->second.end(),
                       [&](auto i) { return x.attempts[i].nonce == y.nonce; });
    if (!is_mine || y.guild_id != q.request.guild_id) {
      wrong(name, "was streamed what is another's: ", y.nonce);
      return;
    }
    if (chunk.step > q.answered)
      wrong(name, "was streamed something after its end");
    delivery d;
    d.index = y.chunk_index;
    d.count = y.chunk_count;
    d.members = y.members.count;
    came[y.nonce].add(d);
  }
  auto e = ends.find(nonce);
  // A request that others have joined goes on without its first caller.
  if (e == ends.end() || q.withdrawn)
    return;
  auto all = std::any_of(came.begin(), came.end(), [](auto& c) {
    return c.second.count > 0 && c.second.missing() == 0;
  });
  auto& y = e->second->event;
  if (y.outcome == outcome::complete && !all)
    wrong(name, "is complete, and its stream is not");
  // Chunks that came in the step of its end may be too late for it.
  auto late = std::any_of(q.stream.begin(), q.stream.end(),
                          [&](auto& c) { return c.step == e->second->step; });
  if (y.outcome != outcome::complete && all && !late)
    wrong(name, "is not complete, and its stream is");
  if (y.chunk_count != 0 && came.empty())
    wrong(name, "had chunks, and its stream has none");
}

void model_court::judge_refusal(const std::string& name, const question& q) {
  auto code = code_of(q.error);
  auto e = ends.find(q.request.nonce);
  if (code == errc::answer_too_large) {
    if (q.request.answer_limit == 0
        || (e != ends.end() && !q.withdrawn
            && e->second->event.members <= q.request.answer_limit))
      wrong(name, "was refused for too many members, which did not come");
    return;
  }
  auto may = !q.valid || q.after_stop || code == errc::not_running
             || code == errc::unknown_guild;
  if (!may)
    wrong(name, "was refused: ", to_string(q.error));
  if (code == errc::not_running && !x.failed[q.shard]
      && !(x.stopped && q.answered >= *x.stopped))
    wrong(name, "was refused by a shard that runs");
  if (q.valid && e != ends.end())
    wrong(name, "was refused and has an E1");
  if (q.valid && !q.request.nonce.empty())
    for (auto& a : x.attempts)
      if (a.nonce == q.request.nonce)
        wrong(name, "was refused and sent");
}

// -- listeners ----------------------------------------------------------------

/// The last E2 of each shard and the E3 that had been, and all from there on.
void model_court::judge_latecomer(const chronicle::latecomer& l) {
  auto fits = [&](std::size_t from) {
    std::map<std::string, std::string> shards;
    std::string all;
    for (std::size_t i = 0; i < from; ++i) {
      auto& event = x.story[i].second;
      if (event.starts_with("E2"))
        shards[event.substr(0, event.find(" inc"))] = event;
      else if (event.starts_with("E3"))
        all = event;
    }
    std::vector<std::string> expected;
    for (auto& [shard, event] : shards)
      expected.push_back(event);
    if (!all.empty())
      expected.push_back(all);
    for (auto i = from; i < x.story.size(); ++i)
      expected.push_back(x.story[i].second);
    return expected == l.told;
  };
  if (x.stopped && l.step > *x.stopped && l.told.empty())
    return; // there is nobody left to tell it
  for (std::size_t from = 0; from <= x.story.size(); ++from) {
    // It was heard by the supervisor in its step.
    auto before = from == 0 || x.story[from - 1].first <= l.step;
    auto after = from == x.story.size() || x.story[from].first >= l.step;
    if (before && after && fits(from))
      return;
  }
  wrong("a late listener was told ", std::to_string(l.told.size()),
        " events that do not fit");
}

/// Reading stops for it, so it misses nothing; or it loses, and then some.
void model_court::judge_dawdler(const chronicle::dawdler& l) {
  if (l.killed)
    return;
  for (std::size_t shard = 0; shard < x.arrivals.size(); ++shard) {
    std::vector<std::string> certain;
    std::vector<std::string> possible;
    for (auto& a : x.arrivals[shard]) {
      if (a.step > l.step && !a.dropped)
        certain.push_back(a.chunk);
      if (a.step >= l.step)
        possible.push_back(a.chunk);
    }
    auto& told = l.told[shard];
    auto next = possible.begin();
    for (auto& chunk : told) {
      next = std::find(next, possible.end(), chunk);
      if (next == possible.end()) {
        wrong("a slow listener was told what had not come, or twice: ", chunk);
        break;
      }
      ++next;
    }
    if (!l.loses && told.size() < certain.size())
      wrong("a slow listener missed ",
            std::to_string(certain.size() - told.size()), " chunks");
  }
}

} // namespace muster::test
