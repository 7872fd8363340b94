#include "tests/support/model.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <caf/test/dsl.hpp>

#include "messages/errc.hpp"

namespace muster::test {

namespace {

using attempt = chronicle::attempt;
using ended = chronicle::told<chunk_request_finished>;

/// The first chunk of all decides how many there are; see chunk_ledger.
constexpr std::int64_t most_chunks = 1 << 20;

/// What an attempt has at some step, by the rules of Q5.
struct tally {
  std::int64_t count = 0;
  std::set<std::int64_t> seen;
  std::uint64_t members = 0;

  std::vector<std::uint32_t> missed() const {
    std::vector<std::uint32_t> result;
    for (std::int64_t i = 0; i < count; ++i)
      if (seen.count(i) == 0)
        result.push_back(static_cast<std::uint32_t>(i));
    return result;
  }

  bool fits(const chunk_request_finished& x) const {
    return x.chunk_count == count && x.members == members
           && x.missed_chunks == missed();
  }
};

struct court {
  explicit court(const chronicle& c) : x(c) {
    for (auto& e : x.requests_finished)
      ends.emplace(e.event.nonce, &e);
    for (auto& q : x.questions)
      if (!q->request.nonce.empty() && q->valid)
        asked.emplace(q->request.nonce, q.get());
    assign();
  }

  template <class... Ts>
  void wrong(Ts&&... parts) {
    text += "\n  ";
    ((text += parts), ...);
  }

  // -- who asked for an attempt
  // ------------------------------------------------

  /// An opcode 8 that does not carry its request's nonce is a further attempt
  /// of one that is open, for the same guild and wish.
  void assign() {
    for (std::size_t i = 0; i < x.attempts.size(); ++i) {
      auto& a = x.attempts[i];
      if (ends.count(a.nonce) != 0) {
        owners[i].push_back(a.nonce);
        continue;
      }
      for (std::size_t k = 0; k < i; ++k) {
        auto& first = x.attempts[k];
        auto e = ends.find(first.nonce);
        if (e == ends.end() || e->second->step < a.step || first.foreign
            || first.guild != a.guild || first.wish != a.wish)
          continue;
        auto& list = owners[i];
        if (std::find(list.begin(), list.end(), first.nonce) == list.end())
          list.push_back(first.nonce);
      }
      if (owners[i].empty())
        wrong("opcode 8 ", a.nonce,
              " belongs to no request that ends after it");
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

  tally at(const attempt& a, std::uint64_t step) const {
    tally result;
    auto i = x.deliveries.find(a.nonce);
    if (i == x.deliveries.end())
      return result;
    for (auto& d : i->second) {
      if (d.session != a.session || d.step < a.step || d.step > step
          || d.count <= 0 || d.count > most_chunks || d.index < 0
          || d.index >= d.count
          || (result.count != 0 && d.count != result.count))
        continue;
      result.count = d.count;
      if (result.seen.insert(d.index).second)
        result.members += d.members;
    }
    return result;
  }

  // -- E1
  // ------------------------------------------------------------------------

  void judge_ends() {
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

  void judge_end(const ended& e) {
    auto& y = e.event;
    auto name = "E1 " + y.nonce + " (" + to_string(y.outcome) + ") ";
    auto mine = of_request.find(y.nonce);
    if (mine == of_request.end()
        && (y.attempts != 0 || y.chunk_count != 0
            || y.outcome == outcome::complete
            || y.outcome == outcome::incomplete
            || y.outcome == outcome::no_response
            || y.outcome == outcome::rate_limited))
      wrong(name, "was never asked for");
    if (y.nonce.empty() || y.nonce.size() > max_nonce_size)
      wrong(name, "has a nonce of impossible length");
    if ((y.chunk_count == 0) != !y.first_received_at
        || (y.chunk_count == 0) != !y.last_received_at)
      wrong(name, "has times without chunks, or chunks without times");
    if (!std::is_sorted(y.missed_chunks.begin(), y.missed_chunks.end()))
      wrong(name, "has unsorted missed_chunks");
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

  void judge_figures(const std::string& name, const ended& e,
                     const std::vector<std::size_t>& mine) {
    auto& y = e.event;
    auto fits = false;
    std::size_t fewest = SIZE_MAX;
    for (auto i : mine) {
      auto t = at(x.attempts[i], e.step);
      fits |= t.fits(y);
      if (t.count > 0)
        fewest = std::min(fewest, t.missed().size());
    }
    if (y.chunk_count == 0)
      fits = true;
    if (!fits)
      wrong(name, "fits no attempt: chunk_count ",
            std::to_string(y.chunk_count), ", missed ",
            std::to_string(y.missed_chunks.size()), ", members ",
            std::to_string(y.members));
    if (uncertain.count(y.nonce) != 0)
      return;
    if (y.chunk_count == 0 && fewest != SIZE_MAX)
      wrong(name, "has no chunks, but some came");
    if (y.chunk_count != 0 && y.missed_chunks.size() != fewest)
      wrong(name, "does not report its best attempt");
  }

  void judge_attempts(const std::string& name, const ended& e,
                      const std::vector<std::size_t>& mine) {
    auto& y = e.event;
    auto& first = x.attempts[mine.front()];
    auto q = asked.find(y.nonce);
    auto most = first.foreign ? 1
                : q != asked.end()
                    ? std::max(q->second->request.max_attempts, 1)
                    : x.values.max_attempts;
    // A nonce that the shard chose for the bot tells nothing.
    auto certain = q != asked.end() || first.foreign;
    if (certain && y.attempts > static_cast<std::uint32_t>(most))
      wrong(name, "took ", std::to_string(y.attempts), " attempts");
    if (certain
        && (y.outcome == outcome::no_response
            || y.outcome == outcome::incomplete)
        && y.attempts != static_cast<std::uint32_t>(most))
      wrong(name, "gave up after ", std::to_string(y.attempts), " of ",
            std::to_string(most), " attempts");
    if (y.outcome == outcome::rate_limited) {
      auto r = x.refusals.find(y.guild_id);
      if (r == x.refusals.end() || r->second < x.values.max_refusals)
        wrong(name, "was not refused often enough");
    }
    auto shortest = std::min(x.values.timeout, x.values.first_response_timeout);
    if ((y.outcome == outcome::no_response || y.outcome == outcome::incomplete)
        && uncertain.count(y.nonce) == 0 && !first.foreign
        && e.at < x.attempts[mine.back()].sent + shortest)
      wrong(name, "did not wait");
    for (auto i : mine)
      if (x.attempts[i].guild != y.guild_id)
        wrong(name, "is of another guild");
  }

  // -- answers
  // -------------------------------------------------------------------

  void judge_answers() {
    for (auto& q : x.questions) {
      auto& nonce = q->request.nonce;
      auto name = "the request " + nonce + " ";
      if (q->answers > 1 || (q->answers == 0 && !q->killed))
        wrong(name, "was answered ", std::to_string(q->answers), " times");
      if (q->answers == 0)
        continue;
      if (!q->valid && q->answer)
        wrong(name, "should have been refused");
      if (q->answer)
        judge_answer(name, *q);
      else
        judge_refusal(name, *q);
    }
  }

  void judge_answer(const std::string& name, const chronicle::question& q) {
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
    if (!q.withdrawn
        && (y.outcome != told.outcome || y.chunk_count != told.chunk_count
            || y.missed_chunks != told.missed_chunks
            || y.members != told.members || y.attempts != told.attempts
            || y.guild_id != told.guild_id
            || y.first_received_at != told.first_received_at
            || y.last_received_at != told.last_received_at))
      wrong(name, "was answered otherwise than by its E1");
    std::uint64_t held = 0;
    for (auto& list : y.chunks)
      held += list.count;
    if (held != (q.request.answer_limit > 0 ? y.members : 0))
      wrong(name, "holds ", std::to_string(held), " members of ",
            std::to_string(y.members));
    for (auto& chunk : q.stream) {
      auto d = x.deliveries.find(chunk.nonce);
      if (chunk.guild_id != q.request.guild_id || d == x.deliveries.end())
        wrong(name, "was streamed what is another's");
    }
  }

  void judge_refusal(const std::string& name, const chronicle::question& q) {
    auto code = code_of(q.error);
    if (code == errc::answer_too_large)
      return;
    auto may = !q.valid || q.after_stop || code == errc::not_running
               || code == errc::unknown_guild;
    if (!may)
      wrong(name, "was refused: ", to_string(q.error));
    if (code == errc::not_running && !x.failed[q.shard] && !x.stopped_early)
      wrong(name, "was refused by a shard that runs");
    if (q.valid && ends.count(q.request.nonce) != 0)
      wrong(name, "was refused and has an E1");
    if (q.valid)
      for (auto& a : x.attempts)
        if (a.nonce == q.request.nonce)
          wrong(name, "was refused and sent");
  }

  // -- E2, E3
  // --------------------------------------------------------------------

  void judge_startups() {
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

  void judge_startup(const chronicle::begun& r, std::uint64_t until) {
    auto name = "the startup of session " + std::to_string(r.session) + " ";
    const chronicle::told<shard_finished_chunking>* found = nullptr;
    for (auto& e : x.shards_finished) {
      if (e.event.shard.index != r.shard || e.step < r.step || e.step >= until)
        continue;
      if (found != nullptr)
        wrong(name, "has two E2");
      found = &e;
    }
    if (found == nullptr) {
      if (until == UINT64_MAX && r.auto_chunk && !x.stopped_early
          && !x.failed[r.shard])
        wrong(name, "has no E2");
      return;
    }
    judge_lists(name, r, *found);
  }

  void judge_lists(const std::string& name, const chronicle::begun& r,
                   const chronicle::told<shard_finished_chunking>& e) {
    auto& y = e.event;
    std::set<snowflake> all;
    for (auto list : {&y.incomplete_guild_ids, &y.missed_guild_ids,
                      &y.unavailable_guild_ids}) {
      if (!std::is_sorted(list->begin(), list->end()))
        wrong(name, "has an unsorted list");
      for (auto id : *list) {
        if (!all.insert(id).second)
          wrong(name, "has a guild twice");
        if (std::find(r.guilds.begin(), r.guilds.end(), id) == r.guilds.end())
          wrong(name, "has a guild that READY had not");
      }
    }
    auto has = [&](snowflake id, auto pred) {
      return std::any_of(x.requests_finished.begin(), x.requests_finished.end(),
                         [&](auto& f) {
                           return f.event.guild_id == id && f.step >= r.step
                                  && f.place < e.place && pred(f.event);
                         });
    };
    auto heard = [&](snowflake id, auto... kinds) {
      return std::any_of(x.guilds.begin(), x.guilds.end(), [&](auto& n) {
        return n.guild == id && n.session == r.session && n.step <= e.step
               && ((n.is == kinds) || ...);
      });
    };
    using news = chronicle::news;
    for (auto id : y.incomplete_guild_ids)
      if (!has(id, [](auto& f) {
            return f.chunk_count > 0 && f.outcome != outcome::complete;
          }))
        wrong(name, "calls a guild incomplete without an E1 that says so");
    // One whose GUILD_CREATE comes too late is missed all the same (S4).
    auto in_time = [&](snowflake id) {
      return std::any_of(x.guilds.begin(), x.guilds.end(), [&](auto& n) {
        return n.guild == id && n.session == r.session && n.step <= e.step
               && n.is == news::created
               && n.at < r.at + x.values.guild_create_timeout;
      });
    };
    for (auto id : y.missed_guild_ids)
      if (!has(id, [](auto& f) { return f.chunk_count == 0; }) && in_time(id))
        wrong(name, "calls a guild missed without an E1 that says so");
    for (auto id : y.unavailable_guild_ids)
      if (!heard(id, news::outage))
        wrong(name, "calls a guild unavailable that is not");
    if (!x.auto_chunk_always)
      return;
    for (auto id : r.guilds)
      if (all.count(id) == 0
          && !has(id, [](auto& f) { return f.outcome == outcome::complete; })
          && !heard(id, news::whole, news::removed))
        wrong(name, "leaves out guild ", std::to_string(id.value >> 22),
              " that is not complete");
  }

  void judge_finish() {
    if (x.finished.size() > 1)
      wrong("E3 came ", std::to_string(x.finished.size()), " times");
    auto any_failed =
        std::any_of(x.failed.begin(), x.failed.end(), [](bool f) { return f; });
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
          x.shards_finished.begin(), x.shards_finished.end(), [&](auto& s) {
            return s.event.shard.index == i && s.place < e.place;
          });
      auto without =
          std::any_of(x.readies.begin(), x.readies.end(), [&](auto& r) {
            return r.shard == i && r.step <= e.step && !r.auto_chunk;
          });
      if (!settled && !without)
        wrong("E3 came before the E2 of shard ", std::to_string(i));
    }
  }

  // -- the wire
  // ------------------------------------------------------------------

  void judge_wire() {
    for (auto& sends : x.sends)
      for (std::size_t i = 120; i < sends.size(); ++i)
        if (sends[i] - sends[i - 120] < std::chrono::seconds(60)) {
          wrong("more than 120 sends in 60 s");
          break;
        }
    for (std::size_t i = 0; i < x.attempts.size(); ++i) {
      auto& a = x.attempts[i];
      if (a.nonce.empty() || a.nonce.size() > max_nonce_size)
        wrong("opcode 8 has a nonce of ", std::to_string(a.nonce.size()),
              " bytes");
      if (a.foreign)
        continue;
      judge_nonce(i);
      if (a.whole_list)
        judge_cooldown(i);
    }
    judge_in_flight();
  }

  const chronicle::delivery* first_chunk(const attempt& a,
                                         std::uint64_t before) const {
    if (auto i = x.deliveries.find(a.nonce); i != x.deliveries.end())
      for (auto& d : i->second)
        if (d.session == a.session && d.step >= a.step && d.step < before)
          return &d;
    return nullptr;
  }

  /// The shard could know that it was on the socket.
  bool left(const attempt& a, std::uint64_t before) const {
    return (a.confirmed && *a.confirmed_step <= before)
           || first_chunk(a, before) != nullptr;
  }

  /// Whole lists that are surely on the wire: too little has passed for the
  /// shard to have given them up.
  void judge_in_flight() {
    auto shortest = std::min(x.values.timeout, x.values.first_response_timeout);
    for (auto& now : x.attempts) {
      if (!now.whole_list || now.foreign)
        continue;
      std::uint32_t open = 0;
      for (auto& a : x.attempts)
        if (a.whole_list && !a.foreign && a.link == now.link
            && a.step <= now.step && &a <= &now && now.sent < a.sent + shortest
            && !(a.refused_step && *a.refused_step <= now.step)
            && !over(a, now.step))
          ++open;
      if (open > x.values.max_in_flight)
        wrong(std::to_string(open), " whole lists are in flight");
    }
  }

  /// Its request may have ended by then.
  bool over(const attempt& a, std::uint64_t step) const {
    auto& mine = owners.at(static_cast<std::size_t>(&a - x.attempts.data()));
    return std::any_of(mine.begin(), mine.end(), [&](auto& nonce) {
      return ends.at(nonce)->step <= step;
    });
  }

  void judge_nonce(std::size_t i) {
    auto& a = x.attempts[i];
    for (auto k = i; k-- > 0;) {
      auto& b = x.attempts[k];
      if (b.nonce != a.nonce || b.foreign)
        continue;
      // A refused one goes out again, and so does one that never left.
      auto refused = b.refused_step && *b.refused_step < a.step;
      if (left(b, a.step) && !refused)
        wrong("two attempts have the nonce ", a.nonce);
      break;
    }
  }

  void judge_cooldown(std::size_t i) {
    auto& a = x.attempts[i];
    for (auto k = i; k-- > 0;) {
      auto& b = x.attempts[k];
      if (!b.whole_list || b.guild != a.guild)
        continue;
      if (b.refused_step && *b.refused_step <= a.step) {
        if (a.sent < *b.refused_until)
          wrong("opcode 8 ", a.nonce, " was sent during the refusal of ",
                b.nonce);
        return;
      }
      if (!left(b, a.step))
        return;
      auto d = first_chunk(b, a.step);
      auto from = d != nullptr ? d->at : *b.confirmed;
      if (a.sent < from + x.values.cooldown)
        wrong("opcode 8 ", a.nonce, " comes too soon after ", b.nonce);
      return;
    }
  }

  const chronicle& x;
  std::string text;
  std::map<std::string, const ended*> ends;
  std::map<std::string, const chronicle::question*> asked;
  /// Of each attempt: the requests that it may belong to.
  std::map<std::size_t, std::vector<std::string>> owners;
  std::map<std::string, std::vector<std::size_t>> of_request;
  /// Requests whose attempts cannot be told from another's.
  std::set<std::string> uncertain;
};

} // namespace

std::string judge(const chronicle& x) {
  court c{x};
  for (auto& w : x.wrong)
    c.wrong(w);
  c.judge_ends();
  c.judge_answers();
  c.judge_startups();
  c.judge_finish();
  c.judge_wire();
  return c.text;
}

} // namespace muster::test
