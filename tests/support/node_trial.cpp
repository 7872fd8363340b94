#include "tests/support/node_trial.hpp"

#include <algorithm>
#include <csignal>
#include <set>
#include <string_view>

#include "messages/shard_id.hpp"
#include "tests/support/freezing.hpp"

namespace muster::test {

namespace {

using namespace std::chrono_literals;

constexpr auto late = "join late";
constexpr auto in_order = "SIGTERM";
constexpr auto killed = "kill -9";
constexpr auto frozen = "SIGSTOP past the lease";
constexpr auto request = "kill -9 during a request";
constexpr auto handover = "kill -9 during a handover";
constexpr auto all = "all killed at once, begun again";
constexpr auto startup = "kill -9 during startup";
constexpr auto store_5 = "database stopped for 5 s";
constexpr auto store_40 = "database stopped for 40 s";

/// By which others tell of it.
constexpr auto gone = "node_left";

} // namespace

node_trial::node_trial(node_fleet::terms x, store_switch store)
    : terms_(std::move(x)), store_(std::move(store)) {
  begin();
}

const std::vector<std::string>& node_trial::faults() {
  static const std::vector<std::string> result{
      late,     in_order, killed,  frozen,  request,
      handover, all,      startup, store_5, store_40};
  return result;
}

bool node_trial::is_clean(const std::string& fault) {
  return fault == late || fault == in_order;
}

void node_trial::begin() {
  fleet_ = std::make_unique<node_fleet>(terms_);
  live_.clear();
  for (int i = 0; i < 3; ++i)
    live_.push_back(fleet_->begin());
  if (settle(3))
    return;
  wrong_ = "three processes never shared the shards; they said:";
  for (auto node : live_)
    wrong_ += '\n' + fleet_->end(node, SIGKILL);
  live_.clear();
}

bool node_trial::settle(std::size_t nodes) {
  auto shared = [&] {
    std::map<std::size_t, std::size_t> owned;
    for (std::uint32_t i = 0; i < terms_.shards; ++i)
      ++owned[fleet_->owner_of(i)];
    auto share = (terms_.shards + nodes - 1) / nodes;
    return owned.size() == nodes
           && std::all_of(owned.begin(), owned.end(),
                          [&](auto& x) { return x.second <= share; });
  };
  if (!fleet_->await(shared))
    return false;
  for (auto node : live_)
    if (!fleet_->await(node, "finished_chunking"))
      return false;
  return fleet_->await_service();
}

bool node_trial::serves() {
  // What is told of a connection may come behind its first events.
  if (fleet_->await_service() && fleet_->await_service())
    return true;
  wrong_ = "the shards were never all connected again, or not once each";
  return false;
}

snowflake node_trial::guild_of(std::size_t node) const {
  for (auto id : fleet_->gateway().guild_ids())
    if (fleet_->owner_of(shard_of(id, terms_.shards)) == node)
      return id;
  return {};
}

void node_trial::kill(std::size_t node) {
  fleet_->end(node, SIGKILL);
  lose(node);
}

fault_cost node_trial::run(const std::string& fault, std::string& wrong) {
  static const std::map<std::string, deed> deeds{
      {late, &node_trial::join_late},
      {in_order, &node_trial::stop_in_order},
      {killed, &node_trial::kill_one},
      {frozen, &node_trial::freeze_one},
      {request, &node_trial::kill_in_request},
      {handover, &node_trial::kill_in_handover},
      {all, &node_trial::kill_all},
      {startup, &node_trial::kill_in_startup}};
  auto& others = cable_deeds();
  served_.reset();
  if (wrong_.empty()) {
    if (fault == store_5)
      stop_store(5s);
    else if (fault == store_40)
      stop_store(40s);
    else
      (this->*(others.count(fault) ? others : deeds).at(fault))();
  }
  fault_cost result;
  if (wrong_.empty() && serves())
    result = fleet_->cost();
  if (served_)
    result.served = *served_;
  // Back to three for the next one.
  for (auto node : live_) {
    fleet_->send_signal(node, SIGCONT);
    if (terms_.network != nullptr)
      for (auto x : test_network::all)
        mend(node, x);
  }
  while (wrong_.empty() && live_.size() < 3)
    live_.push_back(fleet_->begin());
  if (wrong_.empty() && !settle(3))
    wrong_ = "the shards were never shared by three again";
  // Who comes back is not to spend or lose anything, either.
  auto whole = fleet_->cost();
  result.identifies = whole.identifies;
  result.lost = whole.lost;
  result.which = whole.which;
  result.doubled = whole.doubled;
  wrong = wrong_;
  return result;
}

void node_trial::freeze(std::size_t node) {
  constexpr std::string_view scheme = "sqlite:";
  auto file = terms_.state.rfind(scheme, 0) == 0
                  ? terms_.state.substr(scheme.size())
                  : std::string{};
  test::freeze(fleet_->pid(node), file);
}

// -- faults -------------------------------------------------------------------

void node_trial::join_late() {
  fleet_->end(live_.back(), SIGTERM);
  live_.pop_back();
  if (!settle(2)) {
    wrong_ = "two of three never took the shards of the third";
    return;
  }
  fleet_->mark("node_joined");
  live_.push_back(fleet_->begin());
  if (!settle(3))
    wrong_ = "who came late never got a share";
}

void node_trial::stop_in_order() {
  auto node = live_.back();
  fleet_->mark(gone);
  fleet_->end(node, SIGTERM);
  lose(node);
}

void node_trial::kill_one() {
  fleet_->mark(gone);
  kill(live_.back());
}

void node_trial::freeze_one() {
  auto node = live_.back();
  auto left = fleet_->count(any(), "node_left");
  fleet_->mark(gone);
  freeze(node);
  if (!fleet_->await(any(), "node_left", left + 1))
    wrong_ = "nobody missed the frozen one";
}

void node_trial::kill_all() {
  fleet_->mark();
  while (!live_.empty())
    kill(live_.back());
  for (int i = 0; i < 3; ++i)
    live_.push_back(fleet_->begin());
}

void node_trial::stop_store(std::chrono::seconds d) {
  fleet_->mark();
  store_.stop();
  fleet_->pass(d);
  store_.start();
  fleet_->restart_clock();
}

void node_trial::kill_in_startup() {
  auto values = terms_;
  values.chunk_delay = 20ms;
  std::swap(terms_, values);
  while (!live_.empty())
    kill(live_.back());
  // Another bot of the store, as it were: its gateway knows no session.
  fleet_ = std::make_unique<node_fleet>(terms_);
  std::swap(terms_, values);
  for (int i = 0; i < 3; ++i)
    live_.push_back(fleet_->begin());
  auto half = [&] {
    std::set<std::string> ended;
    for (auto& x : fleet_->said("chunk_request_finished"))
      ended.insert(x.what["guild_id"]);
    return ended.size() > terms_.guilds / 2;
  };
  if (!fleet_->await(half) || !fleet_->await_service()) {
    wrong_ = "the startup never got half way";
    return;
  }
  fleet_->mark(gone);
  kill(fleet_->owner_of(0)); // some of them may have no shards yet
}

void node_trial::kill_in_request() {
  auto node = live_.back();
  auto guild = guild_of(node);
  sim::fault silence;
  silence.kind = sim::fault_kind::silence;
  silence.when = sim::occasion::request;
  silence.guild = guild.value;
  auto& gateway = fleet_->gateway();
  auto before = gateway.counts().faults["silence"];
  gateway.add_fault(silence);
  fleet_->ask(any(), guild, "in-the-middle");
  if (!fleet_->await(
          [&] { return gateway.counts().faults["silence"] > before; })) {
    wrong_ = "the request never went out";
    return;
  }
  fleet_->mark(gone);
  kill(node);
  check_answer("in-the-middle");
}

bool node_trial::check_answer(const std::string& nonce) {
  if (!fleet_->await([&] { return !fleet_->answers(nonce).empty(); })) {
    wrong_ = "the request was never answered";
    return false;
  }
  auto answers = fleet_->answers(nonce);
  if (answers.size() == 1 && answers[0]["outcome"] == "complete"
      && answers[0]["members"] == terms_.members)
    return true;
  wrong_ = "the answer is " + answers[0].dump();
  return false;
}

void node_trial::kill_in_handover() {
  auto from = live_.back();
  auto moved = fleet_->said("shard_moved").size();
  fleet_->mark(gone);
  fleet_->send_signal(from, SIGTERM);
  if (!fleet_->await(
          [&] { return fleet_->said("shard_moved").size() > moved; })) {
    wrong_ = "nobody took the shards";
    return;
  }
  auto to = fleet_->said("shard_moved")[moved].node;
  kill(to == from ? any() : to);
  fleet_->end(from, SIGTERM);
  lose(from);
}

} // namespace muster::test
