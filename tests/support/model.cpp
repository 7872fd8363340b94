#include "tests/support/model.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "actors/supervisor.hpp"
#include "net/token.hpp"
#include "tests/support/model_schedule.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

/// For a gateway that behaves, everything ends within this.
constexpr auto patience = 1500s;

/// For one whose poison lasts: each end may cost five returns that back off.
constexpr auto long_patience = 4h;

/// More than anything does at one time.
constexpr int most_rounds = 20'000;

} // namespace

// -- dice ---------------------------------------------------------------------

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

// -- time ---------------------------------------------------------------------

model_schedule::model_schedule(model_fixture& world, std::uint64_t seed, bool t,
                               coverage& c)
    : base(world), roll(seed), order(~seed), mood(seed + 1'000'000'007),
      tracing(t), seen(c) {
  began = now();
}

void model_schedule::print(const std::string& text) const {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now() - began)
                .count();
  std::fprintf(stderr, "%9.3f [%llu] %s\n", static_cast<double>(ms) / 1000,
               static_cast<unsigned long long>(stamp()), text.c_str());
}

void model_schedule::flush() {
  if (holding)
    return;
  ++step;
  running = true;
  auto& jobs = base.sched.jobs;
  while (!jobs.empty()) {
    // What an actor sends to another arrives in order; all else may not.
    if (shuffled && jobs.size() > 1)
      std::swap(jobs.front(), jobs[order.below(jobs.size())]);
    base.sched.run_once();
  }
  running = false;
}

void model_schedule::advance(time_point until) {
  auto& clock = base.sched.clock();
  flush();
  int rounds = 0;
  for (auto last = now(); !stuck;) {
    rounds = now() == last ? rounds + 1 : 0;
    last = now();
    if (rounds > most_rounds) {
      wrong("time stands still: a timer is due for ever");
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
      f();
      flush();
    } else if (!timers_due && !events_due) {
      return;
    }
  }
}

// -- course -------------------------------------------------------------------

void model_schedule::draw_settings() {
  constexpr unsigned troubles[] = {0, 10, 30, 60};
  trouble = roll.one_of(troubles);
  lag = roll.chance(50) ? 0 : static_cast<unsigned>(roll.between(5, 50));
  shuffled = roll.chance(50);
  told.shards = static_cast<std::uint32_t>(roll.between(1, 3));
  told.failed.resize(told.shards);
  told.connected.resize(told.shards);
  told.resumed.resize(told.shards);
  told.disconnected.resize(told.shards);
  told.arrivals.resize(told.shards);
  sides.resize(told.shards);
  std::uint64_t number = 1000;
  for (std::uint32_t i = 0; i < told.shards; ++i) {
    sides[i].index = i;
    for (auto n = roll.below(7); n > 0; --n)
      sides[i].guilds[snowflake{(++number * told.shards + i) << 22}] =
          roll.chance(85) ? shard_side::place::here : shard_side::place::outage;
  }
  auto& v = told.values;
  v.intents |= intent::guild_presences;
  v.auto_chunk = auto_chunk = roll.chance(75);
  told.auto_chunk_always = auto_chunk;
  v.rest_url = "http://localhost/api";
  v.max_in_flight =
      static_cast<std::uint32_t>(roll.chance(50) ? 8 : roll.between(1, 3));
  v.max_attempts = static_cast<std::int32_t>(roll.between(1, 3));
  v.max_refusals = static_cast<std::uint32_t>(roll.between(1, 5));
  constexpr compression methods[] = {compression::zstd, compression::zstd,
                                     compression::zlib, compression::none};
  v.compress = roll.one_of(methods);
  if (roll.chance(10)) {
    count("setting only_guilds");
    for (auto& s : sides)
      for (auto& [id, where] : s.guilds)
        if (roll.chance(50))
          v.only_guilds.push_back(id);
    for (auto& s : sides)
      if (roll.chance(30) && !s.guilds.empty())
        v.pinned_guilds.push_back(any_guild(s));
  }
  if (roll.chance(10)) {
    count("setting guild_filter");
    v.guild_filter = [](snowflake id, std::uint64_t) {
      return (id.value >> 22) % 2 == 0;
    };
  }
  trace(told.shards, " shards, trouble ", trouble, ", chunking ",
        v.auto_chunk ? "on" : "off", ", in flight ", v.max_in_flight,
        ", attempts ", v.max_attempts, ", refusals ", v.max_refusals,
        v.only_guilds.empty() ? "" : ", only some",
        v.guild_filter ? ", only even ones" : "",
        shuffled ? ", any order" : "");
}

void model_schedule::draw_moods() {
  vain_resumes = mood.chance(4);
  if (vain_resumes)
    trace("no resume succeeds");
  draw_poison();
}

void model_schedule::start() {
  supervisor_config args;
  args.values = std::make_shared<const settings>(told.values);
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
  supervisor = base.sys.spawn<muster::supervisor>(std::move(args));
  spawn_recorder();
  if (mood.chance(10))
    spawn_erring();
  anon_send(supervisor, start_request{});
  flush();
}

void model_schedule::one_thing() {
  auto& s = any_shard();
  auto what = roll.below(100);
  if (what < 38) {
    ask(any_guild(s));
  } else if (what < 46) {
    cancel_one();
  } else if (what < 50) {
    kill();
  } else if (what < 53) {
    switch_chunking();
  } else if (what < 60) {
    if (s.session != 0 && !s.guilds.empty())
      lose(s, s.session, any_guild(s), roll.chance(50));
  } else if (what < 68) {
    if (s.session != 0 && !s.guilds.empty())
      create(s, s.session, any_guild(s));
  } else if (what < 71) {
    speak_as_another(s);
  } else if (what < 75) {
    come_or_go(s, any_guild(s));
  } else if (what < 76) {
    flood();
  } else if (what < 79) {
    listen_late();
  } else if (what < 82) {
    dawdle();
  } else if (what < 91) {
    everything_at_once();
  } else if (!links.empty() && roll.chance(20 + trouble)) {
    disturb(*links[links.size() - 1
                   - roll.below(std::min(links.size(), sides.size()))]);
  }
}

/// There has been an E2 since then.
bool model_schedule::has_finished(const shard_side& s,
                                  std::uint64_t from) const {
  return std::any_of(told.shards_finished.begin(), told.shards_finished.end(),
                     [&](auto& e) {
                       return e.event.shard.index == s.index && e.step >= from;
                     });
}

bool model_schedule::startup_settled(const shard_side& s) const {
  auto r = std::find_if(told.readies.rbegin(), told.readies.rend(),
                        [&](auto& x) { return x.shard == s.index; });
  auto chunks = r != told.readies.rend() && r->auto_chunk;
  // One that never rests need not be at rest just now. But who has lost the
  // guild that does it may come to rest.
  auto spared =
      r != told.readies.rend() && told.poisoned
      && std::find(r->guilds.begin(), r->guilds.end(), told.poisoned->guild)
             == r->guilds.end();
  if (never_calm(s)
      && (!chunks || has_finished(s, spared ? r->step : told.calm)))
    return true;
  if (s.live == nullptr || s.invalid)
    return false;
  return !chunks || has_finished(s, r->step);
}

bool model_schedule::settled() const {
  for (auto& q : told.questions)
    if (q->answers == 0 && !q->killed)
      return false;
  auto failed = false;
  for (auto& s : sides)
    if (told.failed[s.index])
      failed = true;
    else if (!startup_settled(s))
      return false;
  return failed || !told.finished.empty();
}

void model_schedule::stop() {
  trace("the bot stops");
  told.stopped = stamp();
  base.sys.spawn([this](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite, stop_request{})
        .then([this](const stopped&) { ++stops; });
  });
  if (roll.chance(50))
    flush();
}

void model_schedule::clean_up(std::size_t actors_before) {
  if (stops != 1)
    wrong("stop_request was answered " + std::to_string(stops) + " times");
  if (stops == 0)
    anon_send_exit(supervisor, caf::exit_reason::kill);
  flush();
  supervisor = nullptr;
  events.clear();
  base.sched.clock().cancel_all();
  anon_send_exit(recorder, caf::exit_reason::user_shutdown);
  recorder = nullptr;
  for (auto all : {&receivers, &dawdlers})
    for (auto& x : *all)
      anon_send_exit(x, caf::exit_reason::user_shutdown);
  for (auto all : {&askers, &receivers, &dawdlers})
    all->clear();
  piles.clear();
  flush();
  if (auto left = base.sys.registry().running(); left != actors_before)
    wrong(std::to_string(left - actors_before) + " actors are left over");
}

std::string model_schedule::run() {
  auto before = base.sys.registry().running();
  draw_settings();
  draw_moods();
  start();
  constexpr timespan lengths[] = {5s, 30s, 90s};
  auto length = roll.one_of(lengths);
  for (auto things = roll.below(roll.chance(80) ? 15 : 40); things > 0;
       --things)
    after(roll.upto(length), [this] { one_thing(); });
  told.stopped_early = roll.chance(20);
  advance(began + (told.stopped_early ? roll.upto(length) : length));
  if (!told.stopped_early) {
    trace("from here on the gateway behaves");
    calm = true;
    told.calm = stamp();
    auto rests = std::none_of(sides.begin(), sides.end(),
                              [this](auto& s) { return never_calm(s); });
    for (auto until = now() + (rests ? patience : long_patience);
         now() < until && !stuck && !settled();)
      advance(now() + 1s);
    if (!settled())
      wrong("the bot does not settle");
    told.settled = stamp();
    advance(now() + (roll.chance(80) ? 12s : 60s));
  }
  stop();
  advance(now() + 4s);
  clean_up(before);
  return judge(told);
}

// -- model --------------------------------------------------------------------

struct model::world : model_fixture {};

model::model() : world_(std::make_unique<world>()) {}

model::~model() = default;

std::string model::run(std::uint64_t seed, bool trace, coverage& seen) {
  model_schedule x{*world_, seed, trace, seen};
  return x.run();
}

} // namespace muster::test
