// Who joins, who lives, and who only looks, in a postgres_store.

#include <algorithm>

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "net/lease_term.hpp"
#include "net/postgres_store.hpp"
#include "net/postgres_text.hpp"

namespace muster {

namespace {

using nlohmann::json;
using std::chrono::milliseconds;

node_info read_node(const json& x) {
  node_info result;
  result.node = read_u64(x.at("node"));
  result.address = from_hex(x.at("address"));
  result.weight = read_u32(x.at("weight"));
  if (!x.at("max_shards").is_null())
    result.max_shards = read_u32(x.at("max_shards"));
  result.only = from_hex(x.at("only"));
  result.draining = x.at("draining").get<bool>();
  result.owns = read_u32(x.at("owns"));
  return result;
}

void read_status(const json& found, store_status& out) {
  auto& bot = found.at("bot");
  auto since = [now = found.at("now").get<std::int64_t>()](std::int64_t at) {
    return store_status::age{now - at};
  };
  out.identifies_left = read_left(bot.at("left"));
  out.finished = bot.at("finished").get<bool>();
  for (auto& x : bot.at("nodes"))
    out.nodes.push_back(
        {read_node(x), {}, since(x.at("renewed").get<std::int64_t>())});
  // Whatever it has been changed to.
  auto count = std::min(read_u32(bot.at("shard_count")), 100'000u);
  for (std::uint32_t i = 0; i < count; ++i)
    out.shards.emplace_back().index = i;
  for (auto& row : bot.at("shards")) {
    auto index = read_u64(row.at("shard"));
    if (index >= out.shards.size())
      continue;
    auto& x = out.shards[index];
    x.epoch = read_u64(row.at("epoch"));
    auto report = read_report(row.at("report"));
    x.guilds = report.guilds;
    x.guilds_complete = report.guilds_complete;
    if (report.session_at)
      x.session = since(in_ms(*report.session_at));
    if (auto saved = row.at("saved").get<std::int64_t>(); saved > 0)
      x.saved = since(saved);
    auto node = read_u64(row.at("node"));
    for (auto& owner : out.nodes)
      if (owner.info.node == node) {
        owner.shards.push_back(x.index);
        x.owner = node;
        x.state = report.state;
      }
  }
}

} // namespace

// -- joining ------------------------------------------------------------------

caf::error postgres_store::join(const join_store& x, joined_store& out) {
  auto args = arguments();
  args["node"] = to_signed(x.node);
  args["start"] = to_signed(x.start_id);
  args["shard_count"] = x.shard_count;
  args["intents"] = x.intents;
  args["shards"] = x.shards;
  args["fresh"] = std::chrono::duration_cast<milliseconds>(fresh).count();
  args["address"] = to_hex(x.info.address);
  args["weight"] = x.info.weight;
  if (x.info.max_shards)
    args["max_shards"] = *x.info.max_shards;
  args["only"] = to_hex(x.info.only);
  for (;;) {
    timespan left{0};
    json place;
    std::pair<std::uint32_t, std::uint32_t> other;
    auto is_unfit = false;
    auto error = call("node_join", args, [&](auto& found) {
      if (found.contains("strange")) {
        place = found["strange"];
        left = wait_for(place, x.node_timeout);
        return;
      }
      strange_.reset();
      if (found.contains("unfit")) {
        auto& values = found["unfit"];
        other = {read_u32(values.at(0)), read_u32(values.at(1))};
        is_unfit = true;
        return;
      }
      read(found.at("start"), out);
      lease_database_.trust();
      std::lock_guard guard{joined_mutex_};
      id_ = found.at("id").template get<std::string>();
      node_timeout_ = x.node_timeout;
    });
    if (error)
      return error;
    if (is_unfit)
      return refuse_unfit(other.first, other.second, x);
    if (place.is_null())
      return caf::none;
    if (left > timespan{0})
      return make_error(
          errc::store_away,
          "the state in " + database_.name()
              + " is on another server than before, or has been restored, so "
                "that what was saved last may be missing and the one before "
                "in use; waiting for "
              + std::to_string(left / std::chrono::seconds(1) + 1) + " s");
    args["waited"] = place;
  }
}

timespan postgres_store::wait_for(const json& place, timespan wait) {
  auto name = place.dump();
  auto now = time_since_boot();
  if (!strange_ || strange_->first != name)
    strange_ = {name, now};
  return strange_->second + wait - now;
}

// -- leases -------------------------------------------------------------------

postgres_limits postgres_store::lease_limits() const {
  postgres_limits result{milliseconds{3000}, milliseconds{2000},
                         milliseconds{1000}};
  std::lock_guard guard{joined_mutex_};
  if (auto third = std::chrono::duration_cast<milliseconds>(node_timeout_) / 3;
      third > milliseconds{0} && third < result.whole)
    result = {third, third * 2 / 3, third / 3};
  return result;
}

caf::error postgres_store::renew(const renewal& x, renewed& out) {
  auto args = arguments();
  args["node"] = to_signed(x.node);
  args["news"] = to_signed(x.news);
  args["dead"] = json::array();
  for (auto& [node, counter] : x.dead)
    args["dead"].push_back(json::array({to_signed(node), to_signed(counter)}));
  std::lock_guard guard{lease_mutex_};
  json found;
  if (auto error =
          lease_database_.call("lease_renew", args, lease_limits(), found))
    return error;
  try {
    out = {};
    out.known = found.at("known").get<bool>();
    for (auto& node : found.at("buried"))
      out.buried.push_back(read_u64(node));
    for (auto& node : found.at("nodes")) {
      out.nodes.push_back(read_node(node));
      if (out.nodes.back().node != x.node)
        out.others[out.nodes.back().node] = read_u64(node.at("counter"));
    }
    // In the order of numbers without a sign, as all have it.
    std::sort(out.nodes.begin(), out.nodes.end(),
              [](auto& a, auto& b) { return a.node < b.node; });
    if (!found.contains("own"))
      return caf::none; // it is not the store that was joined
    for (auto& own : found.at("own"))
      out.own.push_back({read_u32(own.at(0)), x.node, read_u64(own.at(1)),
                         read_u64(own.at(2))});
    if (!found.at("news").is_null())
      out.news = read_u64(found.at("news"));
    out.identifies_left = read_left(found.at("left"));
    if (out.news != x.news) {
      out.start = joined_store{};
      read(found.at("start"), *out.start);
    }
  } catch (const json::exception&) {
    return lease_database_.refuse("is damaged: its schema muster has been "
                                  "changed; restore it");
  }
  return caf::none;
}

// -- a look -------------------------------------------------------------------

caf::error postgres_store::look(store_status& out) {
  // A connection of its own: one that makes nothing, and delays nobody.
  postgres_database database{url_};
  out = {};
  json found;
  if (auto error = database.call_to_look("bot_look", arguments(), {}, found))
    return error;
  try {
    if (auto error = find_bot(found))
      return error;
    read_status(found, out);
  } catch (const json::exception&) {
    return database.refuse("is damaged: its schema muster has been changed; "
                           "restore it");
  }
  return caf::none;
}

caf::error postgres_store::find_bot(const json& found) {
  auto& bots = found.at("bots");
  if (!found.at("bot").is_null()) {
    if (bot_.empty())
      bot_ = from_hex(bots.at(0));
    return caf::none;
  }
  if (bots.empty())
    return database_.refuse("holds no bot; none has run with it");
  auto sentence = "holds "
                  + (bot_.empty() ? std::to_string(bots.size()) + " bots"
                                  : "no bot '" + bot_ + "'")
                  + ", name one of these:";
  for (auto& bot : bots)
    sentence += ' ' + from_hex(bot);
  return database_.refuse(sentence);
}

} // namespace muster
