#include "net/memory_store.hpp"

#include <algorithm>
#include <utility>

#include "messages/errc.hpp"

namespace muster {

memory_store::memory_store(std::function<caf::timestamp()> now)
    : now_(std::move(now)) {}

// -- processes and the start --------------------------------------------------

bool memory_store::is_over(std::uint64_t node) const {
  // Who lives without a shard is about to claim some, or waits for them.
  auto others = nodes_.size() - nodes_.count(node);
  auto now = now_();
  return start_id_ == 0
         || (others == 0
             && std::none_of(shards_.begin(), shards_.end(), [&](auto& row) {
                  auto& [index, x] = row;
                  return lives(x)
                         || (!x.session.empty() && now - x.saved_at < fresh);
                }));
}

void memory_store::begin(const join_store& x) {
  ++news_;
  start_id_ = x.start_id;
  shard_count_ = x.shard_count;
  finished_ = {};
  finished_by_ = {};
  counted_.clear();
  for (auto& [index, row] : shards_) {
    row.settled = false;
    row.event = {};
  }
}

caf::error memory_store::join(const join_store& x, joined_store& out) {
  std::lock_guard guard{mutex_};
  for (auto& [node, other] : nodes_) {
    if (node == x.node)
      continue;
    if (auto error = refuse_unfit(other.who.shard_count, other.who.intents, x))
      return error;
  }
  if (is_over(x.node) || x.shard_count != shard_count_)
    begin(x);
  for (auto& [index, shard] : shards_)
    if (shard.owner.node == x.node) { // which runs nothing yet
      shard.before = x.node;
      shard.owner.node = 0;
    }
  auto& row = nodes_[x.node];
  row = {x, row.counter + 1, now_(), row.draining};
  if (nodes_.size() == 1)
    counted_.clear(); // who is alone counts its own
  counted_.insert(x.shards.begin(), x.shards.end());
  take_result();
  tell(out);
  return caf::none;
}

void memory_store::tell(joined_store& out) const {
  out = {};
  out.start_id = start_id_;
  out.news = news_;
  out.finished = finished_;
  for (auto& [index, shard] : shards_)
    if (shard.event)
      out.finished_shards.push_back(*shard.event);
}

caf::error memory_store::release(const shard_cut& x, saved& out) {
  std::lock_guard guard{mutex_};
  out = {};
  out.holds = write(x);
  if (!out.holds)
    return caf::none;
  auto& row = shards_[x.owner.shard];
  if (row.counts) // it has not died
    row.claims -= std::min(row.claims, 1u);
  row.before = row.owner.node;
  row.owner.node = 0;
  return caf::none;
}

caf::error memory_store::leave(const leave_store& x) {
  std::lock_guard guard{mutex_};
  for (auto& cut : x.cuts)
    write(cut);
  for (auto& [index, row] : shards_) // it has not died
    if (lives(row) && row.owner.node == x.node && row.counts)
      row.claims -= std::min(row.claims, 1u);
  nodes_.erase(x.node);
  return caf::none;
}

caf::error memory_store::renew(const renewal& x, renewed& out) {
  std::lock_guard guard{mutex_};
  out = {};
  for (auto& [node, counter] : x.dead) {
    auto i = nodes_.find(node);
    if (i == nodes_.end() || i->second.counter != counter)
      continue;
    nodes_.erase(i);
    out.buried.push_back(node);
  }
  auto me = nodes_.find(x.node);
  out.known = me != nodes_.end();
  if (out.known) {
    ++me->second.counter;
    me->second.renewed_at = now_();
  }
  for (auto& [node, row] : nodes_)
    if (node != x.node)
      out.others[node] = row.counter;
  for (auto& [node, info] : list_nodes())
    out.nodes.push_back(info);
  out.identifies_left = identifies_left_;
  out.news = news_;
  if (x.news != news_) {
    out.start = joined_store{};
    tell(*out.start);
  }
  for (auto& [index, row] : shards_)
    if (out.known && row.owner.node == x.node)
      out.own.push_back(row.owner);
  return caf::none;
}

std::map<std::uint64_t, node_info> memory_store::list_nodes() const {
  std::map<std::uint64_t, node_info> result;
  for (auto& [node, row] : nodes_) {
    auto& x = result[node] = row.who.info;
    x.node = node;
    x.draining = row.draining;
    x.owns = 0;
  }
  for (auto& [index, row] : shards_)
    if (auto i = result.find(row.owner.node); i != result.end())
      ++i->second.owns;
  return result;
}

caf::error memory_store::drain(std::uint64_t node, bool draining) {
  std::lock_guard guard{mutex_};
  auto i = nodes_.find(node);
  if (i == nodes_.end())
    return make_error(errc::unknown_node);
  i->second.draining = draining;
  return caf::none;
}

caf::error memory_store::look(store_status& out) {
  std::lock_guard guard{mutex_};
  auto since = [now = now_()](caf::timestamp at) {
    return std::chrono::duration_cast<store_status::age>(now - at);
  };
  out = {};
  for (auto& [node, info] : list_nodes())
    out.nodes.push_back({info, {}, since(nodes_.at(node).renewed_at)});
  for (std::uint32_t index = 0; index < shard_count_; ++index) {
    auto& x = out.shards.emplace_back();
    x.index = index;
    auto i = shards_.find(index);
    if (i == shards_.end())
      continue;
    auto& row = i->second;
    x.epoch = row.owner.epoch;
    x.guilds = row.report.guilds;
    x.guilds_complete = row.report.guilds_complete;
    if (row.report.session_at)
      x.session = since(*row.report.session_at);
    if (row.saved_at != caf::timestamp{})
      x.saved = since(row.saved_at);
    if (!lives(row))
      continue;
    x.owner = row.owner.node;
    x.state = row.report.state;
    for (auto& node : out.nodes)
      if (node.info.node == row.owner.node)
        node.shards.push_back(index);
  }
  out.identifies_left = identifies_left_;
  out.finished = finished_ ? true : false;
  return caf::none;
}

// -- shards -------------------------------------------------------------------

caf::error memory_store::claim(const claim_shards& x, shards_claimed& out) {
  std::lock_guard guard{mutex_};
  out.shards.clear();
  tell(out.start);
  if (nodes_.count(x.node) == 0)
    return caf::none;
  auto is_taken = [&](auto& row) {
    return row.owner.node == x.node && row.owner.token == x.token;
  };
  // What this very claim has taken before counts first.
  auto taken = std::count_if(x.shards.begin(), x.shards.end(), [&](auto index) {
    return is_taken(shards_[index]);
  });
  auto room = x.most - std::min<std::uint64_t>(x.most, taken);
  for (auto index : x.shards) {
    auto& row = shards_[index];
    if (!is_taken(row)) {
      if (room == 0 || (lives(row) && row.owner.node != x.node))
        continue;
      --room;
    }
    auto& result = out.shards.emplace_back();
    if (row.owner.node != x.node || row.owner.token != x.token)
      take(index, row, x);
    if (row.owner.epoch > 1)
      result.from = row.before;
    if (row.before != x.node)
      result.vain = row.claims - (row.counts ? 1 : 0);
    result.cut = {row.owner, row.number, row.session, true, {}, row.report};
    for (auto& [key, text] : row.books)
      result.cut.rows.push_back({key, text});
  }
  return caf::none;
}

void memory_store::raise_epochs(std::uint64_t n) {
  std::lock_guard guard{mutex_};
  for (auto& [index, row] : shards_)
    if (row.owner.epoch > 0)
      row.owner.epoch += 4 * n;
}

void memory_store::take(std::uint32_t index, shard_row& row,
                        const claim_shards& x) {
  if (row.owner.node != x.node)
    row.counts = row.claims == 0;
  row.claims = std::max(row.claims, 1u);
  if (row.owner.node != 0)
    row.before = row.owner.node;
  row.owner = {index, x.node, row.owner.epoch + 1, x.token};
  row.report.state = shard_state::starting;
}

bool memory_store::write(const shard_cut& x) {
  auto i = shards_.find(x.owner.shard);
  if (i == shards_.end() || i->second.owner != x.owner || !lives(i->second)
      || x.number < i->second.number)
    return false;
  auto& row = i->second;
  row.number = x.number;
  if (x.whole)
    row.books.clear();
  for (auto& [key, text] : x.rows)
    if (text)
      row.books[key] = *text;
    else
      row.books.erase(key);
  if (x.session) {
    row.session = *x.session;
    row.saved_at = now_();
  }
  if (x.report) {
    row.claims += x.report->begins ? 1 : 0;
    row.counts |= x.report->begins;
    row.report = *x.report;
    row.report.begins = false;
  }
  // Who is refused for good is unfit, not the shard.
  if (row.report.state == shard_state::connected
      || row.report.state == shard_state::closed)
    row.claims = 0;
  return true;
}

void memory_store::settle(const shard_settled& x) {
  auto& row = shards_[x.shard.index];
  if (x.start_id != start_id_)
    return;
  if (x.event) {
    row.event = x.event;
    ++news_;
  }
  if (finished_)
    return;
  row.settled = true;
  row.guilds = x.guilds;
  row.members = x.members;
}

optional<finished_chunking> memory_store::take_result() {
  if (finished_ || counted_.empty())
    return {};
  finished_chunking result;
  result.start_id = start_id_;
  result.shards = static_cast<std::uint32_t>(counted_.size());
  for (auto index : counted_) {
    auto& row = shards_[index];
    if (!row.settled)
      return {};
    result.guilds += row.guilds;
    result.members += row.members;
  }
  finished_ = result;
  ++news_;
  return finished_;
}

caf::error memory_store::save(const std::vector<save_cut>& all,
                              std::vector<saved>& out) {
  std::lock_guard guard{mutex_};
  out.clear();
  for (auto& x : all) {
    saved result;
    result.holds = write(x.cut);
    if (result.holds && x.settled) {
      settle(*x.settled);
      if (take_result())
        finished_by_ = x.cut;
      if (finished_by_.owner == x.cut.owner
          && finished_by_.number == x.cut.number)
        result.finished = finished_;
      if (result.finished)
        tell(result.start);
      result.start.news = news_;
    }
    out.push_back(std::move(result));
  }
  return caf::none;
}

// -- identifies ---------------------------------------------------------------

caf::error memory_store::claim_identify(const muster::claim_identify& x,
                                        identify_claimed& out) {
  std::lock_guard guard{mutex_};
  auto left = x.remaining;
  if (identifies_left_ && x.known_claims < claims_)
    left = std::min(left, *identifies_left_);
  auto& counter = buckets_[x.bucket];
  out.granted = counter == x.seen && left > 0;
  if (out.granted) {
    ++counter;
    ++claims_;
    --left;
  }
  identifies_left_ = left;
  out.counter = counter;
  out.remaining = left;
  out.claims = claims_;
  return caf::none;
}

} // namespace muster
