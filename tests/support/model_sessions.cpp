// The gateway's sessions: who identifies, who resumes.

#include <utility>

#include <nlohmann/json.hpp>

#include "tests/support/model_schedule.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

void model_schedule::identified(link& x, shard_side& s) {
  if (!calm && roll.chance(trouble / 5)) {
    switch (roll.below(5)) {
    case 0:
      count("fault identify refused");
      say(x, invalid_session(false));
      return;
    case 1:
      end(x, passing_code());
      return;
    case 2:
      trace("link ", x.number, " gets no READY");
      count("fault no READY");
      return;
    case 3:
      trace("link ", x.number, " gets a READY without a session");
      count("fault READY malformed");
      say(x, dispatch("READY", ++s.sequence, "{\"v\":10,\"guilds\":[]}"));
      return;
    default:
      if (roll.chance(60))
        break;
      end(x, fatal_code());
      return;
    }
  }
  after(roll.upto(500ms), [this, &x, &s] {
    if (!x.over && !x.closing)
      begin_session(x, s);
  });
}

void model_schedule::resumed(link& x, const nlohmann::json& d) {
  auto id = d["session_id"].get<std::string>();
  auto from = d["seq"].get<std::uint64_t>();
  for (auto& s : sides) {
    if (id != "s" + std::to_string(s.session))
      continue;
    x.shard = static_cast<int>(s.index);
    if (!s.resumable && !s.misled)
      wrong("a session is resumed that has ended");
    // Three, and one more at the URL that is always right (S6).
    if (++s.vain > 4)
      wrong("a resume is tried for ever");
    if (s.invalid || !s.resumable) {
      say(x, invalid_session(false));
      return;
    }
    if (from < s.last_heard)
      wrong("a resume forgets what was heard");
    if (!calm && vain_resumes) {
      resume_in_vain(x, s, from);
      return;
    }
    if (calm || !roll.chance(trouble / 2) || !refuse_to_resume(x, s))
      after(roll.upto(500ms), [this, &x, &s, from] {
        if (!x.over && !x.closing)
          resume(x, s, from);
      });
    return;
  }
  wrong("a session is resumed that there never was");
}

bool model_schedule::refuse_to_resume(link& x, shard_side& s) {
  switch (roll.below(4)) {
  case 0:
    count("fault resume refused");
    s.invalid = true;
    say(x, invalid_session(false));
    break;
  case 1:
    count("fault resume postponed");
    say(x, invalid_session(true));
    break;
  case 2:
    end(x, roll.chance(50) ? 4007 : 4009);
    break;
  default:
    end(x, 0);
    break;
  }
  return true;
}

void model_schedule::resume_in_vain(link& x, shard_side& s,
                                    std::uint64_t from) {
  count("fault vain resume");
  trace("shard ", s.index, " resumes in vain");
  switch (mood.below(5)) {
  case 0:
    end(x, 0);
    break;
  case 1:
    end(x, 4000);
    break;
  case 2:
    say(x, reconnect());
    break;
  case 3:
    say(x, invalid_session(true));
    break;
  default:
    // What was missed, and never RESUMED.
    for (auto i = s.history.upper_bound(from); i != s.history.end(); ++i)
      say(x, i->second.text);
    break;
  }
}

void model_schedule::resume(link& x, shard_side& s, std::uint64_t from) {
  s.live = &x;
  count("session resumed");
  trace("shard ", s.index, " resumes after ", from, ", ", s.missed.size(),
        " missed");
  for (auto i = s.history.upper_bound(from); i != s.history.end(); ++i)
    say(x, i->second.text);
  auto missed = std::exchange(s.missed, {});
  for (auto& f : missed)
    if (s.live == &x)
      f();
    else
      s.missed.push_back(std::move(f)); // it has ended once more
  ++s.sequence;
  // Kept as all dispatches are: the next resume may bring it again.
  utter(s, test::resumed(s.sequence), [this, &s] {
    told.resumed[s.index].push_back({step, now()});
    s.vain = 0;
    auto& spans = told.connected[s.index];
    if (s.live != nullptr && (spans.empty() || spans.back().to != never))
      spans.push_back({now()});
  });
}

void model_schedule::begin_session(link& x, shard_side& s) {
  s.session = ++sessions;
  s.resumable = true;
  s.misled = false;
  s.live = &x;
  s.invalid = false;
  s.missed.clear();
  s.early.clear();
  s.history.clear();
  if (sessions > static_cast<int>(sides.size()))
    count("session anew");
  std::vector<snowflake> list;
  for (auto& [id, where] : s.guilds) {
    if (!calm && sessions > static_cast<int>(sides.size()) && roll.chance(15))
      where = where == shard_side::place::absent ? shard_side::place::here
                                                 : shard_side::place::absent;
    if (where != shard_side::place::absent)
      list.push_back(id);
  }
  trace("shard ", s.index, " READY, session ", s.session, ", ", list.size(),
        " guilds");
  ++s.sequence;
  utter(s,
        ready(list, "s" + std::to_string(s.session), "ws://resume", s.sequence),
        [this, &s, session = s.session, list] {
          told.readies.push_back({step, s.index, session, now(), list,
                                  auto_chunk && switched != step});
          s.heard_session = session;
          s.vain = 0;
          note_early(s);
          if (s.live != nullptr)
            told.connected[s.index].push_back({now()});
        });
  tell_guilds(s, list);
}

void model_schedule::tell_guilds(shard_side& s,
                                 const std::vector<snowflake>& list) {
  for (auto id : list) {
    auto wait = calm || roll.chance(80) ? roll.upto(1500ms) : roll.upto(20s);
    if (!calm && roll.chance(trouble / 5)) {
      trace("no GUILD_CREATE of ", id);
      count("fault no GUILD_CREATE");
      continue;
    }
    if (poison_wait && is_poison(id, chronicle::poison::creation))
      wait = *poison_wait;
    after(wait, [this, &s, session = s.session, id] {
      if (s.guilds[id] == shard_side::place::absent)
        return;
      if ((!calm && roll.chance(trouble / 5))
          || s.guilds[id] == shard_side::place::outage)
        lose(s, session, id, true);
      else
        create(s, session, id);
    });
  }
}

} // namespace muster::test
