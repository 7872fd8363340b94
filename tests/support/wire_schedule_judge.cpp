// What a wire_schedule must not have done.

#include <set>

#include "messages/errc.hpp"
#include "tests/support/wire_schedule.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

std::uint32_t max_attempts(const guild_members_request& x) {
  return static_cast<std::uint32_t>(std::max(x.max_attempts, 1));
}

} // namespace

// -- the judge ----------------------------------------------------------------

void wire_schedule::judge() {
  judge_ends();
  judge_answers();
  for (std::uint32_t shard = 0; shard < shard_count; ++shard)
    judge_startups(shard);
  judge_finish();
  judge_members();
  judge_wire();
}

void wire_schedule::judge_ends() {
  each<chunk_request_finished>([&](auto& x, auto place) {
    must(ends_.emplace(std::pair{x.shard.index, x.nonce}, place).second,
         "E1 came twice for ", x.nonce);
    judge_end(x, place);
  });
  // One for each startup of its shard, one when it returns, and one where a
  // user's request that the startup had joined failed.
  std::map<snowflake, std::size_t> of_startup, asked;
  each<chunk_request_finished>([&](auto& x, auto) {
    if (wish_of(x) == nullptr && x.nonce != foreign_nonce)
      ++of_startup[x.guild_id];
  });
  for (auto& w : wishes_)
    ++asked[w.question.request.guild_id];
  for (auto& [guild, n] : of_startup) {
    auto most = readies(shard_of(guild, shard_count)) + asked[guild];
    most += struck("unavailable") ? counts_.faults["unavailable"] : 0;
    must(n <= most, n, " E1s of the startup for one guild");
  }
}

void wire_schedule::judge_end(const chunk_request_finished& x,
                              std::size_t place) {
  auto w = wish_of(x);
  auto foreign = x.nonce == foreign_nonce;
  auto name = "E1 " + x.nonce + ", " + to_string(x.outcome) + ", ";
  auto shard = x.shard.index;
  must(owns(x.shard, x.guild_id), name, "is of another shard's guild");
  must(x.missed_chunks.size() <= x.chunk_count, name, "misses too many");
  must((x.chunk_count > 0) == static_cast<bool>(x.first_received_at)
           && (x.chunk_count > 0) == static_cast<bool>(x.last_received_at),
       name, "has times for nothing, or none");
  auto [least, most] = attempts_of(x);
  // What was refused, or lost with its connection, is asked for again (Q14).
  most += static_cast<std::uint32_t>(counts_.rate_limited + counts_.resumes
                                     + counts_.identifies.size());
  must(x.attempts <= most, name, "took ", x.attempts, " attempts");
  switch (x.outcome) {
  case outcome::complete:
    must(x.missed_chunks.empty(), name, "has missed chunks");
    if (foreign) {
      // One chunk with another nonce: a list has seven.
      must(x.chunk_count == 1, name, "is made of one chunk of seven");
      break;
    }
    must(x.chunk_count == (w ? w->chunk_count : list_chunks), name, "has ",
         x.chunk_count, " chunks");
    must(x.members == (w ? w->members : world_.members), name, "has ",
         x.members, " members");
    must(!w || x.not_found_ids == w->not_found, name, "has found too much");
    break;
  case outcome::incomplete:
    must(x.chunk_count > 0 && !x.missed_chunks.empty(), name, "misses nothing");
    must(x.attempts >= least, name, "gave up too early");
    break;
  case outcome::no_response:
    must(x.chunk_count == 0 && x.members == 0, name, "had a response");
    must(x.attempts >= least, name, "gave up too early");
    break;
  case outcome::rate_limited:
    must(counts_.rate_limited >= 5, name, "was not refused so often");
    break;
  case outcome::guild_left:
    must(struck("unavailable") || (w && w->is == wire_wish::nobody_there), name,
         "but it has not");
    break;
  case outcome::session_lost: {
    // One that may have ended so many connections is given up (Q13).
    std::uint32_t ends = 0;
    each<shard_disconnected>(
        [&](auto& y, auto) { ends += y.shard.index == shard ? 1 : 0; });
    // A user's request survives the first loss; the startup's all, unless its
    // guild does not come back.
    must(failed(shard) || (w && readies(shard) > 2)
             || (foreign && readies(shard) > 1) || (!w && struck("missing"))
             || (!foreign && ends > least),
         name, "but it was not");
    break;
  }
  case outcome::cancelled:
    must(place >= at_stop_ || (w && w->withdrawn), name, "by nobody");
    break;
  }
}

wire_schedule::bounds
wire_schedule::attempts_of(const chunk_request_finished& x) const {
  if (x.nonce == foreign_nonce)
    return {};
  auto w = wish_of(x);
  auto own = w ? max_attempts(w->question.request) : 3u;
  bounds result{own, own};
  // Who has joined may have asked for more (Q7).
  if (is_list(x))
    for (auto& other : wishes_)
      if (other.is == wire_wish::list && !other.stream
          && other.question.request.guild_id == x.guild_id)
        result.most =
            std::max(result.most, max_attempts(other.question.request));
  return result;
}

void wire_schedule::judge_answers() {
  for (auto& w : wishes_) {
    if (w.question.answer)
      judge_answer(w);
    else
      judge_refusal(w);
    if (w.stream)
      judge_stream(w);
  }
}

void wire_schedule::judge_answer(const wire_wish& w) {
  auto& request = w.question.request;
  auto& answer = *w.question.answer;
  auto name = "the answer to " + request.nonce + " ";
  must(w.is != wire_wish::reused, name, "should have been a refusal");
  auto shard = shard_of(request.guild_id, shard_count);
  auto end = ends_.find({shard, answer.nonce});
  if (end == ends_.end())
    return wrong(name, "has no E1");
  auto& told = std::get<chunk_request_finished>(bot_.log[end->second]);
  if (answer.nonce != request.nonce) {
    must((w.is == wire_wish::list || w.is == wire_wish::nobody_there)
             && !w.stream,
         name, "is another's");
    must(ends_.count({shard, request.nonce}) == 0, name, "has an E1 beside");
  }
  auto bare = answer;
  bare.chunks.clear();
  // Of several callers one can be withdrawn.
  if (w.withdrawn && answer.outcome == outcome::cancelled)
    return;
  must(fields(bare) == fields(told), name, "is not its E1");
  std::uint64_t held = 0;
  for (auto& list : answer.chunks)
    held += list.count;
  must(held == (request.answer_limit > 0 ? answer.members : 0), name, "holds ",
       held, " members");
}

void wire_schedule::judge_refusal(const wire_wish& w) {
  auto& request = w.question.request;
  auto code = code_of(w.question.error);
  auto name =
      "the request " + request.nonce + ", refused as " + to_string(code) + ", ";
  auto shard = shard_of(request.guild_id, shard_count);
  auto end = ends_.find({shard, request.nonce});
  if (w.is == wire_wish::reused) {
    must(code == errc::nonce_in_use || code == errc::not_running
             || (code == errc::unknown_guild && !owned(request.guild_id)),
         name, "has a nonce that is in use");
    return;
  }
  switch (code) {
  case errc::answer_too_large:
    must(request.answer_limit > 0, name, "wants no members");
    if (end == ends_.end())
      return wrong(name, "has no E1");
    must(std::get<chunk_request_finished>(bot_.log[end->second]).members
             > request.answer_limit,
         name, "but there are fewer");
    return;
  case errc::unknown_guild:
    must(w.is == wire_wish::nobody_there, name, "but it is known");
    break;
  case errc::not_running:
    must(w.late || failed(shard), name, "by a shard that runs");
    break;
  default:
    wrong(name, bot_.sys.render(w.question.error));
  }
  must(end == ends_.end(), name, "has an E1");
}

void wire_schedule::judge_stream(const wire_wish& w) {
  auto& request = w.question.request;
  auto name = "the stream of " + request.nonce + " ";
  std::map<std::string, std::map<std::uint32_t, std::uint64_t>> attempts;
  for (auto& x : *w.stream) {
    must(x.guild_id == request.guild_id, name, "has another's members");
    attempts[x.nonce][x.chunk_index] = x.members.count;
  }
  if (!w.question.answer || w.question.answer->outcome != outcome::complete)
    return;
  // One of the attempts has come whole.
  auto whole = [&](auto& attempt) {
    std::uint64_t members = 0;
    for (auto& [index, n] : attempt.second)
      members += n;
    return attempt.second.size() == w.chunk_count && members == w.members;
  };
  must(std::any_of(attempts.begin(), attempts.end(), whole), name,
       "is not whole");
}

/// E2 comes once for each READY that was not overtaken by the next.
void wire_schedule::judge_startups(std::uint32_t shard) {
  std::vector<std::size_t> began;
  each<shard_ready>([&](auto& x, auto place) {
    if (x.shard.index == shard)
      began.push_back(place);
  });
  each<shard_finished_chunking>(
      [&](auto& x, auto) {
        must(x.shard.index != shard, "E2 before any READY");
      },
      0, began.empty() ? bot_.log.size() : began.front());
  for (std::size_t i = 0; i < began.size(); ++i) {
    auto last = i + 1 == began.size();
    auto until = last ? bot_.log.size() : began[i + 1];
    std::vector<std::size_t> ends;
    each<shard_finished_chunking>(
        [&](auto& x, auto place) {
          if (x.shard.index == shard)
            ends.push_back(place);
        },
        began[i], until);
    must(ends.size() <= 1, "a startup has ", ends.size(), " E2s");
    if (!ends.empty()) {
      judge_startup(shard, began[i], ends.front());
    } else if (last) {
      must(failed(shard) || began[i] >= at_rest_, "the last startup has no E2");
    } else {
      // It was not over if one of its guilds was not; of those that failed,
      // the events do not tell for sure when they did.
      auto over = std::all_of(ids_.begin(), ids_.end(), [&](auto id) {
        return shard_of(id, shard_count) != shard
               || completed(id, began[i], until);
      });
      must(!over || failed(shard), "a startup that was over has no E2");
    }
  }
}

void wire_schedule::judge_startup(std::uint32_t shard, std::size_t ready,
                                  std::size_t end) {
  auto& event = std::get<shard_finished_chunking>(bot_.log[end]);
  auto failed_as = [&](snowflake id, auto pred) {
    bool result = false;
    each<chunk_request_finished>(
        [&](auto& x, auto) {
          result |= x.guild_id == id && is_list(x)
                    && x.outcome != outcome::complete && pred(x);
        },
        ready, end);
    return result;
  };
  std::set<snowflake> listed;
  auto note = [&](auto& list, auto reason, const char* as) {
    must(std::is_sorted(list.begin(), list.end()), "a list is not sorted");
    for (auto id : list) {
      must(shard_of(id, shard_count) == shard, "another shard's guild is ", as);
      must(listed.insert(id).second, "a guild is in two lists");
      must(reason(id), "guild ", id.value >> 22, " is not ", as);
    }
  };
  note(
      event.incomplete_guild_ids,
      [&](auto id) {
        return failed_as(id, [](auto& x) { return x.chunk_count > 0; });
      },
      "incomplete");
  note(
      event.missed_guild_ids,
      [&](auto id) {
        return failed_as(id, [](auto& x) { return x.chunk_count == 0; })
               || struck("missing");
      },
      "missed");
  note(
      event.unavailable_guild_ids, [&](auto) { return struck("unavailable"); },
      "unavailable");
  for (auto id : ids_)
    must(shard_of(id, shard_count) != shard || listed.count(id) > 0
             || completed(id, ready, end),
         "E2 came before the E1 of guild ", id.value >> 22);
  // E4 the other way round, until the next startup.
  auto next = bot_.log.size();
  each<shard_ready>(
      [&](auto& x, auto place) {
        if (x.shard.index == shard)
          next = std::min(next, place);
      },
      end, bot_.log.size());
  each<chunk_request_finished>(
      [&](auto& x, auto) {
        must(x.shard.index != shard || wish_of(x) != nullptr
                 || x.nonce == foreign_nonce || listed.count(x.guild_id) > 0,
             "an E1 of the startup came after its E2");
      },
      end, next);
}

void wire_schedule::judge_finish() {
  // The last two E2s of each shard before E3: the second may have overtaken
  // the figures of the first on the way to the supervisor.
  std::map<std::uint32_t, std::vector<std::uint64_t>> complete;
  std::size_t count = 0;
  for (auto& event : bot_.log)
    if (auto x = std::get_if<shard_finished_chunking>(&event)) {
      auto listed = x->incomplete_guild_ids.size() + x->missed_guild_ids.size()
                    + x->unavailable_guild_ids.size();
      complete[x->shard.index].push_back(world_.guilds - listed);
    } else if (auto end = std::get_if<finished_chunking>(&event)) {
      must(++count == 1, "E3 came twice");
      must(complete.size() == shard_count, "E3 came before an E2");
      std::set<std::uint64_t> sums{0};
      for (auto& [shard, all] : complete) {
        std::set<std::uint64_t> with;
        for (auto sum : sums)
          for (auto i = all.size(); i > 0 && i + 2 > all.size(); --i)
            with.insert(sum + all[i - 1]);
        sums = with;
      }
      must(sums.count(end->guilds) > 0, "E3 has ", end->guilds, " guilds");
      must(end->members == end->guilds * world_.members, "E3 has ",
           end->members, " members");
      must(end->shards == shard_count, "E3 has ", end->shards, " shards");
    }
  must(count == (complete.size() == shard_count ? 1 : 0),
       "every shard has finished, and E3 has not come");
}

/// E5: a guild that is complete has been delivered, to the last member.
void wire_schedule::judge_members() {
  for (std::uint32_t g = 0; g < ids_.size(); ++g) {
    std::set<snowflake> members;
    for (std::uint32_t m = 0; m < world_.members; ++m)
      members.insert(sim::simulator::member_id(g, m));
    auto& delivered = bot_.delivered[ids_[g]];
    for (auto& [user, times] : delivered)
      must(members.count(user) > 0, "another guild's member was delivered");
    must(delivered.size() == members.size()
             || !completed(ids_[g], 0, bot_.log.size()),
         "only ", delivered.size(), " members of a guild were delivered");
  }
}

void wire_schedule::judge_wire() {
  auto& x = counts_;
  must(x.limits_broken.sends == 0, "it sent too much");
  must(x.limits_broken.identify == 0, "it identified too early");
  must(x.limits_broken.payload_size == 0, "it sent too large a payload");
  must(x.requests_by_kind["malformed"] == 0, "it sent a malformed request");
  must(x.unanswered == 0 || struck("unavailable"),
       "it asked for what it could not get");
  // A gateway that is kept from its work for longer than the second that Q7
  // allows it stamps later than can be known.
  must(x.rate_limited == x.faults["rate_limit"] || longest_stall_ >= 700ms,
       "it asked for a list too early: ", x.rate_limited, " refusals, ",
       x.faults["rate_limit"], " of them planned");
  must(bot_.readies.size() <= x.identifies.size(), "READY without identify");
}

} // namespace muster::test
