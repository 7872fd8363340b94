// Who lives, and who only looks, in a sqlite_store.

#include <algorithm>
#include <utility>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Transaction.h>

#include "messages/errc.hpp"
#include "net/lease_term.hpp"
#include "net/sqlite_bind.hpp"
#include "net/sqlite_store.hpp"

namespace muster {

// -- leases -------------------------------------------------------------------

caf::error sqlite_store::renew(const renewal& x, renewed& out) {
  std::lock_guard guard{lease_mutex_};
  if (auto error = lease_file_.open())
    return error;
  try {
    SQLite::Transaction all{lease_file_.db(),
                            SQLite::TransactionBehavior::IMMEDIATE};
    out = {};
    if (auto error = check_identity())
      return error;
    std::list<death_certificate> deaths; // nobody else shows them meanwhile
    bury_the_dead(lease_file_, x.node, deaths);
    for (auto& one : deaths)
      out.buried.push_back(one.node());
    count_up(x, out);
    all.commit();
    for (auto& one : deaths)
      one.bury();
  } catch (const SQLite::Exception& error) {
    return lease_file_.error_of(error);
  }
  return caf::none;
}

std::vector<node_info> sqlite_store::list_nodes(sqlite_file& file) {
  std::vector<node_info> result;
  auto all = prepare(
      file, "SELECT node, address, weight, max_shards, only_shards, draining, "
            "(SELECT count(*) FROM shards WHERE shards.bot=?1 AND "
            "shards.node=nodes.node) FROM nodes WHERE bot=?1 ORDER BY node");
  while (all.executeStep()) {
    auto& x = result.emplace_back();
    x.node = read_number(all, 0);
    x.address = all.getColumn(1).getString();
    x.weight = all.getColumn(2).getUInt();
    if (!all.getColumn(3).isNull())
      x.max_shards = all.getColumn(3).getUInt();
    x.only = all.getColumn(4).getString();
    x.draining = all.getColumn(5).getInt() != 0;
    x.owns = all.getColumn(6).getUInt();
  }
  return result;
}

void sqlite_store::count_up(const renewal& x, renewed& out) {
  auto bury = prepare(lease_file_, "DELETE FROM nodes WHERE bot=?1 AND node=?2 "
                                   "AND counter=?3");
  for (auto& [node, counter] : x.dead) {
    bind(bury, 2, node);
    bind(bury, 3, counter);
    if (bury.exec() == 1)
      out.buried.push_back(node);
    bury.reset();
  }
  auto up = prepare(lease_file_, "UPDATE nodes SET counter=counter+1, "
                                 "renewed_ms=?3 WHERE bot=?1 AND node=?2");
  bind(up, 2, x.node);
  up.bind(3, now_ms());
  out.known = up.exec() == 1;
  auto others = prepare(
      lease_file_, "SELECT node, counter FROM nodes WHERE bot=?1 AND node<>?2");
  bind(others, 2, x.node);
  while (others.executeStep())
    out.others[read_number(others, 0)] = read_number(others, 1);
  if (!out.known)
    return;
  out.nodes = list_nodes(lease_file_);
  auto news = prepare(lease_file_,
                      "SELECT news, identifies_left FROM bots WHERE bot=?1");
  if (news.executeStep()) {
    out.news = read_news(news, 0);
    out.identifies_left = read_left(news, 1);
  }
  if (out.news != x.news) {
    out.start = joined_store{};
    tell(lease_file_, *out.start);
  }
  auto own = prepare(lease_file_, "SELECT shard, epoch, token FROM shards "
                                  "WHERE bot=?1 AND node=?2 ORDER BY shard");
  bind(own, 2, x.node);
  while (own.executeStep())
    out.own.push_back({static_cast<std::uint32_t>(read_number(own, 0)), x.node,
                       read_number(own, 1), read_number(own, 2)});
}

// -- which file it is ---------------------------------------------------------

caf::error sqlite_store::recognize(timespan wait) {
  SQLite::Statement kept{file_.db(), "SELECT file, id FROM identity"};
  auto found = kept.executeStep();
  if (found && read_number(kept, 0) == file_.identity()) {
    id_ = read_number(kept, 1);
    return caf::none;
  }
  if (found) {
    auto now = time_since_boot();
    if (!strange_since_)
      strange_since_ = now;
    if (auto left = *strange_since_ + wait - now; left > timespan{0})
      return make_error(
          errc::store_away,
          "the state in '" + file_.path()
              + "' is a copy, whose original may be in use; waiting for "
              + std::to_string(left / std::chrono::seconds(1) + 1) + " s");
  }
  kept.reset();
  file_.db().exec("DELETE FROM identity");
  SQLite::Statement mine{file_.db(),
                         "INSERT INTO identity VALUES(?1, random()) "
                         "RETURNING id"};
  bind(mine, 1, file_.identity());
  mine.executeStep();
  id_ = read_number(mine, 0);
  if (!found)
    return caf::none;
  // What REST says counts from here on.
  file_.db().exec("UPDATE bots SET identifies_left=NULL");
  // Claims that a copy lacks are not made again: their epochs are in nonces
  // that went out (C6), of which the last 8 are tried.
  file_.db().exec("UPDATE shards SET epoch=epoch+4 WHERE "
                  "typeof(epoch)='integer' AND epoch BETWEEN 1 AND 1<<62");
  return caf::none;
}

caf::error sqlite_store::check_identity() {
  SQLite::Statement kept{lease_file_.db(), "SELECT id FROM identity"};
  if (id_ == 0) // it has not joined
    return caf::none;
  if (kept.executeStep() && read_number(kept, 0) == id_)
    return caf::none;
  return make_error(errc::store_refused,
                    "the state in '" + lease_file_.path()
                        + "' has been replaced by another one; start muster "
                          "with the right one");
}

// -- a look -------------------------------------------------------------------

caf::error sqlite_store::look(store_status& out) {
  // A handle of its own: one that does not change what it finds.
  sqlite_file file{file_.path()};
  std::lock_guard guard{mutex_};
  out = {};
  if (!file.exists())
    return make_error(errc::store_refused,
                      "there is no state in '" + file_.path()
                          + "'; give the path that the bot runs with");
  if (auto error = file.open_to_look())
    return error;
  try {
    SQLite::Transaction all{file.db()}; // one view of it
    if (auto error = find_bot(file))
      return error;
    list_nodes(file, out);
    list_shards(file, out);
  } catch (const SQLite::Exception& error) {
    return file.error_of(error);
  }
  return caf::none;
}

caf::error sqlite_store::find_bot(sqlite_file& file) {
  SQLite::Statement all{file.db(),
                        "SELECT bot FROM bots WHERE start_id<>0 ORDER BY bot"};
  std::vector<std::string> bots;
  while (all.executeStep())
    bots.push_back(all.getColumn(0).getString());
  if (bot_.empty() && bots.size() == 1)
    bot_ = bots[0];
  if (std::find(bots.begin(), bots.end(), bot_) != bots.end())
    return caf::none;
  auto sentence = "the state in '" + file.path() + "' holds ";
  if (bots.empty())
    return make_error(errc::store_refused,
                      sentence + "no bot; none has run with it");
  sentence += bot_.empty() ? std::to_string(bots.size()) + " bots"
                           : "no bot '" + bot_ + "'";
  sentence += ", name one of these:";
  for (auto& bot : bots)
    sentence += ' ' + bot;
  return make_error(errc::store_refused, sentence);
}

void sqlite_store::list_nodes(sqlite_file& file, store_status& out) {
  auto row = prepare(file, "SELECT boot, renewed_ms FROM nodes WHERE bot=?1 "
                           "AND node=?2");
  for (auto& info : list_nodes(file)) {
    bind(row, 2, info.node);
    if (row.executeStep()) {
      death_certificate death{file.path(), info.node,
                              row.getColumn(0).getString()};
      store_status::age age{now_ms() - row.getColumn(1).getInt64()};
      if (!death.proves())
        out.nodes.push_back({info, {}, age});
    }
    row.reset();
  }
}

void sqlite_store::list_shards(sqlite_file& file, store_status& out) {
  auto bot =
      prepare(file, "SELECT shard_count, identifies_left, finished_shards "
                    "FROM bots WHERE bot=?1");
  bot.executeStep();
  out.identifies_left = read_left(bot, 1);
  out.finished = !bot.getColumn(2).isNull();
  // After damage it may be any number.
  auto count = std::min<std::uint64_t>(read_number(bot, 0), 100'000);
  for (std::uint32_t i = 0; i < count; ++i)
    out.shards.emplace_back().index = i;
  auto rows =
      prepare(file, "SELECT shard, node, epoch, saved_ms, state, "
                    "guild_count, complete_count, session_ms FROM shards "
                    "WHERE bot=?1 ORDER BY shard");
  while (rows.executeStep()) {
    auto index = read_number(rows, 0);
    if (index >= out.shards.size())
      continue;
    auto& x = out.shards[index];
    x.epoch = read_number(rows, 2);
    auto report = read_report(rows, 4);
    x.guilds = report.guilds;
    x.guilds_complete = report.guilds_complete;
    if (report.session_at)
      x.session = store_status::age{now_ms() - to_ms(*report.session_at)};
    if (auto saved = rows.getColumn(3).getInt64(); saved > 0)
      x.saved = store_status::age{now_ms() - saved};
    auto node = read_number(rows, 1);
    for (auto& owner : out.nodes)
      if (owner.info.node == node) {
        owner.shards.push_back(x.index);
        x.owner = node;
        x.state = report.state;
      }
  }
}

} // namespace muster
