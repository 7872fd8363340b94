#include "tests/support/cluster.hpp"

#include <algorithm>
#include <cstdio>

#include "messages/shard_ranges.hpp"
#include "tests/support/store_session.hpp"

namespace muster::test {

using namespace std::chrono_literals;

cluster::cluster() = default;
cluster::~cluster() = default;

// -- time ---------------------------------------------------------------------

void cluster::serve() {
  for (auto& x : nodes_)
    for (auto i = x->connections.size(); i > 0; --i) {
      // Those before have ended, or are served already.
      if (x->connections.size() - i > 2 * shards)
        break;
      gateway_->serve(x->connections[i - 1]);
    }
  if (auto wrong = gateway_->wrong(); !wrong.empty())
    fail(wrong);
}

void cluster::look_at_store() {
  store_status all;
  truth_->look(all);
  for (auto& x : all.shards)
    if (x.state == shard_state::connected)
      vain_[x.index] = 0;
}

void cluster::run_some(unsigned messages) {
  serve();
  for (auto& x : nodes_)
    for (auto n = messages; n > 0 && !x->frozen && x->sched.try_run_once(); --n)
      ;
  network_->run_some(messages);
  look_at_store();
  judge_failover();
  for (std::uint32_t i = 0; i < shards; ++i) {
    auto& shard = gateway_->shard(i);
    if (!shard.take_poisoned())
      continue;
    for (auto& x : nodes_)
      if (x->runs()
          && std::count(x->connections.begin(), x->connections.end(),
                        shard.connected())
                 > 0) {
        note("shard " + std::to_string(i) + " brings poison");
        kill(*x);
      }
  }
}

void cluster::pass(caf::timespan d) {
  while (d.count() > 0 && wrong_.empty()) {
    auto step = std::min<caf::timespan>(d, 500ms);
    d -= step;
    now_ += step;
    for (auto& x : nodes_)
      if (x->runs())
        x->live(step);
    network_->pass(step);
    run_some(50);
  }
}

// -- processes ----------------------------------------------------------------

void cluster::begin(cluster_node& x) {
  x.values.cluster.weight = below(5) == 0 ? 0 : 1 + below(2);
  x.values.cluster.max_shards = {};
  if (below(6) == 0)
    x.values.cluster.max_shards = 1 + below(shards);
  x.values.takeover =
      below(4) == 0 ? takeover_policy::rechunk : takeover_policy::keep;
  x.recorded_scope = below(2) == 0 ? scope::bot : scope::node;
  x.connect_to(*network_);
  x.begin(
      std::make_shared<store_session>(truth_,
                                      [&x] { return x.sched.clock().now(); }),
      [this](unsigned n) { return below(n); }, shards);
  x.judged_at = now_;
  if (below(2) == 0)
    x.listen(1000, overflow::stop_reading);
  if (has_lost_)
    x.doubt_members();
  note("process " + std::to_string(x.last_node()) + " begins with weight "
       + std::to_string(x.values.cluster.weight));
}

void cluster::bury(cluster_node& x) {
  if (truth_->id() == 0) { // nobody may mark
    for (auto& n : vain_)
      ++n;
    return;
  }
  state_store::renewed all;
  truth_->renew({0, {}}, all);
  auto i = all.others.find(x.last_node());
  if (i == all.others.end())
    return;
  store_status status;
  truth_->look(status);
  for (auto& node : status.nodes)
    for (auto shard : node.shards)
      if (node.info.node == x.last_node())
        ++vain_[shard];
  truth_->renew({0, {*i}}, all);
}

void cluster::kill(cluster_node& x) {
  note("process " + std::to_string(x.last_node()) + " is killed");
  judge_events(x);
  x.die();
  // Mostly its lock shows it; on another machine its lease has to run out.
  if (below(3) != 0)
    bury(x);
  else
    for (auto& n : vain_)
      ++n;
}

void cluster::stop(cluster_node& x) {
  note("process " + std::to_string(x.last_node()) + " is stopped");
  thawed_ = now_;
  x.thaw();
  anon_send(x.supervisor, stop_request{});
  for (int i = 0; i < 20 && x.runs() && wrong_.empty(); ++i) {
    run_some(30);
    pass(500ms);
  }
  if (!x.runs())
    return; // it was killed on the way
  judge_events(x);
  for (auto& one : x.asked)
    if (one->count != 1)
      fail("a request of a process that stopped has "
           + std::to_string(one->count) + " answers");
  x.end();
  bury(x); // the store was away
}

void cluster::freeze(cluster_node& x) {
  note("process " + std::to_string(x.last_node())
       + (x.frozen ? " thaws" : " freezes"));
  thawed_ = now_;
  if (x.frozen)
    x.thaw();
  else
    x.frozen = true;
}

void cluster::ask(cluster_node& x) {
  auto guild = x.guild(1 + below(guilds), below(shards));
  note("process " + std::to_string(x.last_node()) + " asks for guild "
       + to_string(guild));
  auto what = below(2) == 0 ? ask_for::whole_list(guild)
                            : ask_for::search(guild, "x", 5);
  switch (below(4)) {
  case 0:
    x.stream(what);
    break;
  case 1:
    x.asked.push_back(x.post(what.with_members(1000)));
    break;
  default:
    x.asked.push_back(x.post(what));
  }
}

void cluster::ask_all() {
  for (auto& x : nodes_)
    for (std::uint32_t i = 0; i < shards; ++i)
      for (std::uint32_t n = 1; n <= guilds; ++n)
        x->last_asked.push_back(
            x->post(ask_for::search(x->guild(n, i), "x", 5)));
}

void cluster::cut(cluster_node& a, cluster_node& b) {
  auto on = below(2) == 0;
  note(a.host->address + " and " + b.host->address
       + (on ? " are cut off from each other" : " reach each other"));
  network_->cut(a.host->address, b.host->address, on);
}

// -- what happens -------------------------------------------------------------

void cluster::act_on(cluster_node& x) {
  auto what = below(100);
  if (!x.runs()) {
    if (what < 50)
      begin(x);
  } else if (what < 35) {
    ask(x);
  } else if (what < 50) {
    x.handle->away_for = 1 + below(below(4) == 0 ? 200 : 12);
    note("the store is away for " + std::to_string(x.handle->away_for)
         + " calls of process " + std::to_string(x.last_node()));
  } else if (what < 60) {
    x.handle->land();
  } else if (what < 75) {
    freeze(x);
  } else if (what < 88) {
    kill(x);
  } else if (what < 94) {
    stop(x);
  } else {
    auto draining = below(2) == 0;
    note("process " + std::to_string(x.last_node())
         + (draining ? " drains" : " drains no longer"));
    truth_->drain(x.last_node(), draining);
  }
}

void cluster::act() {
  if (has_failovers_ && below(30) == 0)
    fail_over();
  auto what = below(100);
  auto shard = below(shards);
  if (what < 30) {
    run_some(1 + below(12));
  } else if (what < 45) {
    for (auto n = 1 + below(4); n > 0 && gateway_->shard(shard).speak(); --n)
      ;
    run_some(1 + below(12));
  } else if (what < 60) {
    pass(caf::timespan{std::chrono::milliseconds(below(3000))});
  } else if (what < 68) {
    gateway_->speak();
    pass(caf::timespan{std::chrono::milliseconds(below(40'000))});
  } else if (what < 72) {
    note("a connection of shard " + std::to_string(shard) + " is cut");
    gateway_->shard(shard).cut();
  } else if (what < 73) {
    wall_skew_ += std::chrono::seconds(static_cast<int>(below(7200)) - 3600);
    note("the wall clock jumps");
  } else if (what < 77) {
    auto& a = some_node();
    auto& b = some_node();
    if (&a != &b && a.host && b.host)
      cut(a, b);
  } else {
    act_on(some_node());
  }
  for (auto& x : nodes_)
    judge_events(*x);
}

void cluster::rest() {
  note("peace");
  thawed_ = now_;
  network_->mend_all();
  for (std::uint32_t i = 0; i < shards; ++i)
    gateway_->shard(i).calm_down();
  for (auto& x : nodes_) {
    if (!x->runs())
      begin(*x);
    x->thaw();
    x->handle->calm = true;
    x->handle->away_for = 0;
    x->handle->land();
    truth_->drain(x->last_node(), false);
  }
  // Somebody has to run them.
  if (std::all_of(nodes_.begin(), nodes_.end(), [](auto& x) {
        return x->values.cluster.weight == 0 || x->values.cluster.max_shards;
      })) {
    stop(*nodes_[0]);
    if (!wrong_.empty())
      return;
    begin(*nodes_[0]);
    while (nodes_[0]->values.cluster.weight == 0
           || nodes_[0]->values.cluster.max_shards) {
      stop(*nodes_[0]);
      begin(*nodes_[0]);
    }
    nodes_[0]->handle->calm = true;
  }
  int quiet = 0;
  std::string why;
  for (int i = 0; i < 600 && quiet < 40 && wrong_.empty(); ++i) {
    gateway_->speak();
    pass(1s);
    for (auto& x : nodes_)
      judge_events(*x);
    why = unrest();
    quiet = why.empty() ? quiet + 1 : 0;
  }
  if (quiet >= 40) {
    ask_all();
    for (int i = 0; i < 60 && wrong_.empty() && !unanswered().empty(); ++i) {
      gateway_->speak();
      pass(1s);
    }
    if (auto late = unanswered(); !late.empty())
      fail(late);
    return;
  }
  store_status all;
  truth_->look(all);
  for (auto& x : all.nodes)
    note("process " + std::to_string(x.info.node) + " owns "
         + shard_ranges{x.shards}.text() + ", draining "
         + std::to_string(x.info.draining));
  if (quiet < 40)
    fail(why.empty() ? "no rest" : why);
}

void cluster::set_up() {
  lineage_gateway::mood mood;
  mood.refuses_resume = below(4) == 0 ? 30 : 0;
  mood.loses_chunk = below(6) == 0 ? 20 : 0;
  mood.trims_replay = below(4) == 0;
  mood.large_chunks = below(10) == 0;
  auto poison = below(8) == 0;
  has_failovers_ = below(4) == 0;
  truth_ = std::make_shared<cluster_store>(
      [this] { return caf::timestamp{now_ + wall_skew_}; },
      [this] { return now_; });
  network_ = std::make_unique<cluster_network>(
      [this](unsigned n) { return below(n); });
  vain_.assign(shards, 0);
  identified_.assign(shards, caf::timespan{0});
  for (std::uint32_t i = 0; i < machines; ++i) {
    auto& x = nodes_.emplace_back(std::make_unique<cluster_node>(i + 1));
    x->shard_count = shards;
    auto numbers = std::make_shared<random>(draw_());
    x->random = [numbers] {
      return static_cast<double>((*numbers)() >> 11) / 9007199254740992.0;
    };
    x->skew = static_cast<int>(below(21)) - 10;
    x->info.max_concurrency = 1 + below(2);
  }
  for (auto& x : nodes_)
    x->info.max_concurrency = nodes_[0]->info.max_concurrency;
  std::vector<std::unique_ptr<lineage_gateway>> all;
  for (std::uint32_t i = 0; i < shards; ++i) {
    std::vector<snowflake> mine;
    for (std::uint32_t n = 1; n <= guilds; ++n)
      mine.push_back(nodes_[0]->guild(n, i));
    mood.has_poison = poison && i == 0;
    auto& one = all.emplace_back(std::make_unique<lineage_gateway>(
        draw_, mood, std::move(mine), std::to_string(i) + '-'));
    one->on_identify = [this, i] { judge_identify(i); };
  }
  gateway_ = std::make_unique<cluster_gateway>(std::move(all));
}

std::string cluster::run(std::uint64_t seed, bool trace) {
  draw_.seed(seed);
  trace_ = trace;
  set_up();
  begin(*nodes_[0]);
  for (auto steps = 20 + below(100); steps > 0 && wrong_.empty(); --steps)
    act();
  if (wrong_.empty())
    rest();
  for (auto& x : nodes_)
    if (x->runs())
      x->end();
  for (auto& x : nodes_)
    x->supervisor = nullptr;
  return wrong_;
}

} // namespace muster::test
