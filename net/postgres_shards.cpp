// Shards and the start of the bot, in a postgres_store.

#include <utility>

#include <nlohmann/json.hpp>

#include "net/event_text.hpp"
#include "net/postgres_store.hpp"
#include "net/postgres_text.hpp"

namespace muster {

// -- what functions are told --------------------------------------------------

nlohmann::json postgres_store::write(const shard_cut& x) {
  json result{{"shard", x.owner.shard},
              {"node", to_signed(x.owner.node)},
              {"epoch", to_signed(x.owner.epoch)},
              {"token", to_signed(x.owner.token)},
              {"number", to_signed(x.number)},
              {"whole", x.whole}};
  if (x.session)
    result["session"] = to_hex(*x.session);
  auto& rows = result["rows"] = json::array();
  for (auto& [key, text] : x.rows)
    rows.push_back(
        json::array({to_hex(key), text ? json(to_hex(*text)) : json(nullptr)}));
  if (x.report) {
    auto& y = *x.report;
    result["report"] =
        json::array({static_cast<int>(y.state), to_signed(y.guilds),
                     to_signed(y.guilds_complete),
                     y.session_at ? json(in_ms(*y.session_at)) : json(nullptr),
                     y.begins ? 1 : 0});
  }
  return result;
}

nlohmann::json postgres_store::write(const save_cut& x) {
  auto result = write(x.cut);
  if (!x.settled)
    return result;
  auto& settled = result["settled"];
  settled = {{"start", to_signed(x.settled->start_id)},
             {"guilds", to_signed(x.settled->guilds)},
             {"members", to_signed(x.settled->members)}};
  if (x.settled->event)
    settled["event"] = to_hex(write_event(*x.settled->event));
  return result;
}

// -- what they tell -----------------------------------------------------------

void postgres_store::read(const json& x, joined_store& out) {
  out = {};
  if (x.is_null())
    return;
  out.start_id = read_u64(x.at("start"));
  out.news = read_u64(x.at("news"));
  if (auto& end = x.at("finished"); !end.is_null())
    out.finished = finished_chunking{out.start_id, read_u32(end.at(0)),
                                     read_u64(end.at(1)), read_u64(end.at(2))};
  for (auto& row : x.at("events")) {
    shard_finished_chunking event;
    if (!read_event(from_hex(row.at(1)), event))
      continue; // damaged: a listener that comes late hears no more of it
    event.shard.index = read_u32(row.at(0));
    event.start_id = out.start_id;
    out.finished_shards.push_back(std::move(event));
  }
}

claimed_shard postgres_store::read_claim(const json& x, std::uint64_t node) {
  claimed_shard result;
  auto& cut = result.cut;
  cut.owner = {read_u32(x.at("shard")), read_u64(x.at("node")),
               read_u64(x.at("epoch")), read_u64(x.at("token"))};
  cut.number = read_u64(x.at("number"));
  cut.session = from_hex(x.at("session"));
  cut.whole = true;
  cut.report = read_report(x.at("report"));
  for (auto& row : x.at("rows"))
    cut.rows.push_back({from_hex(row.at(0)), from_hex(row.at(1))});
  auto before = read_u64(x.at("before"));
  if (cut.owner.epoch > 1)
    result.from = before;
  if (before != node)
    result.vain = read_u32(x.at("vain"));
  return result;
}

// -- calls --------------------------------------------------------------------

caf::error postgres_store::claim(const claim_shards& x, shards_claimed& out) {
  auto args = arguments();
  args["node"] = to_signed(x.node);
  args["token"] = to_signed(x.token);
  args["shards"] = x.shards;
  args["most"] = x.most;
  return call("shards_claim", args, [&](auto& found) {
    out.shards.clear();
    read(found.at("start"), out.start);
    for (auto& one : found.at("shards"))
      out.shards.push_back(read_claim(one, x.node));
  });
}

caf::error postgres_store::save(const std::vector<save_cut>& all,
                                std::vector<saved>& out) {
  auto args = arguments();
  args["cuts"] = json::array();
  for (auto& x : all)
    args["cuts"].push_back(write(x));
  return call("cuts_save", args, [&](auto& found) {
    out.clear();
    for (auto& x : all) {
      auto& result = found.at(out.size());
      auto& y = out.emplace_back();
      y.holds = result.at("holds").template get<bool>();
      if (!y.holds || !x.settled)
        continue;
      if (!result.at("start").is_null()) {
        read(result.at("start"), y.start);
        y.finished = y.start.finished;
      } else if (!result.at("news").is_null()) {
        y.start.news = read_u64(result.at("news"));
      }
    }
  });
}

} // namespace muster
