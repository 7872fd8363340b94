// What a cluster is judged by.

#include <algorithm>
#include <cstdio>

#include "actors/placement.hpp"
#include "tests/support/cluster.hpp"

namespace muster::test {

using namespace std::chrono_literals;

void cluster::note(const std::string& what) {
  if (trace_)
    std::fprintf(stderr, "%12.3f %s\n",
                 std::chrono::duration<double>(now_).count(), what.c_str());
}

void cluster::fail(const std::string& what) {
  if (wrong_.empty())
    wrong_ = what;
  note("WRONG: " + what);
}

void cluster::judge_answers(const cluster_node& x) {
  auto who = std::to_string(x.last_node()) + ": ";
  for (auto& one : x.asked) {
    if (one->count > 1)
      fail(who + "a request has two answers");
    if (one->answer && one->answer->outcome == outcome::complete
        && !gateway_->shard(one->answer->shard.index)
                .was_complete(one->answer->guild_id))
      fail(who + "an answer takes for complete what was never sent");
  }
  for (auto& one : x.streams)
    if (!one->wrong.empty())
      fail(who + one->wrong);
  if (x.listener && !x.listener->wrong.empty())
    fail(who + x.listener->wrong);
}

void cluster::judge_events(cluster_node& x) {
  judge_answers(x);
  auto who = std::to_string(x.last_node()) + ": ";
  for (; x.e1 < x.finished_requests.size(); ++x.e1) {
    auto& e = x.finished_requests[x.e1];
    note(who + "E1 " + to_string(e.guild_id) + ' ' + to_string(e.outcome));
    // For so long its nonce is known. It was told since the last look, which
    // may be long ago.
    auto [told, fresh] = x.told.try_emplace(e.nonce, x.judged_at);
    if (!fresh && now_ - told->second < 295s)
      fail(who + "E1 twice: " + e.nonce);
    told->second = x.judged_at;
    if (e.outcome != outcome::complete && e.outcome != outcome::cancelled)
      excused_.insert(e.guild_id);
    auto& shard = gateway_->shard(e.shard.index);
    if (e.outcome == outcome::complete && !shard.was_complete(e.guild_id))
      fail(who + "E1 complete of what was never sent: " + e.nonce);
  }
  for (; x.e2 < x.finished_shards.size(); ++x.e2) {
    auto& e = x.finished_shards[x.e2];
    note(who + "E2 of shard " + std::to_string(e.shard.index));
    std::set<snowflake> bad{e.incomplete_guild_ids.begin(),
                            e.incomplete_guild_ids.end()};
    bad.insert(e.missed_guild_ids.begin(), e.missed_guild_ids.end());
    excused_.insert(bad.begin(), bad.end());
    for (std::uint32_t n = 1; n <= guilds; ++n) {
      auto id = x.guild(n, e.shard.index);
      if (bad.count(id) == 0
          && !gateway_->shard(e.shard.index).was_complete(id))
        fail(who + "E2 takes guild " + to_string(id) + " for complete");
    }
    for (auto i = x.e2_from; i < x.e2; ++i)
      if (x.finished_shards[i] == e)
        fail(who + "the same E2 twice");
  }
  for (; x.e3 < x.finished.size(); ++x.e3) {
    auto& e = x.finished[x.e3];
    note(who + "E3");
    if (e.shards != shards)
      fail(who + "E3 counts " + std::to_string(e.shards) + " shards");
    std::set<std::uint32_t> told;
    for (auto i = x.e2_from; i < x.finished_shards.size(); ++i)
      told.insert(x.finished_shards[i].shard.index);
    // Who had settled before this start has none in it.
    if (truth_->finished_start == e.start_id)
      for (auto shard : truth_->settled)
        if (told.count(shard) == 0)
          fail(who + "E3 before the E2 of shard " + std::to_string(shard));
    for (auto i = x.e3_from; i < x.e3; ++i)
      if (x.finished[i].start_id == e.start_id)
        fail(who + "E3 twice");
  }
  x.judged_at = now_;
}

void cluster::judge_identify(std::uint32_t shard) {
  note("IDENTIFY of shard " + std::to_string(shard));
  store_status x;
  truth_->look(x);
  auto saved = x.shards.size() > shard && x.shards[shard].session;
  if (saved && !gateway_->shard(shard).refused() && vain_[shard] < 3)
    fail("shard " + std::to_string(shard)
         + " identifies although a session was saved");
  // It may have been under way for a while.
  auto& link = *gateway_->served();
  auto at = now_;
  for (auto& node : nodes_)
    if (std::count(node->connections.begin(), node->connections.end(),
                   gateway_->served())
        > 0)
      at -= node->sched.clock().now() + node->owed - link.times_of(2).back();
  judge_failover(at);
  auto& last = identified_[shard % nodes_[0]->info.max_concurrency];
  // Clocks may be a hundredth too fast.
  if (last.count() != 0 && at - last < 4900ms)
    fail("two identifies in one bucket within "
         + std::to_string((at - last) / 1ms) + " ms");
  last = std::max(at, last);
}

std::string cluster::unrest_of(std::uint32_t index, const store_status& all) {
  auto name = "shard " + std::to_string(index);
  auto& shard = gateway_->shard(index);
  if (!shard.is_connected())
    return name + " is not connected";
  if (all.shards[index].state != shard_state::connected)
    return "the store does not show " + name + " as connected";
  std::size_t open = 0;
  for (auto& x : nodes_) {
    auto runs = x->last_node() == *all.shards[index].owner;
    auto& links = x->connections;
    auto has = std::count(links.begin(), links.end(), shard.connected()) > 0;
    if (runs != has)
      return name + " is connected by who does not own it";
    open += has ? 1 : 0;
    if (!runs || shard.may_lose_chunks())
      continue;
    for (std::uint32_t n = 1; n <= guilds; ++n) {
      auto id = x->guild(n, index);
      auto status = x->status_of(id);
      if (!status)
        return name + " does not answer";
      if (excused_.count(id) == 0 && !shard.is_suspect(id)
          && *status != guild_status::complete)
        return "guild " + to_string(id) + " is " + to_string(*status);
    }
  }
  return open == 1 ? "" : name + " has several connections";
}

std::string cluster::unanswered() {
  for (auto& x : nodes_)
    for (auto& one : x->last_asked)
      if (!one->answer)
        return "process " + std::to_string(x->last_node())
               + " is not answered: "
               + (one->count == 0 ? "nothing" : sentence_of(one->error));
  return "";
}

std::string cluster::unrest() {
  store_status all;
  truth_->look(all);
  if (all.shards.size() != shards)
    return "nothing has begun";
  std::size_t open = 0;
  for (auto& x : nodes_) {
    for (auto& link : x->connections)
      open += link->ended() ? 0 : 1;
    if (!x->runs())
      continue;
    for (auto& one : x->asked)
      if (one->count != 1)
        return "a request of process " + std::to_string(x->last_node())
               + " has " + std::to_string(one->count) + " answers";
    if (x->finished.size() == x->e3_from)
      return "no E3 in process " + std::to_string(x->last_node());
  }
  if (open != shards)
    return std::to_string(open) + " connections";
  if (!all.finished)
    return "the start has not finished";
  for (std::uint32_t i = 0; i < shards; ++i)
    if (auto why = unrest_of(i, all); !why.empty())
      return why;
  std::vector<node_info> infos;
  for (auto& x : all.nodes)
    infos.push_back(x.info);
  for (auto& x : all.nodes)
    if (!placement(infos, x.info.node, shards).leaves(x.shards).empty())
      return "process " + std::to_string(x.info.node) + " has too much";
  return "";
}

} // namespace muster::test
