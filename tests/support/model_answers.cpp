// What the gateway tells.

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "tests/support/model_schedule.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

void model_schedule::utter(shard_side& s, std::string text,
                           std::function<void()> heard) {
  if (s.live == nullptr)
    return;
  auto& kept = s.history[s.sequence] = {std::move(text), std::move(heard)};
  if (!calm && trouble > 10 && roll.below(400) == 0) {
    // The stream breaks here; a resume brings it again.
    trace("link ", s.live->number, " breaks a frame");
    count("fault corrupt frame");
    say(*s.live, std::string("\x78\x9c\x28\xb5\xff\xff\0\0\xff\xff", 10), true);
  } else {
    say(*s.live, kept.text);
  }
}

void model_schedule::deliver(shard_side& s, int session,
                             std::function<void()> f) {
  if (s.session != session) {
    if (s.live != nullptr && !calm && roll.chance(20)) {
      count("fault chunk of an old session");
      f(); // a gateway that has got confused
    }
  } else if (s.live != nullptr) {
    f();
  } else {
    s.missed.push_back(std::move(f));
  }
}

void model_schedule::asked(link& x, std::size_t number) {
  auto& s = sides[static_cast<std::size_t>(x.shard)];
  auto guild = told.attempts[number].guild;
  if (is_poison(guild, chronicle::poison::request)) {
    count("fault poison request");
    poison(x, told.attempts[number].nonce);
    return;
  }
  if (is_poison(guild, chronicle::poison::answer)
      || is_poison(guild, chronicle::poison::half_answer)) {
    poison_answer(s, number);
    return;
  }
  if (!calm) {
    if (roll.chance(trouble / 3)) {
      trace("silence for ", told.attempts[number].nonce);
      count("fault silence");
      return;
    }
    if (told.attempts[number].whole_list && roll.chance(trouble / 3)) {
      auto with_nonce = roll.chance(60);
      after(roll.upto(300ms), [this, &s, number, with_nonce] {
        auto to = told.attempts[number];
        deliver(s, to.session,
                [this, &s, to, with_nonce] { refuse(s, to, with_nonce); });
      });
      return;
    }
  }
  answer(s, number);
}

void model_schedule::answer(shard_side& s, std::size_t number) {
  auto& to = told.attempts[number];
  dice mine{roll.next()};
  auto count = static_cast<std::int64_t>(
      to.whole_list ? mine.between(1, mine.chance(90) ? 5 : 20) : 1);
  to.planned = count;
  auto bad = !calm && mine.chance(trouble);
  std::vector<std::int64_t> indexes;
  for (std::int64_t i = 0; i < count; ++i) {
    if (bad && mine.chance(25)) {
      this->count("fault lost chunk");
      continue;
    }
    indexes.push_back(i);
    if (bad && mine.chance(20)) {
      this->count("fault chunk twice");
      indexes.push_back(i);
    }
  }
  if (mine.chance(40)) {
    this->count("fault any order");
    for (auto i = indexes.size(); i > 1; --i)
      std::swap(indexes[i - 1], indexes[mine.below(i)]);
  }
  auto at = mine.upto(calm || mine.chance(70) ? 300ms : 8'000ms);
  if (bad && mine.chance(15)) {
    this->count("fault late answer");
    at += mine.upto(45s);
  }
  auto in_one_go = mine.chance(40);
  auto gap = bad && mine.chance(30) ? timespan{7s} : timespan{1s};
  for (auto i : indexes) {
    auto members = static_cast<std::uint32_t>(mine.between(0, 4));
    std::vector<snowflake> unknown;
    if (!to.whole_list && mine.chance(50)) {
      unknown.emplace_back(mine.between(1, 3));
      unknown.emplace_back(mine.between(1, 3));
    }
    after(at, [this, &s, session = to.session, nonce = to.nonce,
               guild = to.guild, i, count, members, unknown] {
      deliver(s, session, [this, &s, nonce, guild, i, count, members, unknown] {
        say_chunk(s, nonce, guild, i, count, members, unknown);
      });
    });
    if (bad && mine.chance(15))
      after(at, [this, &s, session = to.session, nonce = to.nonce,
                 guild = to.guild, count] {
        deliver(s, session, [this, &s, nonce, guild, count] {
          say_nonsense(s, nonce, guild, count);
        });
      });
    if (!in_one_go)
      at += mine.upto(calm ? timespan{300ms} : gap);
  }
}

void model_schedule::say_chunk(shard_side& s, const std::string& nonce,
                               snowflake guild, std::int64_t index,
                               std::int64_t count, std::uint32_t members,
                               std::vector<snowflake> not_found) {
  if (s.live == nullptr)
    return;
  std::string list;
  for (std::uint32_t i = 0; i < members; ++i)
    list += i == 0 ? "{\"user\":{\"id\":\"5\"}}" : ",{\"user\":{\"id\":\"6\"}}";
  auto data =
      "{\"guild_id\":\"" + to_string(guild) + "\",\"members\":[" + list
      + "],\"chunk_index\":" + std::to_string(index)
      + ",\"chunk_count\":" + std::to_string(count)
      + (not_found.empty() ? "" : ",\"not_found\":" + id_array(not_found))
      + (nonce.empty() ? "}" : ",\"nonce\":\"" + nonce + "\"}");
  trace("shard ", s.index, " gets ", guild, " ", nonce, " ", index, "/", count,
        " with ", members);
  ++s.sequence;
  utter(s, dispatch("GUILD_MEMBERS_CHUNK", s.sequence, data),
        [this, &s, nonce, guild, index, count, members, not_found] {
          if (nonce.empty())
            return;
          // Until it has read READY, the shard is in the session before.
          auto session = s.heard_session;
          // No guild has a billion members.
          if (count > 0 && count <= 1'000'000 && index >= 0 && index < count)
            note_arrival(s, chunk_text(guild, nonce, index, count, members),
                         false);
          if (nonce.size() > max_nonce_size)
            return;
          if (auto f = foreigners.extract(nonce)) {
            // Its first chunk begins it.
            f.mapped().step = step;
            f.mapped().session = session;
            f.mapped().sent = now();
            told.attempts.push_back(std::move(f.mapped()));
          }
          told.deliveries[nonce].push_back(
              {step, session, index, count, members, now(), not_found});
        });
  if (roll.chance(70))
    flush();
}

void model_schedule::note_arrival(shard_side& s, std::string chunk,
                                  bool dropped) {
  if (!told.dawdlers.empty())
    told.arrivals[s.index].push_back({step, std::move(chunk), dropped});
}

void model_schedule::say_nonsense(shard_side& s, const std::string& nonce,
                                  snowflake guild, std::int64_t count) {
  if (s.live == nullptr)
    return;
  switch (roll.below(8)) {
  case 0:
    this->count("fault index out of range");
    say_chunk(s, nonce, guild, count, count, 1);
    break;
  case 1:
    this->count("fault negative index");
    say_chunk(s, nonce, guild, -1, count, 1);
    break;
  case 2:
    this->count("fault no chunk_count");
    say_chunk(s, nonce, guild, 0, roll.chance(50) ? 0 : -1, 1);
    break;
  case 3:
    this->count("fault other chunk_count");
    say_chunk(s, nonce, guild, 0,
              roll.chance(50) ? count + 1 : std::int64_t{1} << 40, 1);
    break;
  case 4: {
    // Another guild's: no delivery at all.
    auto other = any_guild(s);
    if (other == guild)
      break;
    trace("shard ", s.index, " gets ", nonce, " for the wrong guild");
    this->count("fault wrong guild");
    ++s.sequence;
    utter(s, chunk(other, nonce, 0, count, 1, s.sequence),
          [this, &s, text = chunk_text(other, nonce, 0, count, 1)] {
            note_arrival(s, text, true);
          });
    flush();
    break;
  }
  case 5:
    speak_as_another(s);
    break;
  case 6:
    this->count("fault chunk without nonce");
    say_chunk(s, "", guild, 0, count, 1);
    break;
  default: {
    ++s.sequence;
    auto text = chunk(guild, nonce, 0, count, 1, s.sequence);
    text.resize(text.find("\"chunk_index\""));
    trace("shard ", s.index, " gets garbage");
    this->count("fault cut payload");
    utter(s, text, {});
    flush();
    break;
  }
  }
}

void model_schedule::speak_as_another(shard_side& s) {
  if (s.live == nullptr || s.guilds.empty())
    return;
  attempt theirs;
  theirs.guild = any_guild(s);
  theirs.nonce = nonce_name("f");
  if (roll.chance(5))
    theirs.nonce.append(40, 'f');
  theirs.wish = theirs.nonce;
  theirs.shard = s.index;
  theirs.foreign = true;
  count("request foreign");
  if (theirs.nonce.size() <= max_nonce_size)
    foreigners[theirs.nonce] = theirs;
  auto n = static_cast<std::int64_t>(roll.between(1, 4));
  auto at = timespan{0};
  for (std::int64_t i = 0; i < n; ++i) {
    if (roll.chance(20))
      continue;
    auto members = static_cast<std::uint32_t>(roll.between(0, 4));
    auto wrong = roll.chance(5);
    after(at, [this, &s, session = s.session, theirs, i, n, members, wrong] {
      if (s.live == nullptr || s.session != session)
        return;
      say_chunk(s, theirs.nonce, theirs.guild, wrong ? n : i, n, members);
    });
    at += roll.upto(2s);
  }
}

void model_schedule::refuse(shard_side& s, const attempt& to, bool with_nonce) {
  if (s.live == nullptr)
    return;
  auto seconds = static_cast<double>(roll.between(1, 60)) / 10;
  auto nonce = with_nonce ? to.nonce : std::string{};
  trace("shard ", s.index, " is refused ", to.guild, " ", nonce, " for ",
        seconds);
  count(with_nonce ? "fault RATE_LIMITED" : "fault RATE_LIMITED, no nonce");
  ++s.sequence;
  utter(s, rate_limited(to.guild, nonce, seconds, s.sequence),
        [this, &s, guild = to.guild, nonce, seconds,
         sent = told.attempts.size()] {
          refused(s, guild, nonce,
                  timespan{static_cast<std::int64_t>(seconds * 1e9)}, sent);
        });
  flush();
}

void model_schedule::refused(shard_side& s, snowflake guild,
                             const std::string& nonce, timespan wait,
                             std::size_t sent) {
  told.refusals.push_back({step, guild});
  // What goes out in the step in which a replay is heard is not meant.
  auto first = std::make_reverse_iterator(told.attempts.begin()
                                          + static_cast<std::ptrdiff_t>(sent));
  for (auto i = first; i != told.attempts.rend(); ++i)
    if (i->guild == guild && i->whole_list && !i->foreign
        && (nonce.empty() || i->nonce == nonce)) {
      // The last send is meant, if its session goes on.
      if (i->session == s.heard_session && !i->refused_step) {
        i->refused_until = now() + wait;
        i->refused_step = step;
        i->refused_by_name = !nonce.empty();
      }
      break;
    }
}

void model_schedule::note(shard_side& s, snowflake guild,
                          chronicle::news::kind is, std::uint64_t members) {
  // What comes before READY is news when that has been read.
  auto& to = s.session == s.heard_session ? told.guilds : s.early;
  to.push_back({step, s.index, s.session, now(), guild, is, members});
}

void model_schedule::note_early(shard_side& s) {
  for (auto& n : std::exchange(s.early, {})) {
    n.step = step;
    n.at = now();
    told.guilds.push_back(std::move(n));
  }
}

void model_schedule::create(shard_side& s, int session, snowflake guild) {
  if (s.session != session)
    return;
  s.guilds[guild] = shard_side::place::here;
  auto whole = roll.chance(10);
  auto members = roll.between(1, whole ? 3 : 3000);
  deliver(s, session, [this, &s, guild, whole, members] {
    if (s.live == nullptr)
      return;
    if (is_poison(guild, chronicle::poison::creation)) {
      say_poison_creation(s, s.session, guild);
      return;
    }
    trace("shard ", s.index, " GUILD_CREATE ", guild, whole ? " whole" : "");
    count(whole ? "guild whole" : "guild created");
    ++s.sequence;
    utter(s,
          guild_create(guild, members, !whole,
                       whole ? static_cast<int>(members) : 0, s.sequence),
          [this, &s, guild, whole, members] {
            note(s, guild,
                 whole ? chronicle::news::whole : chronicle::news::created,
                 members);
          });
    flush();
  });
}

void model_schedule::lose(shard_side& s, int session, snowflake guild,
                          bool outage) {
  if (s.session != session)
    return;
  s.guilds[guild] =
      outage ? shard_side::place::outage : shard_side::place::absent;
  auto by_create = outage && roll.chance(40);
  deliver(s, session, [this, &s, guild, outage, by_create] {
    if (s.live == nullptr)
      return;
    trace("shard ", s.index, outage ? " outage of " : " removed from ", guild);
    count(outage ? "guild outage" : "guild removed");
    ++s.sequence;
    utter(s,
          by_create ? guild_unavailable(guild, s.sequence)
                    : guild_delete(guild, outage, s.sequence),
          [this, &s, guild, outage] {
            note(s, guild,
                 outage ? chronicle::news::outage : chronicle::news::removed);
          });
    flush();
  });
}

void model_schedule::come_or_go(shard_side& s, snowflake guild) {
  if (s.live == nullptr || s.guilds.empty())
    return;
  count("guild member event");
  ++s.sequence;
  utter(s,
        roll.chance(50) ? member_add(guild, snowflake{5}, s.sequence)
                        : member_remove(guild, snowflake{5}, s.sequence),
        [this, &s, guild] { note(s, guild, chronicle::news::member); });
}

} // namespace muster::test
