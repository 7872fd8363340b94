#include "tests/support/lineage.hpp"

#include <algorithm>
#include <cstdio>
#include <set>
#include <vector>

#include "messages/errc.hpp"

namespace muster::test {

using namespace std::chrono_literals;

// -- processes ----------------------------------------------------------------

lineage::lineage() {
  keeps = true;
  info.max_concurrency = 1;
}

void lineage::note(const std::string& what) {
  if (trace_)
    std::fprintf(
        stderr, "%12.3f %s\n",
        std::chrono::duration<double>(sched.clock().now().time_since_epoch())
            .count(),
        what.c_str());
}

void lineage::fail(const std::string& what) {
  if (wrong_.empty())
    wrong_ = what;
  note("WRONG: " + what);
}

void lineage::begin_process() {
  e1_ = e1_from_ = finished_requests.size();
  e2_ = e2_from_ = finished_shards.size();
  e3_ = e3_from_ = finished.size();
  asked_.clear();
  handle_ = std::make_shared<lineage_store>(
      truth_, [this](unsigned n) { return below(n); });
  store = handle_;
  values.takeover =
      below(4) == 0 ? takeover_policy::rechunk : takeover_policy::keep;
  note("process " + std::to_string(last_node() + 1) + " begins");
  start();
  listen_for_ticks();
}

void lineage::listen_for_ticks() {
  tick_listener_ = sys.spawn([this](caf::event_based_actor*) {
    return caf::behavior{[this](const muster::dispatch& x) {
      auto all = nlohmann::json::parse(x.payload.view());
      ticks_.push_back(
          {all[0].get<std::uint64_t>(), all[1].get<std::uint64_t>()});
    }};
  });
  subscribe_request wish;
  wish.listener = tick_listener_;
  wish.events = 0;
  wish.dispatches = {"TICK"};
  send(wish);
}

bool lineage::bury() {
  state_store::renewed x;
  truth_->renew({0, {}}, x);
  if (x.others.count(last_node()) == 0)
    return false;
  truth_->renew({0, {{last_node(), x.others.at(last_node())}}}, x);
  return true;
}

void lineage::crash() {
  note("process " + std::to_string(last_node()) + " is killed");
  judge_events();
  handle_->dead = true;
  for (auto& x : connections)
    if (!x->ended())
      x->end(0); // the gateway notices; nobody else is there to
  auto e1 = finished_requests.size(), e2 = finished_shards.size(),
       e3 = finished.size(), ticks = ticks_.size();
  kill(supervisor);
  kill(recorder);
  kill(tick_listener_);
  // The dead tell nothing.
  finished_requests.resize(e1);
  finished_shards.resize(e2);
  finished.resize(e3);
  ticks_.resize(ticks);
  in_order_ = false; // its last cut may be older than what it has heard
  ++vain_;
  // Its lock shows that it has ended.
  bury();
  begin_process();
}

void lineage::retire() {
  note("process " + std::to_string(last_node()) + " is stopped");
  anon_send(supervisor, stop_request{});
  auto node = last_node();
  for (int i = 0; i < 40 && wrong_.empty(); ++i) {
    run_some(30);
    if (last_node() != node)
      return; // it was killed on the way
    pass(500ms);
  }
  judge_events();
  for (auto& x : asked_)
    if (x->count != 1)
      fail("a request of a process that stopped has " + std::to_string(x->count)
           + " answers");
  handle_->dead = true;
  kill(recorder);
  kill(tick_listener_);
  if (bury()) { // the store was away
    ++vain_;
    in_order_ = false;
  }
  begin_process();
}

// -- what happens -------------------------------------------------------------

void lineage::serve() {
  for (; greeted_ < connections.size(); ++greeted_)
    if (!connections[greeted_]->ended())
      gateway_->greet(connections[greeted_]);
  for (auto& x : connections)
    while (gateway_->read(x))
      ;
  if (!gateway_->wrong.empty())
    fail(gateway_->wrong);
}

void lineage::run_some(unsigned messages) {
  serve();
  while (messages-- > 0 && sched.try_run_once())
    ;
  store_status x;
  truth_->look(x);
  if (!x.shards.empty() && x.shards[0].state == shard_state::connected)
    vain_ = 0;
  if (gateway_->take_poisoned()) {
    note("poison");
    // It is read, and that is the end.
    for (auto n = below(4); n > 0; --n)
      sched.try_run_once();
    crash();
  }
}

void lineage::ask_for_something() {
  auto guild = this->guild(1 + below(3));
  auto x = below(2) == 0 ? ask_for::whole_list(guild)
                         : ask_for::search(guild, "x", 5);
  note("a request for guild " + to_string(guild));
  asked_.push_back(post(x));
}

void lineage::act() {
  auto what = below(100);
  if (what < 30) {
    run_some(1 + below(12));
  } else if (what < 55) {
    for (auto n = 1 + below(4); n > 0 && gateway_->speak(); --n)
      ;
    for (auto n = below(4); n > 0; --n)
      gateway_->tick();
    run_some(1 + below(12));
  } else if (what < 70) {
    run_some(200);
    pass(caf::timespan{std::chrono::milliseconds(below(3000))});
  } else if (what < 75) {
    run_some(200);
    pass(caf::timespan{std::chrono::milliseconds(below(40'000))});
  } else if (what < 82) {
    ask_for_something();
  } else if (what < 86) {
    note("the connection is cut");
    gateway_->cut();
  } else if (what < 89) {
    handle_->away_for = 1 + below(12);
    note("the store is away for " + std::to_string(handle_->away_for)
         + " calls");
  } else if (what < 91) {
    handle_->land();
  } else if (what < 92) {
    wall_skew_ += std::chrono::seconds(static_cast<int>(below(1200)) - 600);
    note("the wall clock jumps");
  } else if (what < 98) {
    crash();
  } else {
    retire();
  }
  judge_events();
}

void lineage::rest() {
  handle_->calm = true;
  note("peace");
  gateway_->calm_down();
  handle_->away_for = 0;
  handle_->land();
  for (int i = 0; i < 400 && wrong_.empty(); ++i) {
    run_some(300);
    while (gateway_->speak())
      ;
    run_some(300);
    pass(1s);
    judge_events();
  }
}

// -- the judge ----------------------------------------------------------------

void lineage::judge_ticks() {
  for (; judged_ < ticks_.size(); ++judged_) {
    auto& x = ticks_[judged_];
    note("dispatch " + std::to_string(x.number));
    auto next = x.session == last_.session ? last_.number + 1 : 1;
    if (in_order_ ? x.number != next : x.number > next && last_.session != 0)
      fail("dispatch " + std::to_string(x.number) + " of session "
           + std::to_string(x.session) + " comes after "
           + std::to_string(last_.number) + " of session "
           + std::to_string(last_.session));
    last_ = x;
    in_order_ = true;
  }
}

void lineage::judge_events() {
  judge_ticks();
  for (; e1_ < finished_requests.size(); ++e1_) {
    auto& x = finished_requests[e1_];
    note("E1 " + to_string(x.guild_id) + ' ' + to_string(x.outcome));
    for (auto i = e1_from_; i < e1_; ++i)
      if (finished_requests[i].nonce == x.nonce)
        fail("E1 twice in one process: " + x.nonce);
    if (x.outcome != outcome::complete && x.outcome != outcome::cancelled)
      excused_.insert(x.guild_id);
    if (x.outcome == outcome::complete && !gateway_->was_complete(x.guild_id))
      fail("E1 complete of what was never sent: " + x.nonce);
  }
  for (; e2_ < finished_shards.size(); ++e2_) {
    auto& x = finished_shards[e2_];
    note("E2");
    std::set<snowflake> bad{x.incomplete_guild_ids.begin(),
                            x.incomplete_guild_ids.end()};
    bad.insert(x.missed_guild_ids.begin(), x.missed_guild_ids.end());
    for (auto id : guilds_up_to(3))
      if (bad.count(id) == 0 && !gateway_->was_complete(id))
        fail("E2 takes guild " + to_string(id) + " for complete");
    for (auto i = e2_from_; i < e2_; ++i)
      if (finished_shards[i] == x)
        fail("the same E2 twice in one process");
  }
  for (; e3_ < finished.size(); ++e3_) {
    note("E3");
    for (auto i = e3_from_; i < e3_; ++i)
      if (finished[i].start_id == finished[e3_].start_id)
        fail("E3 twice in one process");
  }
}

void lineage::judge_identify() {
  note("IDENTIFY");
  store_status x;
  truth_->look(x);
  auto saved = !x.shards.empty() && x.shards[0].session;
  if (saved && !gateway_->refused() && vain_ < 3)
    fail("an identify although a session was saved");
}

void lineage::judge_end() {
  if (!gateway_->is_connected())
    fail("no connection in the end");
  std::size_t open = 0;
  for (auto& x : connections)
    open += x->ended() ? 0 : 1;
  if (open != 1)
    fail(std::to_string(open) + " connections in the end");
  store_status x;
  truth_->look(x);
  if (x.shards.empty() || x.shards[0].state != shard_state::connected)
    fail("the store does not show it as connected");
  if (!x.finished)
    fail("the start has not finished");
  if (finished.size() == e3_from_)
    fail("no E3 in the last process");
  for (auto& one : asked_)
    if (one->count != 1)
      fail("a request has " + std::to_string(one->count) + " answers");
  if (gateway_->may_lose_chunks() || !wrong_.empty())
    return; // a shard that does not run does not answer
  for (auto id : guilds_up_to(3))
    if (excused_.count(id) == 0 && !gateway_->is_suspect(id)
        && state_of(id).status != guild_status::complete)
      fail("guild " + to_string(id) + " is " + to_string(state_of(id).status)
           + " in the end");
}

std::string lineage::run(std::uint64_t seed, bool trace) {
  draw_.seed(seed);
  trace_ = trace;
  wrong_.clear();
  vain_ = 0;
  greeted_ = 0;
  wall_skew_ = caf::timespan{0};
  excused_.clear();
  ticks_.clear();
  judged_ = 0;
  last_ = {};
  in_order_ = true;
  connections.clear();
  finished_requests.clear();
  finished_shards.clear();
  finished.clear();
  truth_ = std::make_shared<memory_store>([this] {
    return caf::timestamp{sched.clock().now().time_since_epoch() + wall_skew_};
  });
  lineage_gateway::mood mood;
  mood.refuses_resume = below(4) == 0 ? 30 : 0;
  mood.loses_chunk = below(4) == 0 ? 20 : 0;
  mood.trims_replay = below(4) == 0;
  mood.has_poison = below(6) == 0;
  gateway_ = std::make_unique<lineage_gateway>(draw_, mood, guilds_up_to(3));
  gateway_->on_identify = [this] { judge_identify(); };
  begin_process();
  for (auto steps = 20 + below(80); steps > 0 && wrong_.empty(); --steps)
    act();
  rest();
  if (wrong_.empty())
    judge_end();
  send(stop_request{});
  pass(20s);
  kill(recorder);
  kill(tick_listener_);
  supervisor = nullptr;
  return wrong_;
}

} // namespace muster::test
