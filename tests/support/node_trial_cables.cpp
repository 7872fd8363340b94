// What becomes of a node_trial when cables are cut.

#include <algorithm>

#include "tests/support/node_trial.hpp"

namespace muster::test {

namespace {

using namespace std::chrono_literals;

constexpr auto gone = "node_left";
constexpr auto closed = "shard_disconnected";

constexpr auto loose = "cable to the store cut for 0.3 of node-timeout";
constexpr auto no_store = "cable to the store cut";
constexpr auto no_gateway = "cable to the gateway cut";
constexpr auto no_links = "cables between nodes cut";
constexpr auto unplugged = "machine unplugged";

} // namespace

const std::map<std::string, node_trial::deed>& node_trial::cable_deeds() {
  static const std::map<std::string, deed> result{
      {loose, &node_trial::loosen_store},
      {no_store, &node_trial::cut_store},
      {no_gateway, &node_trial::cut_gateway},
      {no_links, &node_trial::cut_nodes},
      {unplugged, &node_trial::unplug}};
  return result;
}

const std::vector<std::string>& node_trial::cable_faults() {
  static const std::vector<std::string> result{loose, no_store, no_gateway,
                                               no_links, unplugged};
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

void node_trial::loosen_store() {
  auto node = live_.back();
  auto before = moves();
  auto connections = fleet_->gateway().counts().connections;
  fleet_->mark(closed);
  cut(node, lan::store);
  fleet_->pass(std::chrono::duration_cast<std::chrono::milliseconds>(
      terms_.node_timeout * 0.3));
  mend(node, lan::store);
  fleet_->pass(terms_.node_timeout / 3);
  if (serves()
      && (moves() > before
          || fleet_->gateway().counts().connections > connections))
    wrong_ = "shards were touched";
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
    fleet_->pass(3s);
}

void node_trial::cut_gateway() {
  auto node = live_.back();
  auto before = moves();
  auto ends = fleet_->count(node, closed);
  fleet_->mark(closed);
  auto until = node_fleet::clock::now() + terms_.node_timeout + 1s;
  cut(node, lan::gateway);
  if (!fleet_->await(node, closed, ends + 1)) {
    wrong_ = "no heartbeat was missed";
    return;
  }
  // Others are not to take it for dead.
  fleet_->pass(std::chrono::ceil<std::chrono::seconds>(
      until - node_fleet::clock::now()));
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
  fleet_->pass(6s); // both sides have given their links up
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
