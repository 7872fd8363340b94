#include "tests/support/node_fleet.hpp"

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "net/certificate_maker.hpp"
#include "tests/support/free_port.hpp"

namespace muster::test {

namespace {

using namespace std::chrono_literals;

constexpr auto token = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.not-a-real-secret";
constexpr auto tick_interval = 50ms;

sim::options world_of(const node_fleet::terms& x) {
  sim::options result;
  result.shards = x.shards;
  result.guilds = x.guilds / x.shards;
  result.members = x.members;
  result.max_concurrency = 16;
  result.identify_window = 50ms;
  result.chunk_cooldown = 300ms;
  result.chunk_delay = x.chunk_delay;
  if (x.network != nullptr) {
    result.host = test_network::host(test_network::lan::gateway);
    result.heartbeat_interval = 2s;
    result.silent_intervals = 60; // as with Discord's own interval
  }
  return result;
}

} // namespace

node_fleet::node_fleet(terms x)
    : terms_(std::move(x)),
      gateway_(std::make_unique<sim::simulator>(world_of(terms_))),
      heard_(terms_.shards), sent_(terms_.shards), owners_(terms_.shards),
      sent_before_(terms_.shards) {
  ticker_ = std::thread{[this] { tick(); }};
}

node_fleet::~node_fleet() {
  {
    std::lock_guard guard{mutex_};
    over_ = true;
  }
  changed_.notify_all();
  ticker_.join();
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (!nodes_[i]->ended)
      end(i, SIGKILL);
}

std::size_t node_fleet::begin(std::uint32_t weight) {
  auto made = std::make_unique<node>();
  auto place = place_of(*made);
  std::vector<std::string> command{MUSTER_NODE_PROBE,
                                   gateway_->rest_url(),
                                   terms_.state,
                                   place[0],
                                   place[1],
                                   std::to_string(weight),
                                   std::to_string(terms_.node_timeout.count())};
  if (!place[2].empty())
    command.push_back(place[2]);
  auto run = [&] {
    made->handle = std::make_unique<process>(command, token, true);
  };
  if (terms_.network != nullptr)
    terms_.network->on(made->machine, run);
  else
    run();
  nodes_.push_back(std::move(made));
  auto index = nodes_.size() - 1;
  nodes_[index]->reader = std::thread{[this, index] { read(index); }};
  return index;
}

std::vector<std::string> node_fleet::place_of(node& x) {
  if (terms_.network == nullptr) {
    auto port = free_port();
    x.way.lead_to(port);
    return {"127.0.0.1:" + port, "127.0.0.1:" + x.way.port(), terms_.tls_dir};
  }
  x.machine = terms_.network->add();
  auto host = test_network::address(x.machine, test_network::lan::nodes);
  machine_keys made;
  if (make_machine_keys(keys_ / "keys", {host}, caf::make_timestamp(), made))
    throw std::runtime_error("no keys were made for " + host);
  auto node = host + ":7000";
  return {node, node, made.machines.at(0).folder};
}

int node_fleet::pid(std::size_t node) const {
  return nodes_[node]->handle->pid();
}

void node_fleet::send_signal(std::size_t node, int number) {
  kill(pid(node), number);
}

std::string node_fleet::end(std::size_t node, int number) {
  auto& x = *nodes_[node];
  x.ended = true;
  send_signal(node, number);
  x.reader.join();
  return x.handle->end(number).err;
}

void node_fleet::ask(std::size_t node, snowflake guild,
                     const std::string& nonce) {
  nodes_[node]->handle->say(to_string(guild) + ' ' + nonce);
}

void node_fleet::read(std::size_t index) {
  auto& from = *nodes_[index]->handle;
  for (auto text = from.line(); !text.empty(); text = from.line()) {
    auto what = nlohmann::json::parse(text, nullptr, false);
    if (what.is_discarded())
      continue; // cut off by its end
    auto at = clock::now();
    auto event = what.value("event", "");
    std::lock_guard guard{mutex_};
    ++read_;
    changed_.notify_all();
    if (event == "tick") {
      auto shard = what["shard"].get<std::uint32_t>();
      owners_[shard] = index;
      ++heard_[shard][what["d"]["n"].get<std::uint64_t>()];
    } else {
      lines_.push_back({at, index, std::move(what)});
    }
  }
}

void node_fleet::tick() {
  std::unique_lock guard{mutex_};
  for (auto due = clock::now(); !over_; due += tick_interval) {
    auto numbers = sent_;
    for (auto& n : sent_)
      ++n;
    guard.unlock();
    for (std::uint32_t i = 0; i < terms_.shards; ++i)
      gateway_->dispatch(i, "TICK",
                         "{\"n\":" + std::to_string(numbers[i] + 1) + '}');
    guard.lock();
    changed_.wait_until(guard, due + tick_interval, [this] { return over_; });
  }
}

bool node_fleet::await(const std::function<bool()>& what) {
  auto until = clock::now() + 60s;
  for (;;) {
    std::unique_lock guard{mutex_};
    auto before = read_;
    guard.unlock();
    if (what())
      return true;
    guard.lock();
    if (!changed_.wait_until(guard, until, [&] { return read_ != before; }))
      return false;
  }
}

void node_fleet::pass(std::chrono::milliseconds d) {
  std::unique_lock guard{mutex_};
  changed_.wait_for(guard, d, [this] { return over_; });
}

bool node_fleet::await(std::size_t node, const std::string& event,
                       std::size_t count) {
  return await([&] { return this->count(node, event) >= count; });
}

bool node_fleet::await_service() {
  auto until = sent();
  return await([&] {
    auto live = gateway_->counts().live;
    auto once = [](auto& x) { return x.second == 1; };
    return live.size() == terms_.shards
           && std::all_of(live.begin(), live.end(), once) && have_heard(until);
  });
}

std::vector<std::uint64_t> node_fleet::sent() const {
  std::lock_guard guard{mutex_};
  return sent_;
}

bool node_fleet::have_heard(const std::vector<std::uint64_t>& all) const {
  std::lock_guard guard{mutex_};
  for (std::uint32_t i = 0; i < terms_.shards; ++i)
    if (heard_[i].empty() || heard_[i].rbegin()->first <= all[i])
      return false;
  return true;
}

std::vector<node_fleet::line> node_fleet::said(const std::string& event) const {
  std::lock_guard guard{mutex_};
  std::vector<line> result;
  for (auto& x : lines_)
    if (x.what.value("event", "") == event)
      result.push_back(x);
  return result;
}

std::size_t node_fleet::count(std::size_t node,
                              const std::string& event) const {
  std::size_t result = 0;
  for (auto& x : said(event))
    result += x.node == node ? 1 : 0;
  return result;
}

std::vector<nlohmann::json>
node_fleet::answers(const std::string& nonce) const {
  std::vector<nlohmann::json> result;
  for (auto& x : said("answer"))
    if (x.what["nonce"] == nonce)
      result.push_back(x.what);
  return result;
}

std::size_t node_fleet::owner_of(std::uint32_t shard) const {
  std::lock_guard guard{mutex_};
  return owners_[shard];
}

void node_fleet::mark(std::string notice) {
  auto now = gateway_->counts();
  std::lock_guard guard{mutex_};
  notice_ = std::move(notice);
  marked_ = served_from_ = clock::now();
  sent_before_ = sent_;
  identifies_before_ = now.identifies.size();
  superseded_before_ = now.superseded;
}

void node_fleet::restart_clock() {
  std::lock_guard guard{mutex_};
  served_from_ = clock::now();
}

fault_cost node_fleet::cost() const {
  fault_cost result;
  auto now = gateway_->counts();
  result.identifies = now.identifies.size() - identifies_before_;
  result.superseded = now.superseded - superseded_before_;
  std::lock_guard guard{mutex_};
  for (auto& x : lines_) {
    if (x.at < marked_)
      continue;
    auto event = x.what.value("event", "");
    if (event == notice_ && !result.noticed)
      result.noticed = x.at - marked_;
    if (event == "shard_resumed" || event == "shard_ready")
      result.served =
          std::max<fault_cost::seconds>(result.served, x.at - served_from_);
  }
  for (std::uint32_t i = 0; i < terms_.shards; ++i) {
    auto last = heard_[i].empty() ? 0 : heard_[i].rbegin()->first;
    // A second before the mark may still have been under way then.
    auto from = sent_before_[i] > 20 ? sent_before_[i] - 20 : 1;
    if (!heard_[i].empty()) // there was no session before
      from = std::max(from, heard_[i].begin()->first);
    for (auto n = from; n <= last; ++n) {
      auto heard = heard_[i].find(n);
      if (heard == heard_[i].end()) {
        ++result.lost;
        result.which += " " + std::to_string(i) + ":" + std::to_string(n);
      }
      result.doubled += heard != heard_[i].end() && heard->second > 1 ? 1 : 0;
    }
  }
  return result;
}

} // namespace muster::test
