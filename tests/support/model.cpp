#include "tests/support/model.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>
#include <utility>

#include <caf/test/dsl.hpp>
#include <nlohmann/json.hpp>

#include "actors/config.hpp"
#include "actors/supervisor.hpp"
#include "messages/actors.hpp"
#include "messages/errc.hpp"
#include "net/connection.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

/// Close codes after which a shard goes on, none (0) included, and those
/// after which it ends.
constexpr std::uint16_t passing_codes[] = {0,    0,    1006, 4000, 4001, 4002,
                                           4003, 4005, 4007, 4008, 4009};
constexpr std::uint16_t fatal_codes[] = {4004, 4010, 4011, 4012, 4013, 4014};

/// For a gateway that behaves, everything ends within this.
constexpr auto patience = 1500s;

/// More than anything does at one time.
constexpr int most_rounds = 20'000;

} // namespace

std::uint64_t dice::next() {
  auto z = (state_ += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

timespan dice::upto(timespan d) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  return std::chrono::milliseconds(below(static_cast<std::uint64_t>(ms) + 1));
}

// -- world --------------------------------------------------------------------

struct model::world : test_coordinator_fixture<muster::config> {
  struct link;
  struct shard_side;
  struct schedule;
};

/// A connection whose other end is the gateway of the schedule.
struct model::world::link final : connection {
  link(schedule& owner, std::shared_ptr<connection_sink> to, int n)
      : gateway(owner), sink(std::move(to)), number(n) {}

  void open(std::string url) override;
  void send(std::string text, std::uint64_t ticket) override;
  void consumed(std::size_t) override {}
  void close(std::uint16_t code) override;

  schedule& gateway;
  std::shared_ptr<connection_sink> sink;
  int number;
  /// Known from identify or resume on.
  int shard = -1;
  /// The shard has closed it; the gateway says nothing more.
  bool closing = false;
  bool over = false;
  bool deaf = false;
  timespan interval{0};
  std::optional<time_point> last_beat;
  time_point busy_until{};
};

/// The gateway's side of a shard.
struct model::world::shard_side {
  enum class place { absent, here, outage };

  std::uint32_t index = 0;
  /// The latest READY; 0: none, or it is not resumable.
  int session = 0;
  bool resumable = false;
  link* live = nullptr;
  std::uint64_t sequence = 0;
  /// What is said when the session has been resumed.
  std::vector<std::function<void()>> missed;
  std::map<snowflake, place> guilds;
};

struct model::world::schedule {
  schedule(world& w, std::uint64_t seed, bool trace);

  std::string run();

private:
  friend struct link;

  using attempt = chronicle::attempt;

  // -- time -------------------------------------------------------------------
  time_point now() const { return base.sched.clock().current_time; }
  void after(timespan d, std::function<void()> f) {
    events.emplace(now() + d, std::move(f));
  }
  void advance(time_point until);
  void flush() {
    ++step;
    base.sched.run();
  }
  template <class... Ts>
  void trace(Ts&&... xs);

  // -- gateway ----------------------------------------------------------------
  std::shared_ptr<connection> connect(std::shared_ptr<connection_sink> sink);
  void opening(link& x);
  void sent(link& x, const std::string& text, std::uint64_t ticket);
  void closed_by_shard(link& x, std::uint16_t code);
  void read(link& x, const nlohmann::json& payload, std::size_t number);
  void identified(link& x, shard_side& s);
  void resumed(link& x, const nlohmann::json& d);
  void begin_session(link& x, shard_side& s);
  void asked(link& x, std::size_t number);
  void say(link& x, const std::string& text);
  void end(link& x, std::uint16_t code);
  void over(link& x);
  void check_beats(link& x);
  void disturb(link& x);
  /// Now, when the session has been resumed, or never.
  void deliver(shard_side& s, int session, std::function<void()> f);
  void answer(shard_side& s, const attempt& to);
  void say_chunk(shard_side& s, int session, const std::string& nonce,
                 snowflake guild, std::int64_t index, std::int64_t count,
                 std::uint32_t members);
  void say_nonsense(shard_side& s, int session, const std::string& nonce,
                    snowflake guild, std::int64_t count);
  void refuse(shard_side& s, const attempt& to, bool with_nonce);
  void create(shard_side& s, int session, snowflake guild);
  void lose(shard_side& s, int session, snowflake guild, bool outage);
  void note(shard_side& s, snowflake guild, chronicle::news::kind is);
  void speak_as_another(shard_side& s);

  // -- bot --------------------------------------------------------------------
  void ask();
  void cancel();
  void kill();
  void switch_chunking();
  void flood();
  void one_thing();
  void spawn_recorder();
  void stop();
  bool settled() const;

  std::string nonce_name(const char* prefix) {
    return prefix + std::to_string(++names);
  }
  shard_side& any_shard() { return sides[roll.below(sides.size())]; }
  snowflake any_guild(shard_side& s);

  world& base;
  dice roll;
  bool tracing;
  chronicle told;
  std::multimap<time_point, std::function<void()>> events;
  std::vector<std::shared_ptr<link>> links;
  std::vector<shard_side> sides;
  std::vector<caf::actor> askers;
  supervisor_actor supervisor;
  caf::actor recorder;
  time_point began{};
  std::uint64_t step = 0;
  std::uint64_t place = 0;
  int sessions = 0;
  int names = 0;
  bool calm = false;
  bool stopping = false;
  bool stuck = false;
  int stops = 0;
  bool auto_chunk = true;
  /// Percent of answers with something wrong, and of handshakes.
  unsigned trouble = 0;
  unsigned lag = 0;
};

template <class... Ts>
void model::world::schedule::trace(Ts&&... xs) {
  if (!tracing)
    return;
  auto show = [](auto&& x) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(x)>>)
      return std::to_string(x);
    else if constexpr (std::is_same_v<std::decay_t<decltype(x)>, snowflake>)
      return "g" + std::to_string(x.value >> 22);
    else
      return std::string{x};
  };
  std::string text;
  ((text += show(xs)), ...);
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began)
                .count();
  std::fprintf(stderr, "%9.3f [%llu] %s\n", static_cast<double>(ms) / 1000,
               static_cast<unsigned long long>(step), text.c_str());
}

// -- link ---------------------------------------------------------------------

void model::world::link::open(std::string) {
  gateway.opening(*this);
}

void model::world::link::send(std::string text, std::uint64_t ticket) {
  gateway.sent(*this, text, ticket);
}

void model::world::link::close(std::uint16_t code) {
  gateway.closed_by_shard(*this, code);
}

// -- schedule: time -----------------------------------------------------------

model::world::schedule::schedule(world& w, std::uint64_t seed, bool t)
    : base(w), roll(seed), tracing(t) {
  began = now();
}

void model::world::schedule::advance(time_point until) {
  auto& clock = base.sched.clock();
  flush();
  int rounds = 0;
  for (auto last = now(); !stuck;) {
    rounds = now() == last ? rounds + 1 : 0;
    last = now();
    if (rounds > most_rounds) {
      told.wrong.push_back("time stands still: a timer is due for ever");
      stuck = true;
      return;
    }
    auto next = until;
    if (!events.empty())
      next = std::min(next, events.begin()->first);
    if (clock.has_pending_timeout())
      next = std::min(next, clock.schedule().begin()->first);
    auto timers_due =
        clock.has_pending_timeout() && clock.schedule().begin()->first <= until;
    auto events_due = !events.empty() && events.begin()->first <= until;
    clock.advance_time(std::max(next - now(), timespan{0}));
    flush();
    if (!events.empty() && events.begin()->first <= now()) {
      auto f = std::move(events.begin()->second);
      events.erase(events.begin());
      ++step;
      f();
      flush();
    } else if (!timers_due && !events_due) {
      return;
    }
  }
}

// -- schedule: the gateway's connections --------------------------------------

std::shared_ptr<connection>
model::world::schedule::connect(std::shared_ptr<connection_sink> sink) {
  links.push_back(std::make_shared<link>(*this, std::move(sink),
                                         static_cast<int>(links.size())));
  told.sends.emplace_back();
  return links.back();
}

void model::world::schedule::opening(link& x) {
  after(roll.upto(300ms), [this, &x] {
    if (x.closing || x.over)
      return;
    if (!calm && roll.chance(trouble / 4)) {
      trace("link ", x.number, " cannot connect");
      x.over = true;
      x.sink->closed(0, errc::connect_failed, "refused");
      return;
    }
    x.sink->opened();
    if (!calm && roll.chance(trouble / 10)) {
      trace("link ", x.number, " opens and is silent");
      return;
    }
    after(roll.upto(300ms), [this, &x] {
      if (x.closing || x.over)
        return;
      constexpr std::chrono::milliseconds intervals[] = {41'250ms, 41'250ms,
                                                         10'000ms};
      auto interval = intervals[roll.below(3)];
      x.deaf = !calm && roll.chance(trouble / 10);
      say(x, hello(interval));
      x.interval = interval;
      x.last_beat = now();
      trace("link ", x.number, " says HELLO", x.deaf ? ", deaf" : "");
    });
  });
}

void model::world::schedule::say(link& x, const std::string& text) {
  if (x.closing || x.over)
    return;
  ++step;
  x.sink->received(frozen_buffer{text}, false);
}

void model::world::schedule::check_beats(link& x) {
  if (x.last_beat && now() > *x.last_beat + x.interval + 50ms)
    told.wrong.push_back("a heartbeat is missing on connection "
                         + std::to_string(x.number));
}

void model::world::schedule::over(link& x) {
  check_beats(x);
  x.last_beat.reset();
  if (x.shard >= 0 && sides[static_cast<std::size_t>(x.shard)].live == &x)
    sides[static_cast<std::size_t>(x.shard)].live = nullptr;
}

void model::world::schedule::end(link& x, std::uint16_t code) {
  if (x.closing || x.over)
    return;
  trace("link ", x.number, " ends with ", code);
  over(x);
  x.over = true;
  ++step;
  if (x.shard >= 0) {
    auto& s = sides[static_cast<std::size_t>(x.shard)];
    if (code == 4003 || code == 4007 || code == 4009)
      s.resumable = false;
    for (auto fatal : fatal_codes)
      if (code == fatal)
        told.failed[s.index] = true;
  }
  x.sink->closed(code, errc::connection_lost, "ended");
}

void model::world::schedule::closed_by_shard(link& x, std::uint16_t code) {
  if (x.closing || x.over)
    return;
  trace("link ", x.number, " is closed by the shard with ", code);
  over(x);
  x.closing = true;
  if ((code == 1000 || code == 1001) && x.shard >= 0)
    sides[static_cast<std::size_t>(x.shard)].resumable = false;
  after(roll.chance(70) ? timespan{0} : roll.upto(2900ms), [&x] {
    if (!std::exchange(x.over, true))
      x.sink->closed(0, errc::connection_lost, "closed");
  });
}

void model::world::schedule::sent(link& x, const std::string& text,
                                  std::uint64_t ticket) {
  if (x.closing || x.over)
    return;
  if (text.size() > 4096)
    told.wrong.push_back("a payload has " + std::to_string(text.size())
                         + " bytes");
  told.sends[static_cast<std::size_t>(x.number)].push_back(now());
  auto payload = nlohmann::json::parse(text, nullptr, false);
  auto number = told.attempts.size();
  if (payload["op"] == 1) {
    check_beats(x);
    x.last_beat = now();
  }
  if (payload["op"] == 8) {
    auto& d = payload["d"];
    attempt made;
    made.step = step;
    made.link = x.number;
    made.guild = *parse_snowflake(d["guild_id"].get<std::string>());
    made.nonce = d["nonce"].get<std::string>();
    made.sent = now();
    made.whole_list =
        !d.contains("user_ids") && d["query"] == "" && d["limit"] == 0;
    made.wish = d.contains("user_ids") ? d["user_ids"].dump()
                                       : d["query"].dump() + d["limit"].dump();
    if (x.shard < 0 || sides[static_cast<std::size_t>(x.shard)].live != &x)
      told.wrong.push_back("a request was sent before READY or RESUMED");
    else {
      made.shard = static_cast<std::uint32_t>(x.shard);
      made.session = sides[made.shard].session;
    }
    trace("shard ", x.shard, " asks for ", made.guild, " ", made.wish, " as ",
          made.nonce);
    told.attempts.push_back(std::move(made));
  }
  auto confirm = [this, &x, ticket, number, is_request = payload["op"] == 8] {
    if (x.over)
      return;
    if (is_request) {
      told.attempts[number].confirmed = now();
      told.attempts[number].confirmed_step = step;
    }
    x.sink->written(ticket);
  };
  auto arrive = [this, &x, payload, number] {
    if (!x.over && !x.closing)
      read(x, payload, number);
  };
  if (x.busy_until <= now() && (calm || !roll.chance(lag))) {
    confirm();
    events.emplace(now(), std::move(arrive));
    return;
  }
  // One after the other: the socket takes them in order.
  auto at = std::max(x.busy_until, now()) + (calm ? 0ms : roll.upto(1500ms));
  auto later = at + (roll.chance(50) ? timespan{0} : roll.upto(500ms));
  x.busy_until = later;
  if (roll.chance(50)) {
    events.emplace(at, std::move(confirm));
    events.emplace(later, std::move(arrive));
  } else {
    events.emplace(at, std::move(arrive));
    events.emplace(later, std::move(confirm));
  }
}

void model::world::schedule::read(link& x, const nlohmann::json& payload,
                                  std::size_t number) {
  switch (payload["op"].get<int>()) {
  case 1:
    if (!x.deaf)
      say(x, heartbeat_ack());
    break;
  case 2:
    x.shard = payload["d"]["shard"][0].get<int>();
    identified(x, sides[static_cast<std::size_t>(x.shard)]);
    break;
  case 6:
    resumed(x, payload["d"]);
    break;
  case 8:
    told.attempts[number].seen = true;
    asked(x, number);
    break;
  default:
    break;
  }
}

void model::world::schedule::identified(link& x, shard_side& s) {
  if (!calm && roll.chance(trouble / 5)) {
    switch (roll.below(4)) {
    case 0:
      say(x, invalid_session(false));
      return;
    case 1:
      end(x, passing_codes[roll.below(std::size(passing_codes))]);
      return;
    case 2:
      trace("link ", x.number, " gets no READY");
      return;
    default:
      if (roll.chance(80))
        break;
      end(x, fatal_codes[roll.below(std::size(fatal_codes))]);
      return;
    }
  }
  after(roll.upto(500ms), [this, &x, &s] {
    if (!x.over && !x.closing)
      begin_session(x, s);
  });
}

void model::world::schedule::resumed(link& x, const nlohmann::json& d) {
  auto id = d["session_id"].get<std::string>();
  for (auto& s : sides) {
    if (id != "s" + std::to_string(s.session))
      continue;
    x.shard = static_cast<int>(s.index);
    if (!s.resumable)
      told.wrong.push_back("a session is resumed that has ended");
    if (!calm && roll.chance(trouble / 2)) {
      switch (roll.below(4)) {
      case 0:
        s.resumable = false;
        say(x, invalid_session(false));
        return;
      case 1:
        say(x, invalid_session(true));
        return;
      case 2:
        end(x, roll.chance(50) ? 4007 : 4009);
        return;
      default:
        end(x, 0);
        return;
      }
    }
    after(roll.upto(500ms), [this, &x, &s] {
      if (x.over || x.closing)
        return;
      s.live = &x;
      trace("shard ", s.index, " resumes, ", s.missed.size(), " missed");
      auto missed = std::exchange(s.missed, {});
      for (auto& f : missed)
        f();
      say(x, test::resumed(++s.sequence));
    });
    return;
  }
  told.wrong.push_back("a session is resumed that there never was");
}

void model::world::schedule::begin_session(link& x, shard_side& s) {
  s.session = ++sessions;
  s.resumable = true;
  s.live = &x;
  s.missed.clear();
  s.sequence = 0;
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
  say(x, ready(list, "s" + std::to_string(s.session), "ws://resume",
               ++s.sequence));
  told.readies.push_back({step, s.index, s.session, now(), list, auto_chunk});
  auto session = s.session;
  for (auto id : list) {
    auto wait = calm || roll.chance(80) ? roll.upto(1500ms) : roll.upto(20s);
    if (!calm && roll.chance(trouble / 5)) {
      trace("no GUILD_CREATE of ", id);
      continue;
    }
    after(wait, [this, &s, session, id] {
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

void model::world::schedule::disturb(link& x) {
  if (x.over || x.closing)
    return;
  switch (roll.below(5)) {
  case 0:
    trace("link ", x.number, " op 7");
    say(x, reconnect());
    break;
  case 1: {
    auto again = roll.chance(50);
    trace("link ", x.number, " op 9 ", again);
    if (!again && x.shard >= 0)
      sides[static_cast<std::size_t>(x.shard)].resumable = false;
    say(x, invalid_session(again));
    break;
  }
  case 2:
    if (x.shard >= 0 && roll.chance(20)) {
      end(x, fatal_codes[roll.below(std::size(fatal_codes))]);
      break;
    }
    [[fallthrough]];
  default:
    end(x, passing_codes[roll.below(std::size(passing_codes))]);
    break;
  }
}

// -- schedule: what the gateway tells -----------------------------------------

void model::world::schedule::deliver(shard_side& s, int session,
                                     std::function<void()> f) {
  if (s.session != session) {
    if (s.live != nullptr && !calm && roll.chance(20))
      f(); // a gateway that has got confused
  } else if (s.live != nullptr) {
    f();
  } else {
    s.missed.push_back(std::move(f));
  }
}

void model::world::schedule::asked(link& x, std::size_t number) {
  auto& s = sides[static_cast<std::size_t>(x.shard)];
  auto to = told.attempts[number];
  if (!calm) {
    if (roll.chance(trouble / 3)) {
      trace("silence for ", to.nonce);
      return;
    }
    if (to.whole_list && roll.chance(trouble / 3)) {
      auto with_nonce = roll.chance(60);
      after(roll.upto(300ms), [this, &s, to, with_nonce] {
        deliver(s, to.session,
                [this, &s, to, with_nonce] { refuse(s, to, with_nonce); });
      });
      return;
    }
  }
  answer(s, to);
}

void model::world::schedule::answer(shard_side& s, const attempt& to) {
  // The same question gets the same answer.
  dice mine{std::hash<snowflake>{}(to.guild) ^ roll.next()};
  auto count = static_cast<std::int64_t>(
      to.whole_list ? mine.between(1, mine.chance(90) ? 5 : 20) : 1);
  std::vector<std::int64_t> indexes;
  auto bad = !calm && mine.chance(trouble);
  for (std::int64_t i = 0; i < count; ++i) {
    if (bad && mine.chance(25))
      continue; // lost
    indexes.push_back(i);
    if (bad && mine.chance(20))
      indexes.push_back(i);
  }
  if (mine.chance(40))
    for (auto i = indexes.size(); i > 1; --i)
      std::swap(indexes[i - 1], indexes[mine.below(i)]);
  auto at = mine.upto(calm || mine.chance(70) ? 300ms : 8'000ms);
  if (bad && mine.chance(15))
    at += mine.upto(45s);
  auto in_one_go = mine.chance(40);
  auto gap = bad && mine.chance(30) ? timespan{7s} : timespan{1s};
  for (auto i : indexes) {
    auto members = static_cast<std::uint32_t>(mine.between(0, 4));
    after(at, [this, &s, to, i, count, members] {
      deliver(s, to.session, [this, &s, to, i, count, members] {
        say_chunk(s, to.session, to.nonce, to.guild, i, count, members);
      });
    });
    if (bad && mine.chance(15))
      after(at, [this, &s, to, count] {
        deliver(s, to.session, [this, &s, to, count] {
          say_nonsense(s, to.session, to.nonce, to.guild, count);
        });
      });
    if (!in_one_go)
      at += mine.upto(calm ? timespan{300ms} : gap);
  }
}

void model::world::schedule::say_chunk(shard_side& s, int session,
                                       const std::string& nonce,
                                       snowflake guild, std::int64_t index,
                                       std::int64_t count,
                                       std::uint32_t members) {
  if (s.live == nullptr)
    return;
  std::string list;
  for (std::uint32_t i = 0; i < members; ++i)
    list += i == 0 ? "{\"user\":{\"id\":\"5\"}}" : ",{\"user\":{\"id\":\"6\"}}";
  auto data = "{\"guild_id\":\"" + to_string(guild) + "\",\"members\":[" + list
              + "],\"chunk_index\":" + std::to_string(index)
              + ",\"chunk_count\":" + std::to_string(count)
              + (nonce.empty() ? "}" : ",\"nonce\":\"" + nonce + "\"}");
  trace("shard ", s.index, " gets ", guild, " ", nonce, " ", index, "/", count,
        " with ", members, s.session != session ? " of an old session" : "");
  say(*s.live, dispatch("GUILD_MEMBERS_CHUNK", ++s.sequence, data));
  if (!nonce.empty() && nonce.size() <= max_nonce_size)
    told.deliveries[nonce].push_back(
        {step, s.session, index, count, members, now()});
  if (roll.chance(70))
    flush();
}

void model::world::schedule::say_nonsense(shard_side& s, int session,
                                          const std::string& nonce,
                                          snowflake guild, std::int64_t count) {
  if (s.live == nullptr)
    return;
  switch (roll.below(8)) {
  case 0:
    say_chunk(s, session, nonce, guild, count, count, 1);
    break;
  case 1:
    say_chunk(s, session, nonce, guild, -1, count, 1);
    break;
  case 2:
    say_chunk(s, session, nonce, guild, 0, roll.chance(50) ? 0 : -1, 1);
    break;
  case 3:
    say_chunk(s, session, nonce, guild, 0,
              roll.chance(50) ? count + 1 : std::int64_t{1} << 40, 1);
    break;
  case 4: {
    // Another guild's: no delivery at all.
    auto other = any_guild(s);
    if (other == guild || s.live == nullptr)
      break;
    trace("shard ", s.index, " gets ", nonce, " for the wrong guild");
    say(*s.live, chunk(other, nonce, 0, count, 1, ++s.sequence));
    flush();
    break;
  }
  case 5:
    speak_as_another(s);
    break;
  case 6:
    say_chunk(s, session, "", guild, 0, count, 1);
    break;
  default: {
    auto text = chunk(guild, nonce, 0, count, 1, ++s.sequence);
    text.resize(text.find("\"chunk_index\""));
    trace("shard ", s.index, " gets garbage");
    say(*s.live, text);
    flush();
    break;
  }
  }
}

void model::world::schedule::speak_as_another(shard_side& s) {
  if (s.live == nullptr || s.guilds.empty())
    return;
  attempt theirs;
  theirs.guild = any_guild(s);
  theirs.nonce = nonce_name("f");
  if (roll.chance(5))
    theirs.nonce.append(40, 'f');
  theirs.wish = theirs.nonce;
  theirs.shard = s.index;
  theirs.session = s.session;
  theirs.foreign = true;
  theirs.seen = true;
  auto count = static_cast<std::int64_t>(roll.between(1, 4));
  auto session = s.session;
  auto at = timespan{0};
  for (std::int64_t i = 0; i < count; ++i) {
    if (roll.chance(20))
      continue;
    auto members = static_cast<std::uint32_t>(roll.between(0, 4));
    auto wrong = roll.chance(5);
    after(at, [this, &s, session, theirs, i, count, members, wrong]() mutable {
      if (s.live == nullptr || s.session != session)
        return;
      if (told.deliveries.count(theirs.nonce) == 0) {
        theirs.step = step;
        theirs.sent = now();
        if (theirs.nonce.size() <= max_nonce_size)
          told.attempts.push_back(theirs);
      }
      say_chunk(s, session, theirs.nonce, theirs.guild, wrong ? count : i,
                count, members);
    });
    at += roll.upto(2s);
  }
}

void model::world::schedule::refuse(shard_side& s, const attempt& to,
                                    bool with_nonce) {
  if (s.live == nullptr)
    return;
  auto seconds = static_cast<double>(roll.between(1, 60)) / 10;
  trace("shard ", s.index, " is refused ", to.guild, " ",
        with_nonce ? to.nonce : "", " for ", seconds);
  ++told.refusals[to.guild];
  say(*s.live, rate_limited(to.guild, with_nonce ? to.nonce : "", seconds,
                            ++s.sequence));
  flush();
  for (auto i = told.attempts.rbegin(); i != told.attempts.rend(); ++i)
    if (i->guild == to.guild && i->whole_list && !i->foreign) {
      if (i->session == s.session && (!with_nonce || i->nonce == to.nonce)) {
        i->refused_until =
            now() + timespan{static_cast<std::int64_t>(seconds * 1e9)};
        i->refused_step = step;
      }
      break; // an earlier one has been given up
    }
}

void model::world::schedule::note(shard_side& s, snowflake guild,
                                  chronicle::news::kind is) {
  told.guilds.push_back({step, s.index, s.session, now(), guild, is});
}

void model::world::schedule::create(shard_side& s, int session,
                                    snowflake guild) {
  s.guilds[guild] = shard_side::place::here;
  auto whole = roll.chance(10);
  auto count = roll.between(1, whole ? 3 : 3000);
  auto f = [this, &s, guild, whole, count] {
    if (s.live == nullptr)
      return;
    trace("shard ", s.index, " GUILD_CREATE ", guild, whole ? " whole" : "");
    say(*s.live,
        guild_create(guild, count, !whole, whole ? static_cast<int>(count) : 0,
                     ++s.sequence));
    note(s, guild, whole ? chronicle::news::whole : chronicle::news::created);
    flush();
  };
  if (s.session == session)
    deliver(s, session, std::move(f));
}

void model::world::schedule::lose(shard_side& s, int session, snowflake guild,
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
    ++s.sequence;
    say(*s.live, by_create ? guild_unavailable(guild, s.sequence)
                           : guild_delete(guild, outage, s.sequence));
    note(s, guild, outage ? chronicle::news::outage : chronicle::news::removed);
    flush();
  });
}

// -- schedule: the bot --------------------------------------------------------

snowflake model::world::schedule::any_guild(shard_side& s) {
  if (s.guilds.empty())
    return snowflake{(std::uint64_t{9000} * sides.size() + s.index) << 22};
  auto i = s.guilds.begin();
  std::advance(i, static_cast<std::ptrdiff_t>(roll.below(s.guilds.size())));
  return i->first;
}

void model::world::schedule::ask() {
  auto& s = any_shard();
  auto guild = any_guild(s);
  auto q = std::make_unique<chronicle::question>();
  guild_members_request x;
  switch (roll.below(10)) {
  case 0:
  case 1:
    x = guild_members_request::search(guild, nonce_name("name"), 10);
    x.nonce = nonce_name("u");
    break;
  case 2:
  case 3:
    x = guild_members_request::users(
        guild, {snowflake{static_cast<std::uint64_t>(++names)}});
    x.nonce = nonce_name("u");
    break;
  case 4:
    x = guild_members_request::whole_list(guild);
    x.with_nonce(nonce_name("u"));
    break;
  case 5:
    x = guild_members_request::whole_list(guild);
    x.nonce = roll.chance(50) ? "" : nonce_name("u");
    break;
  default:
    x = guild_members_request::whole_list(guild);
    x.nonce = nonce_name("u");
    break;
  }
  if (roll.chance(40))
    x.with_attempts(static_cast<std::int32_t>(roll.between(1, 3)));
  if (roll.chance(15))
    x.with_presences();
  if (roll.chance(15))
    x.with_members(static_cast<std::uint32_t>(roll.between(1, 20)));
  q->streamed = roll.chance(15);
  if (roll.chance(10)) {
    q->valid = false;
    switch (roll.below(5)) {
    case 0:
      x.nonce.append(40, 'x');
      break;
    case 1:
      x.limit = 101;
      break;
    case 2:
      x.max_attempts = -1;
      break;
    case 3:
      x.guild_id = snowflake{};
      break;
    default:
      // Nonces are a shard's, so the same shard has to be asked.
      if (!told.questions.empty()) {
        auto& other = *told.questions.back();
        if (other.valid && !other.error && !other.request.nonce.empty()
            && now() < other.at + 4min) {
          x.guild_id = other.request.guild_id;
          x.nonce = other.request.nonce;
          break;
        }
      }
      x.nonce.append(33, 'x');
      break;
    }
  }
  trace("the bot asks for ", guild, " as ", x.nonce,
        x.asks_whole_list() ? " (whole" : " (some",
        x.joinable ? ", joinable" : "", q->streamed ? ", streamed" : "",
        ", attempts ", x.max_attempts, ", members ", x.answer_limit,
        q->valid ? ")" : ") wrongly");
  q->step = step;
  q->at = now();
  q->after_stop = stopping;
  q->shard =
      static_cast<std::uint32_t>((x.guild_id.value >> 22) % sides.size());
  q->request = x;
  auto to = q.get();
  told.questions.push_back(std::move(q));
  caf::actor receiver;
  if (to->streamed)
    receiver = base.sys.spawn([to](caf::event_based_actor*) {
      return caf::behavior{
          [to](const guild_members_chunk& y) { to->stream.push_back(y); }};
    });
  askers.push_back(
      base.sys.spawn([this, to, x, receiver](caf::event_based_actor* asker) {
        auto answered = [this, to, asker, receiver] {
          ++to->answers;
          to->answered = step;
          if (receiver)
            asker->send_exit(receiver, caf::exit_reason::user_shutdown);
        };
        auto done = [to, answered](const chunk_request_finished& y) {
          to->answer = y;
          answered();
        };
        auto refused = [to, answered](const caf::error& e) {
          to->error = e;
          answered();
        };
        if (receiver) {
          asker
              ->request(supervisor, caf::infinite,
                        stream_members_request{x, receiver})
              .then(done, refused);
          asker->link_to(receiver);
        } else {
          asker->request(supervisor, caf::infinite, x).then(done, refused);
        }
      }));
  if (roll.chance(80))
    flush();
}

void model::world::schedule::cancel() {
  if (told.questions.empty())
    return;
  flush();
  auto& q = *told.questions[roll.below(told.questions.size())];
  if (!q.valid)
    return; // its nonce may be another's
  cancel_request x{q.request.guild_id,
                   roll.chance(10) ? "unheard-of" : q.request.nonce};
  auto known = x.nonce == q.request.nonce && !x.nonce.empty() && q.valid;
  auto open = known && q.answers == 0 && !q.killed;
  trace("the bot cancels ", x.nonce);
  caf::error error;
  auto pending = base.self->request(supervisor, caf::infinite, x);
  flush();
  pending.receive([] {}, [&](const caf::error& e) { error = e; });
  if (error && open)
    told.wrong.push_back("the open request " + x.nonce
                         + " could not be cancelled: " + to_string(error));
  if (!error && known)
    q.withdrawn = true;
  if (!error && open
      && (q.answers != 1 || !q.answer
          || q.answer->outcome != outcome::cancelled)
      && code_of(q.error) != errc::answer_too_large)
    told.wrong.push_back("the cancelled request " + x.nonce
                         + " was not answered as such");
}

void model::world::schedule::kill() {
  if (askers.empty())
    return;
  auto i = roll.below(askers.size());
  auto& q = *told.questions[i];
  if (q.answers == 0 && !q.killed) {
    trace("the caller of ", q.request.nonce, " is killed");
    q.killed = true;
  }
  anon_send_exit(askers[i], caf::exit_reason::kill);
}

void model::world::schedule::switch_chunking() {
  auto_chunk = !auto_chunk;
  told.auto_chunk_always = false;
  trace("chunking is switched ", auto_chunk ? "on" : "off");
  anon_send(supervisor, auto_chunk_request{auto_chunk, roll.chance(50)});
  flush();
}

void model::world::schedule::flood() {
  trace("the bot sends much");
  auto n = roll.between(100, 300);
  for (std::uint64_t i = 0; i < n; ++i) {
    gateway_command x;
    x.op = 3;
    x.data = "{\"since\":null}";
    anon_send(supervisor, x);
  }
  flush();
}

void model::world::schedule::one_thing() {
  auto& s = any_shard();
  auto what = roll.below(100);
  if (what < 45) {
    ask();
  } else if (what < 55) {
    cancel();
  } else if (what < 60) {
    kill();
  } else if (what < 63) {
    switch_chunking();
  } else if (what < 73) {
    auto guild = any_guild(s);
    if (s.session != 0 && !s.guilds.empty())
      lose(s, s.session, guild, roll.chance(50));
  } else if (what < 83) {
    if (s.session != 0 && !s.guilds.empty())
      create(s, s.session, any_guild(s));
  } else if (what < 86) {
    speak_as_another(s);
  } else if (what < 90) {
    if (s.live != nullptr && !s.guilds.empty()) {
      auto guild = any_guild(s);
      say(*s.live, roll.chance(50)
                       ? member_add(guild, snowflake{5}, ++s.sequence)
                       : member_remove(guild, snowflake{5}, ++s.sequence));
    }
  } else if (what < 91) {
    flood();
  } else if (!links.empty() && roll.chance(20 + trouble)) {
    disturb(*links[links.size() - 1
                   - roll.below(std::min(links.size(), sides.size()))]);
  }
}

void model::world::schedule::spawn_recorder() {
  recorder = base.sys.spawn([this](caf::event_based_actor*) {
    return caf::behavior{
        [this](const chunk_request_finished& x) {
          trace("E1 ", x.guild_id, " ", x.nonce, " ", to_string(x.outcome),
                ", count ", x.chunk_count, ", missed ", x.missed_chunks.size(),
                ", members ", x.members, ", attempts ", x.attempts);
          told.requests_finished.push_back({step, ++place, now(), x});
        },
        [this](const shard_finished_chunking& x) {
          trace("E2 ", x.shard.index);
          told.shards_finished.push_back({step, ++place, now(), x});
        },
        [this](const finished_chunking& x) {
          trace("E3 ", x.guilds, " guilds");
          told.finished.push_back({step, ++place, now(), x});
        },
        [](const shard_ready&) {},
        [](const shard_resumed&) {},
        [](const shard_disconnected&) {},
    };
  });
  subscribe_request wish;
  wish.listener = recorder;
  wish.events = event_bit::books;
  anon_send(supervisor, wish);
}

bool model::world::schedule::settled() const {
  for (auto& q : told.questions)
    if (q->answers == 0 && !q->killed)
      return false;
  auto failed = false;
  for (auto& s : sides) {
    if (told.failed[s.index]) {
      failed = true;
      continue;
    }
    if (s.live == nullptr)
      return false;
    for (auto r = told.readies.rbegin(); r != told.readies.rend(); ++r) {
      if (r->shard != s.index)
        continue;
      auto ended = std::any_of(told.shards_finished.begin(),
                               told.shards_finished.end(), [&](auto& e) {
                                 return e.event.shard.index == s.index
                                        && e.step >= r->step;
                               });
      if (r->auto_chunk && !ended)
        return false;
      break;
    }
  }
  return failed || !told.finished.empty();
}

void model::world::schedule::stop() {
  trace("the bot stops");
  stopping = true;
  base.sys.spawn([this](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite, stop_request{})
        .then([this](const stopped&) { ++stops; });
  });
  if (roll.chance(50))
    flush();
}

std::string model::world::schedule::run() {
  auto& sys = base.sys;
  auto before = sys.registry().running();
  // What kind of schedule this is.
  constexpr unsigned troubles[] = {0, 10, 30, 60};
  trouble = troubles[roll.below(4)];
  lag = roll.chance(50) ? 0 : static_cast<unsigned>(roll.between(5, 50));
  told.shards = static_cast<std::uint32_t>(roll.between(1, 3));
  told.failed.resize(told.shards);
  auto& v = told.values;
  v.intents |= intent::guild_presences;
  v.auto_chunk = auto_chunk = roll.chance(75);
  told.auto_chunk_always = auto_chunk;
  v.rest_url = "http://localhost/api";
  v.max_in_flight =
      static_cast<std::uint32_t>(roll.chance(50) ? 8 : roll.between(1, 3));
  v.max_attempts = static_cast<std::int32_t>(roll.between(1, 3));
  v.max_refusals = static_cast<std::uint32_t>(roll.between(1, 5));
  sides.resize(told.shards);
  std::uint64_t number = 1000;
  for (std::uint32_t i = 0; i < told.shards; ++i) {
    sides[i].index = i;
    auto n = roll.below(7);
    for (std::uint64_t k = 0; k < n; ++k)
      sides[i].guilds[snowflake{(++number * told.shards + i) << 22}] =
          roll.chance(85) ? shard_side::place::here : shard_side::place::outage;
  }
  trace(told.shards, " shards, trouble ", trouble, ", chunking ",
        v.auto_chunk ? "on" : "off", ", in flight ", v.max_in_flight,
        ", attempts ", v.max_attempts, ", refusals ", v.max_refusals);
  supervisor_config args;
  args.values = std::make_shared<const settings>(v);
  args.secret = std::make_shared<const token>(*token::parse("secret.token"));
  args.start_id = 7;
  args.random = [state = dice{roll.next()}]() mutable {
    return static_cast<double>(state.below(1000)) / 1000;
  };
  args.lookup = [this](std::function<void(gateway_answer)> f) {
    gateway_answer x;
    x.info.url = "ws://gateway";
    x.info.shards = told.shards;
    x.info.max_concurrency = static_cast<std::uint32_t>(roll.between(1, 3));
    f(std::move(x));
  };
  args.connect = [this](std::shared_ptr<connection_sink> sink) {
    return connect(std::move(sink));
  };
  supervisor = sys.spawn<muster::supervisor>(std::move(args));
  spawn_recorder();
  anon_send(supervisor, start_request{});
  flush();
  constexpr timespan lengths[] = {5s, 30s, 90s};
  auto length = lengths[roll.below(3)];
  for (auto things = roll.below(roll.chance(80) ? 15 : 40); things > 0;
       --things)
    after(roll.upto(length), [this] { one_thing(); });
  told.stopped_early = roll.chance(20);
  advance(began + (told.stopped_early ? roll.upto(length) : length));
  if (!told.stopped_early) {
    trace("from here on the gateway behaves");
    calm = true;
    for (auto until = now() + patience; now() < until && !stuck && !settled();)
      advance(now() + 1s);
    if (!settled())
      told.wrong.push_back("the bot does not settle");
    advance(now() + (roll.chance(80) ? 12s : 60s));
  }
  stop();
  advance(now() + 4s);
  if (stops != 1)
    told.wrong.push_back("stop_request was answered " + std::to_string(stops)
                         + " times");
  if (stops == 0)
    anon_send_exit(supervisor, caf::exit_reason::kill);
  flush();
  supervisor = nullptr;
  events.clear();
  base.sched.clock().cancel_all();
  anon_send_exit(recorder, caf::exit_reason::user_shutdown);
  recorder = nullptr;
  askers.clear();
  flush();
  if (auto left = sys.registry().running(); left != before)
    told.wrong.push_back(std::to_string(left - before)
                         + " actors are left over");
  return judge(told);
}

// -- model --------------------------------------------------------------------

model::model() : world_(std::make_unique<world>()) {}

model::~model() = default;

std::string model::run(std::uint64_t seed, bool trace) {
  world::schedule x{*world_, seed, trace};
  return x.run();
}

} // namespace muster::test
