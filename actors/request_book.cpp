#include "actors/request_book.hpp"

#include <algorithm>
#include <utility>

#include "messages/errc.hpp"

namespace muster {

using stage = request_stage;

request_book::request_book(const settings& cfg, std::uint64_t epoch)
    : cooldown_(cfg.cooldown), queue_(cooldown_),
      max_in_flight_(cfg.max_in_flight), max_refusals_(cfg.max_refusals),
      epoch_(epoch) {}

// -- queue --------------------------------------------------------------------

void request_book::enqueue(entry& x, time_point not_before) {
  x.heard = false;
  x.members = 0;
  x.attempt_chunks = 0;
  if (held_guilds_.count(x.request.guild_id) != 0 || x.awaits_caller) {
    x.not_before = not_before;
    x.stage = stage::held;
    return;
  }
  x.stage = stage::queued;
  queue_.add(x, not_before);
}

void request_book::enqueue_when_free(entry& x, time_point now) {
  auto free_at = cooldown_.free_at(x.request.guild_id);
  enqueue(x, x.whole_list && free_at > now ? free_at : time_point{});
}

void request_book::dequeue(entry& x) {
  if (x.stage == stage::queued)
    queue_.remove(x);
}

void request_book::enter_wire(entry& x) {
  x.stage = stage::posted;
  ++wire_.all;
  wire_.lists += x.whole_list ? 1 : 0;
  wire_.suspects += x.suspect ? 1 : 0;
}

void request_book::leave_wire(entry& x) {
  if (!x.on_wire() || x.from == origin::foreign)
    return;
  --wire_.all;
  wire_.lists -= x.whole_list ? 1 : 0;
  wire_.suspects -= x.suspect ? 1 : 0;
}

void request_book::suspect(entry& x, bool on) {
  if (std::exchange(x.suspect, on) != on)
    wire_.suspects += on ? 1 : static_cast<std::size_t>(-1);
}

void request_book::set_ending(entry& x) {
  dequeue(x);
  leave_wire(x);
  if (std::exchange(x.stage, stage::ending) != stage::ending)
    ++ending_;
}

const request_book::entry* request_book::next(bool startup_too,
                                              time_point now) {
  if (wire_.suspects > 0)
    return nullptr; // it is alone
  auto x = queue_.take(
      {startup_too, wire_.lists < max_in_flight_, wire_.all == 0}, now);
  if (x == nullptr)
    return nullptr;
  // Nothing that comes for it would be ours.
  while (is_taken(*x, now))
    renew_attempt(*x);
  enter_wire(*x);
  ++version_;
  x->taken_back = false;
  x->posted = now;
  index_.add_attempt(*x);
  if (x->whole_list)
    cooldown_.posted(x->request.guild_id, x->attempt, now);
  return x;
}

bool request_book::is_taken(const entry& x, time_point now) {
  auto other = index_.of_attempt(x.attempt);
  return (other != nullptr && other != &x)
         || (x.attempt != x.nonce && index_.find(x.attempt) != nullptr)
         || ended_.contains(x.attempt, now);
}

// -- requests -----------------------------------------------------------------

bool request_book::known(const std::string& nonce, time_point now) const {
  return index_.knows(nonce) || ended_.contains(nonce, now);
}

request_book::entry*
request_book::list_to_join(const guild_members_request& x) {
  // A request that wants its members, or presences that are not coming, needs
  // an opcode 8 of its own.
  if (!x.joinable || x.answer_limit > 0)
    return nullptr;
  for (auto& nonce : index_.of_guild(x.guild_id)) {
    auto into = index_.find(nonce);
    if (into->whole_list && into->stage != stage::ending
        && (into->request.presences || !x.presences))
      return into;
  }
  return nullptr;
}

void request_book::join(entry& into, const guild_members_request& x,
                        origin from) {
  ++version_;
  // Who joins waits for nobody.
  if (std::exchange(into.awaits_caller, false) && into.stage == stage::held)
    enqueue(into, into.not_before);
  if (from == origin::startup) {
    into.joined_by_startup |= !into.for_startup;
    into.for_startup = true;
    return;
  }
  into.patience.raise_to(patience::of(x));
  index_.add_caller(into, x.nonce);
  if (into.from != origin::startup)
    return;
  // A user's patience counts for more than the startup's order.
  auto waiting = into.stage == stage::queued;
  dequeue(into);
  into.from = origin::user;
  into.rank = 0;
  if (waiting)
    enqueue(into, into.not_before);
}

request_book::acceptance request_book::accept(guild_members_request x,
                                              origin from, std::uint64_t rank,
                                              time_point now,
                                              std::uint64_t call) {
  if (x.nonce.empty())
    x.nonce = make_nonce();
  if (auto mine = from == origin::user ? take_over(x, now) : nullptr)
    return {caf::none, mine->nonce, true};
  // What an owner before has left of a call's nonce, but not of the call, since
  // it died before it could save more: it goes out under another attempt.
  auto again =
      call != 0 && !index_.knows(x.nonce) && ended_.is_doubtful(x.nonce, now);
  if (known(x.nonce, now) && !again)
    return {make_error(errc::nonce_in_use), {}, false};
  auto nonce = x.nonce;
  auto whole = x.asks_whole_list() && from != origin::foreign;
  if (whole)
    if (auto into = list_to_join(x)) {
      join(*into, x, from);
      return {caf::none, into->nonce, true};
    }
  entry made;
  made.nonce = nonce;
  made.attempt = nonce;
  made.from = from;
  made.whole_list = whole;
  made.for_startup = from == origin::startup;
  made.rank = rank;
  made.patience = patience::of(x);
  made.request = std::move(x);
  auto& stored = index_.add(std::move(made));
  if (again) {
    stored.told = ended_.is_told(nonce);
    renew_attempt(stored);
  }
  ++version_;
  if (from == origin::foreign) {
    stored.stage = stage::written;
    stored.chunks = 1; // the one that told of it
    index_.add_attempt(stored);
    return {caf::none, nonce, false};
  }
  if (from == origin::user)
    index_.add_caller(stored, nonce);
  enqueue(stored, time_point{});
  return {caf::none, nonce, false};
}

void request_book::set_derived(const std::string& nonce, bool spent) {
  auto x = index_.find(nonce);
  if (x == nullptr)
    return;
  x->derived = true;
  if (spent && x->attempt == nonce)
    renew_attempt(*x);
}

void request_book::set_streamed(const std::string& nonce) {
  if (auto x = index_.find(nonce))
    x->streamed = true;
}

void request_book::renew_attempt(entry& x) {
  x.attempt = attempt_nonce(x.nonce, epoch_, ++x.ordinal);
}

const request_book::entry* request_book::written(const std::string& attempt,
                                                 snowflake guild,
                                                 time_point now) {
  // It may have ended meanwhile, and Discord has stamped it all the same.
  cooldown_.written(guild, attempt, now);
  auto x = index_.of_attempt(attempt);
  if (x == nullptr || x->attempt != attempt || x->stage != stage::posted)
    return nullptr;
  x->stage = stage::written;
  ++x->asked;
  ++version_;
  return x;
}

bool request_book::had_left(entry& x, const std::string& attempt,
                            time_point now) {
  if (!x.taken_back || x.stage != stage::queued || x.attempt != attempt)
    return false;
  dequeue(x);
  enter_wire(x);
  x.taken_back = false;
  if (x.whole_list)
    cooldown_.posted(x.request.guild_id, attempt, now);
  return true;
}

request_book::owner request_book::chunk(const std::string& attempt,
                                        snowflake guild, std::uint32_t members,
                                        time_point now) {
  if (attempt.empty())
    return {};
  cooldown_.chunk(guild, attempt, now);
  auto x = index_.of_attempt(attempt);
  auto found =
      x == nullptr && (x = find_former(attempt, guild, now)) != nullptr;
  if (x == nullptr) {
    if (ended_.contains(attempt, now))
      return {owner::late};
    return {attempt.size() <= max_nonce_size ? owner::foreign : owner::none};
  }
  if (x->request.guild_id != guild)
    return {owner::wrong_guild};
  if (had_left(*x, attempt, now))
    cooldown_.chunk(guild, attempt, now);
  if (x->attempt == attempt && !x->heard) {
    ++version_;
    x->heard = true;
    x->refusals = 0;
  }
  if (x->attempt == attempt && x->on_wire()) {
    x->count_chunk();
    suspect(*x, false);
  }
  x->members += members;
  ++x->chunks;
  owner result{owner::known, x, false, found};
  if (x->attempt == attempt && x->stage == stage::posted) {
    x->stage = stage::written;
    ++x->asked;
    result.proves_write = true;
  }
  return result;
}

void request_book::ask_again(const std::string& nonce,
                             const std::string& attempt, time_point now,
                             std::uint32_t spent) {
  auto x = index_.find(nonce);
  // A new session may have brought a new attempt meanwhile.
  if (x == nullptr || x->attempt != attempt || !x->on_wire())
    return;
  leave_wire(*x);
  x->spent = spent;
  ++version_;
  renew_attempt(*x);
  enqueue_when_free(*x, now);
}

request_book::consequences
request_book::rate_limited(const std::string& attempt, snowflake guild,
                           timespan retry_after, time_point said,
                           time_point now) {
  auto& meant = attempt.empty() ? cooldown_.unanswered(guild, said) : attempt;
  auto x = index_.of_attempt(meant);
  if (x == nullptr || x->attempt != meant || x->from == origin::foreign
      || said < x->posted || (!had_left(*x, meant, now) && !x->on_wire()))
    return {};
  ++version_;
  if (x->whole_list)
    cooldown_.refused(x->request.guild_id, x->attempt, retry_after, now);
  if (++x->refusals >= max_refusals_) {
    set_ending(*x);
    x->ends_as = outcome::rate_limited;
    return {{x->nonce, consequence::give_up, x->attempt}};
  }
  leave_wire(*x);
  enqueue(*x, now + retry_after);
  return {{x->nonce, consequence::delayed, x->attempt}};
}

void request_book::hold(const std::vector<snowflake>& guilds) {
  for (auto guild : guilds)
    if (!index_.has_waited(guild))
      held_guilds_.insert(guild);
  for (auto x : index_.in_order())
    if (x->stage == stage::queued
        && held_guilds_.count(x->request.guild_id) != 0) {
      dequeue(*x);
      x->stage = stage::held;
    }
}

void request_book::release(snowflake guild) {
  if (held_guilds_.erase(guild) == 0)
    return;
  for (auto& nonce : index_.of_guild(guild))
    if (auto x = index_.find(nonce);
        x->stage == stage::held && !x->awaits_caller)
      enqueue(*x, x->not_before);
}

void request_book::end_soon(const std::string& nonce, outcome how) {
  if (auto x = index_.find(nonce)) {
    set_ending(*x);
    x->ends_as = how;
  }
}

void request_book::ended(const std::string& nonce, time_point now,
                         const chunk_request_finished* with) {
  auto x = index_.find(nonce);
  if (x == nullptr)
    return;
  set_ending(*x);
  --ending_;
  ++version_;
  for (auto& attempt : x->attempts)
    ended_.add(attempt, now, {x->derived});
  // Its own nonce must not be taken for a new request's either.
  ended_.add(nonce, now, {x->derived});
  for (auto& caller : x->callers)
    if (caller != nonce || !x->calls.empty())
      end_caller(*x, caller, now, with);
  index_.remove(nonce);
  if (++ends_ % 256 == 0)
    cooldown_.expire(now);
}

void request_book::withdraw(const std::string& caller_nonce, time_point now,
                            const chunk_request_finished& with) {
  auto called = index_.remove_caller(caller_nonce);
  ++version_;
  if (called == nullptr)
    return;
  if (called->nonce != caller_nonce || called->call_of(caller_nonce) != 0)
    end_caller(*called, caller_nonce, now, &with);
  called->calls.erase(caller_nonce);
}

std::vector<std::string> request_book::all() {
  std::vector<std::string> result;
  for (auto x : index_.in_order())
    result.push_back(x->nonce);
  return result;
}

} // namespace muster
