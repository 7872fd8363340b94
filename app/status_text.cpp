#include "app/status_text.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/text.hpp"

namespace muster::app {

namespace {

using json = nlohmann::ordered_json;

/// A clock that was set back makes nothing younger than now.
std::int64_t ms(store_status::age x) {
  return std::max<std::int64_t>(x.count(), 0);
}

json age(const optional<store_status::age>& x) {
  return x ? json(ms(*x)) : json(nullptr);
}

std::string ago(store_status::age x) {
  return to_words(std::chrono::milliseconds(ms(x))) + " ago";
}

/// Columns as wide as their widest text.
class table {
public:
  void add(std::vector<std::string> row) {
    widths_.resize(std::max(widths_.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths_[i] = std::max(widths_[i], row[i].size());
    rows_.push_back(std::move(row));
  }

  std::string text() const {
    std::string result;
    for (auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        line += row[i];
        if (i + 1 < row.size())
          line.append(widths_[i] - row[i].size() + 2, ' ');
      }
      result += line + '\n';
    }
    return result;
  }

private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> widths_;
};

} // namespace

std::string to_json(const store_status& x) {
  auto nodes = json::array();
  for (auto& node : x.nodes)
    nodes.push_back(
        {{"node", node_name(node.info.node)},
         {"address",
          node.info.address.empty() ? json(nullptr) : json(node.info.address)},
         {"draining", node.info.draining},
         {"weight", node.info.weight},
         {"shards", node.shards},
         {"renewed_ms_ago", ms(node.renewed)}});
  auto shards = json::array();
  for (auto& shard : x.shards)
    shards.push_back(
        {{"shard", shard.index},
         {"node", shard.owner ? json(node_name(*shard.owner)) : json(nullptr)},
         {"epoch", shard.epoch},
         {"state", to_string(shard.state)},
         {"guilds", shard.guilds},
         {"guilds_complete", shard.guilds_complete},
         {"session_age_ms", age(shard.session)},
         {"saved_ms_ago", age(shard.saved)}});
  json all{{"nodes", std::move(nodes)},
           {"shards", std::move(shards)},
           {"identifies_left",
            x.identifies_left ? json(*x.identifies_left) : json(nullptr)},
           {"finished", x.finished}};
  return all.dump();
}

std::string to_table(const store_status& x) {
  std::string text;
  table processes;
  processes.add(
      {"process", "address", "weight", "state", "heard of", "shards"});
  for (auto& node : x.nodes)
    processes.add({node_name(node.info.node),
                   node.info.address.empty() ? "-" : node.info.address,
                   with_commas(node.info.weight),
                   node.info.draining ? "draining" : "running",
                   ago(node.renewed),
                   node.shards.empty() ? "none" : to_ranges(node.shards)});
  text += x.nodes.empty() ? "no process runs\n" : processes.text();
  text += '\n';
  table shards;
  shards.add({"shard", "state", "process", "guilds", "session", "saved"});
  for (auto& shard : x.shards)
    shards.add({std::to_string(shard.index), to_string(shard.state),
                shard.owner ? node_name(*shard.owner) : "-",
                with_commas(shard.guilds_complete) + " of "
                    + with_commas(shard.guilds),
                shard.session ? "begun " + ago(*shard.session) : "-",
                shard.saved ? ago(*shard.saved) : "-"});
  text += shards.text() + '\n';
  text += x.identifies_left
              ? with_commas(*x.identifies_left) + " identifies left, "
              : std::string{};
  return text + "chunking " + (x.finished ? "finished" : "not finished") + '\n';
}

} // namespace muster::app
