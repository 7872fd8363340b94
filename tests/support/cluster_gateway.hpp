#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/lineage_gateway.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

/// A gateway for many shards, each a lineage_gateway: finds out which one a
/// connection is of.
class cluster_gateway {
public:
  using link = lineage_gateway::link;

  explicit cluster_gateway(std::vector<std::unique_ptr<lineage_gateway>> shards)
      : shards_(std::move(shards)) {}

  lineage_gateway& shard(std::size_t index) { return *shards_[index]; }
  std::size_t size() const { return shards_.size(); }

  /// HELLO, if it is new; and all that it has sent.
  void serve(const link& x) {
    if (x->ended())
      return;
    auto [i, fresh] = owners_.try_emplace(x.get(), nullptr);
    if (fresh) {
      x->opened();
      x->say(hello(std::chrono::milliseconds(41'250)));
    }
    auto& owner = i->second;
    if (owner == nullptr && (owner = find_owner(*x)) != nullptr)
      owner->adopt(x);
    served_ = x;
    while (owner != nullptr && owner->read(x))
      ;
  }

  /// Whose turn it is.
  const link& served() const { return served_; }

  /// Says what a shard has to say, all of it.
  void speak() {
    for (auto& x : shards_)
      while (x->speak())
        ;
  }

  /// The first thing that was wrong.
  std::string wrong() const {
    for (auto& x : shards_)
      if (!x->wrong.empty())
        return x->wrong;
    return {};
  }

private:
  lineage_gateway* find_owner(const scripted_connection& x) {
    for (auto& text : x.texts) {
      auto all = nlohmann::json::parse(text);
      auto& d = all["d"];
      if (all["op"] == 2)
        return shards_[d["shard"][0].get<std::size_t>()].get();
      if (all["op"] == 6) // "shard-session"
        return shards_[std::stoul(d["session_id"].get<std::string>())].get();
    }
    return nullptr;
  }

  std::vector<std::unique_ptr<lineage_gateway>> shards_;
  std::map<scripted_connection*, lineage_gateway*> owners_;
  link served_;
};

} // namespace muster::test
