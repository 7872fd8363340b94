// What another process goes on from (C6).

#include <algorithm>
#include <utility>

#include "actors/request_book.hpp"

namespace muster {

using stage = request_stage;

namespace {

saved_request saved(const request_entry& x, time_point now) {
  saved_request y{
      x.record(), {x.callers.begin(), x.callers.end()}, timespan{0}};
  std::sort(y.callers.begin(), y.callers.end());
  // Nobody knows whether it has left; its chunks would tell.
  if (x.stage == stage::posted || x.taken_back)
    std::erase(y.attempts, x.attempt);
  if (!x.on_wire() && x.not_before > now)
    y.wait = x.not_before - now;
  return y;
}

/// Nothing has become of it: all can be told from its guild's record.
bool is_plain(const request_entry& x) {
  return x.from == origin::startup && x.derived && x.attempts.empty()
         && x.asked == 0 && x.refusals == 0 && x.ends == 0 && x.waits == 0;
}

} // namespace

request_cut request_book::cut(time_point now, bool leaving) const {
  request_cut result;
  result.stamps = cooldown_.cut(now);
  for (auto x : index_.in_order())
    if (x->stage != stage::ending && !(is_plain(*x) && index_.is_alone(*x))
        && (!leaving || x->is_handed_over()))
      result.requests.push_back(saved(*x, now));
  return result;
}

std::vector<ended_nonce> request_book::ended_nonces(time_point now,
                                                    bool leaving) const {
  auto result = ended_.to_save(now);
  for (auto x : index_.in_order()) {
    auto ending = x->stage == stage::ending && !x->calls.empty();
    if (!ending && (!leaving || x->is_handed_over()))
      continue;
    result.push_back({x->nonce, nullptr});
    for (auto& attempt : x->attempts)
      result.push_back({attempt, nullptr});
    for (auto& caller : x->callers)
      result.push_back({caller, ending ? end_of(*x, caller) : nullptr});
  }
  return result;
}

std::shared_ptr<const ended_call>
request_book::end_of(const entry& x, const std::string& caller_nonce) const {
  auto number = x.call_of(caller_nonce);
  if (number == 0)
    return nullptr;
  ended_call result;
  result.number = number;
  result.end.guild_id = x.request.guild_id;
  result.end.nonce = x.nonce;
  result.end.outcome = x.ends_as;
  result.end.attempts = x.asked;
  return std::make_shared<const ended_call>(std::move(result));
}

bool request_book::hands_over(snowflake guild) const {
  for (auto& nonce : index_.of_guild(guild))
    if (index_.find(nonce)->is_handed_over())
      return true;
  return false;
}

void request_book::restore(const request_cut& x, time_point now) {
  cooldown_.restore(x.stamps, now);
  // The present one is among them: a state that was restored, or has lost its
  // last writes, gives an epoch twice.
  former_ = {1, epoch_ > 1 ? epoch_ : 0};
  for (auto& from : x.requests) {
    // Its own nonce may have ended with a session before.
    if (from.request.nonce.empty() || index_.knows(from.request.nonce))
      continue; // damaged
    entry made;
    made.record() = from.record();
    made.nonce = from.request.nonce;
    made.whole_list =
        from.request.asks_whole_list() && from.from != origin::foreign;
    made.restored = true;
    made.remote = !made.calls.empty();
    auto attempts = std::exchange(made.attempts, {});
    auto& stored = index_.add(std::move(made));
    for (auto& attempt : attempts) {
      stored.attempt = attempt;
      index_.add_attempt(stored);
    }
    for (auto& caller : from.callers)
      index_.add_caller(stored, caller);
    renew_attempt(stored);
    if (stored.from == origin::foreign)
      stored.stage = stage::written;
    else
      enqueue(stored, from.wait.count() > 0 ? now + from.wait : time_point{});
  }
}

void request_book::set_told(std::string nonce, time_point now) {
  if (auto x = index_.find(nonce))
    x->told = true;
  else
    restore_ended({std::move(nonce), nullptr}, now, true);
}

request_book::entry* request_book::take_over(const guild_members_request& x,
                                             time_point now) {
  auto mine = index_.find(x.nonce);
  // The same that a cut has brought, whose caller asks again (C12).
  if (mine != nullptr && mine->restored && mine->from == origin::user
      && mine->stage != stage::ending && mine->request == x
      && mine->call_of(x.nonce) == 0) {
    mine->restored = false;
    return mine;
  }
  // What it has brought was kept for nobody.
  if (former_.last < former_.first || mine == nullptr
      || mine->from != origin::foreign || mine->stage == stage::ending
      || mine->request.guild_id != x.guild_id || x.answer_limit > 0)
    return nullptr;
  mine->request = x;
  mine->patience = patience::of(x);
  mine->from = origin::user;
  mine->whole_list = x.asks_whole_list();
  mine->asked = 1;
  enter_wire(*mine);
  mine->stage = stage::written;
  index_.add_caller(*mine, x.nonce);
  if (mine->whole_list) {
    cooldown_.posted(x.guild_id, x.nonce, now);
    cooldown_.chunk(x.guild_id, x.nonce, now);
  }
  ++version_;
  return mine;
}

request_book::entry* request_book::find_former(const std::string& attempt,
                                               snowflake guild,
                                               time_point now) {
  if (former_.last < former_.first || ended_.contains(attempt, now))
    return nullptr;
  for (auto& nonce : index_.of_guild(guild)) {
    auto x = index_.find(nonce);
    if (x->from == origin::foreign
        || (attempt != nonce && !is_attempt_of(attempt, nonce, former_)))
      continue;
    auto present = std::exchange(x->attempt, attempt);
    index_.add_attempt(*x);
    x->attempt = std::move(present);
    if (x->attempt == attempt) // it has gone out
      renew_attempt(*x);
    ++x->asked;
    ++version_;
    if (x->whole_list) {
      cooldown_.posted(guild, attempt, now);
      cooldown_.chunk(guild, attempt, now);
    }
    return x;
  }
  return nullptr;
}

} // namespace muster
