// What becomes of a node_trial when cables are cut.

#include <algorithm>

#include "tests/support/node_trial.hpp"

namespace muster::test {

namespace {

using namespace std::chrono_literals;

constexpr auto gone = "node_left";
constexpr auto closed = "shard_disconnected";

} // namespace

const std::map<std::string, node_trial::deed>& node_trial::cable_deeds() {
  static const std::map<std::string, deed> result{
      {"cable to the store cut", &node_trial::cut_store},
      {"cable to the gateway cut", &node_trial::cut_gateway},
      {"cables between nodes cut", &node_trial::cut_nodes},
      {"machine unplugged", &node_trial::unplug}};
  return result;
}

const std::vector<std::string>& node_trial::cable_faults() {
  static const std::vector<std::string> result{
      "cable to the store cut", "cable to the gateway cut",
      "cables between nodes cut", "machine unplugged"};
  return result;
}

void node_trial::cut(std::size_t node, lan x) {
  terms_.network->cut(fleet_->machine_of(node), x);
}

void node_trial::mend(std::size_t node, lan x) {
  terms_.network->mend(fleet_->machine_of(node), x);
}

std::size_t node_trial::moves() const {
  return fleet_->said(gone).size() + fleet_->said("shard_moved").size();
}

void node_trial::take_out(std::size_t node, const std::vector<lan>& cables) {
  auto left = fleet_->count(any(), gone);
  fleet_->mark(gone);
  for (auto x : cables)
    cut(node, x);
  if (!fleet_->await(any(), gone, left + 1))
    wrong_ = "nobody missed it";
}

void node_trial::cut_store() {
  take_out(live_.back(), {lan::store});
  // It has closed them before others had its shards.
  if (wrong_.empty() && serves() && fleet_->cost().superseded > 0)
    wrong_ = "a shard was connected twice";
}

void node_trial::unplug() {
  take_out(live_.back(), {lan::gateway, lan::store, lan::nodes});
  // What it had begun to send is kept by its machine.
  if (wrong_.empty() && serves())
    fleet_->pass(5s);
}

void node_trial::cut_gateway() {
  auto node = live_.back();
  auto before = moves();
  auto ends = fleet_->count(node, closed);
  fleet_->mark(closed);
  cut(node, lan::gateway);
  if (!fleet_->await(node, closed, ends + 1)) {
    wrong_ = "no heartbeat was missed";
    return;
  }
  // Others are not to take it for dead.
  fleet_->pass(std::chrono::ceil<std::chrono::seconds>(terms_.node_timeout));
  mend(node, lan::gateway);
  fleet_->restart_clock();
  if (serves() && moves() > before)
    wrong_ = "shards have moved";
}

void node_trial::cut_nodes() {
  constexpr auto nonce = "across";
  auto& gateway = fleet_->gateway();
  auto before = moves();
  auto connections = gateway.counts().connections;
  fleet_->mark();
  for (auto node : live_)
    cut(node, lan::nodes);
  fleet_->ask(any(), guild_of(live_.back()), nonce);
  fleet_->pass(8s); // both sides have given their links up
  if (!fleet_->answers(nonce).empty()) {
    wrong_ = "there was an answer without a way";
    return;
  }
  for (auto node : live_)
    mend(node, lan::nodes);
  auto from = node_fleet::clock::now();
  if (!check_answer(nonce))
    return;
  auto answers = fleet_->said("answer");
  served_ = answers.back().at - from;
  if (serves()
      && (moves() > before || gateway.counts().connections > connections))
    wrong_ = "shards were touched";
}

} // namespace muster::test
