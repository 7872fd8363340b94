// Shards and the start of the bot, in a sqlite_store.

#include <chrono>
#include <utility>

#include "messages/errc.hpp"
#include "net/event_text.hpp"
#include "net/sqlite_bind.hpp"
#include "net/sqlite_store.hpp"

namespace muster {

// -- the start ----------------------------------------------------------------

bool sqlite_store::is_over(std::uint64_t node) {
  // Who lives without a shard is about to claim some, or waits for them.
  auto others = prepare("SELECT count(*) FROM nodes WHERE bot=?1 AND node<>?2");
  bind(others, 2, node);
  others.executeStep();
  auto alive = prepare(
      "SELECT count(*) FROM shards WHERE bot=?1 AND ((bot, node) IN "
      "(SELECT bot, node FROM nodes) OR (session<>x'' AND saved_ms>?2))");
  auto fresh_ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(fresh).count();
  alive.bind(2, static_cast<std::int64_t>(now_ms() - fresh_ms));
  alive.executeStep();
  if (read_number(others, 0) + read_number(alive, 0) == 0)
    return true;
  auto bot = prepare("SELECT start_id FROM bots WHERE bot=?1");
  return !bot.executeStep() || read_number(bot, 0) == 0;
}

void sqlite_store::begin(const join_store& x) {
  auto bot = prepare(
      "INSERT INTO bots(bot, start_id, shard_count, news) VALUES(?1,?2,?3,1) "
      "ON CONFLICT(bot) DO UPDATE SET start_id=?2, shard_count=?3, "
      "news=max(0, news%(1<<62))+1, "
      "finished_shards=NULL, finished_guilds=NULL, finished_members=NULL, "
      "by_shard=NULL, by_epoch=NULL, by_number=NULL");
  bind(bot, 2, x.start_id);
  bot.bind(3, x.shard_count);
  bot.exec();
  prepare("DELETE FROM counted WHERE bot=?1").exec();
  prepare("UPDATE shards SET settled=0, event=NULL WHERE bot=?1").exec();
}

void sqlite_store::count(const join_store& x) {
  // An end that cannot have been is none.
  prepare("UPDATE bots SET finished_shards=NULL, finished_guilds=NULL, "
          "finished_members=NULL, by_shard=NULL, by_epoch=NULL, "
          "by_number=NULL WHERE bot=?1 AND finished_shards IS NOT NULL AND NOT "
          "(typeof(finished_shards)='integer' AND finished_shards BETWEEN 1 "
          "AND shard_count AND typeof(finished_guilds)='integer' AND "
          "finished_guilds>=0 AND typeof(finished_members)='integer' AND "
          "finished_members>=0)")
      .exec();
  auto others = prepare("SELECT count(*) FROM nodes WHERE bot=?1");
  others.executeStep();
  if (read_number(others, 0) == 1) // who is alone counts its own
    prepare("DELETE FROM counted WHERE bot=?1").exec();
  auto one = prepare("INSERT OR IGNORE INTO counted(bot, shard) VALUES(?1,?2)");
  for (auto shard : x.shards) {
    one.bind(2, shard);
    one.exec();
    one.reset();
  }
  finish({});
}

void sqlite_store::tell(sqlite_file& file, joined_store& out) {
  out = {};
  auto bot = prepare(file, "SELECT start_id, news FROM bots WHERE bot=?1");
  if (!bot.executeStep())
    return;
  out.start_id = read_number(bot, 0);
  out.news = read_news(bot, 1);
  out.finished = result(file);
  auto events =
      prepare(file, "SELECT shard, event FROM shards WHERE bot=?1 AND "
                    "event IS NOT NULL ORDER BY shard");
  while (events.executeStep()) {
    shard_finished_chunking event;
    if (!read_event(read_bytes(events, 1), event))
      continue; // damaged: a listener that comes late hears no more of it
    event.shard.index = events.getColumn(0).getUInt();
    event.start_id = out.start_id;
    out.finished_shards.push_back(std::move(event));
  }
}

optional<finished_chunking> sqlite_store::result(sqlite_file& file) {
  auto bot = prepare(file, "SELECT start_id, finished_shards, finished_guilds, "
                           "finished_members FROM bots WHERE bot=?1");
  if (!bot.executeStep() || bot.getColumn(1).isNull())
    return {};
  return finished_chunking{read_number(bot, 0), bot.getColumn(1).getUInt(),
                           read_number(bot, 2), read_number(bot, 3)};
}

bool sqlite_store::finish(const shard_cut& by) {
  auto bot = prepare(
      "UPDATE bots SET news=max(0, news%(1<<62))+1, finished_shards=(SELECT "
      "count(*) FROM "
      "counted WHERE "
      "bot=?1), (finished_guilds, finished_members)=(SELECT sum(guilds), "
      "sum(members) FROM shards JOIN counted USING(bot, shard) WHERE bot=?1), "
      "by_shard=?2, by_epoch=?3, by_number=?4 WHERE bot=?1 AND "
      "finished_shards IS NULL AND EXISTS(SELECT 1 FROM counted WHERE bot=?1) "
      "AND NOT EXISTS(SELECT 1 FROM counted LEFT JOIN shards USING(bot, shard) "
      "WHERE counted.bot=?1 AND coalesce(settled, 0)=0)");
  bot.bind(2, by.owner.shard);
  bind(bot, 3, by.owner.epoch);
  bind(bot, 4, by.number);
  bot.exec();
  auto done = prepare("SELECT count(*) FROM bots WHERE bot=?1 AND by_shard=?2 "
                      "AND by_epoch=?3 AND by_number=?4");
  done.bind(2, by.owner.shard);
  bind(done, 3, by.owner.epoch);
  bind(done, 4, by.number);
  done.executeStep();
  return read_number(done, 0) > 0;
}

// -- shards -------------------------------------------------------------------

bool sqlite_store::take(std::uint32_t shard, const claim_shards& x) {
  // The row is free, or its owner is dead, or it is this process.
  auto one = prepare(
      "INSERT INTO shards(bot, shard, node, epoch, token, claims, counts, "
      "state) SELECT ?1,?2,?3,1,?4,1,1,?5 "
      "WHERE (?1, ?3) IN (SELECT bot, node FROM nodes) "
      "ON CONFLICT(bot, shard) DO UPDATE SET node=?3, "
      "epoch=CASE WHEN typeof(epoch)='integer' AND epoch BETWEEN 0 AND 1<<62 "
      "THEN epoch+1 ELSE 1 END, token=?4, "
      "before=CASE WHEN node=0 THEN before ELSE node END, "
      // After damage it may leave no room to grow; the token tells writes
      // apart.
      "number=CASE WHEN typeof(number)='integer' AND number BETWEEN 0 AND "
      "1<<62 THEN number ELSE 0 END, "
      "state=?5, counts=CASE WHEN node=?3 THEN counts ELSE claims=0 END, "
      "claims=CASE WHEN typeof(claims)='integer' AND claims BETWEEN 1 AND 99 "
      "THEN claims ELSE 1 END WHERE (node=?3 AND token<>?4) OR (node<>?3 AND "
      "(bot, node) NOT IN (SELECT bot, node FROM nodes))");
  one.bind(2, shard);
  bind(one, 3, x.node);
  bind(one, 4, x.token);
  one.bind(5, static_cast<int>(shard_state::starting));
  return one.exec() == 1;
}

bool sqlite_store::find_claim(std::uint32_t shard, const claim_shards& x,
                              claimed_shard& out) {
  auto row = prepare("SELECT epoch, before, claims-counts FROM shards WHERE "
                     "bot=?1 AND shard=?2 AND node=?3 AND token=?4 AND "
                     "(bot, node) IN (SELECT bot, node FROM nodes)");
  row.bind(2, shard);
  bind(row, 3, x.node);
  bind(row, 4, x.token);
  if (!row.executeStep())
    return false;
  if (read_number(row, 0) > 1)
    out.from = read_number(row, 1);
  if (auto vain = row.getColumn(2).getInt64();
      read_number(row, 1) != x.node && vain > 0 && vain < 100)
    out.vain = static_cast<std::uint32_t>(vain);
  return true;
}

shard_cut sqlite_store::read_cut(std::uint32_t shard) {
  shard_cut result;
  auto head = prepare("SELECT node, epoch, token, number, session, state, "
                      "guild_count, complete_count, session_ms FROM shards "
                      "WHERE bot=?1 AND shard=?2");
  head.bind(2, shard);
  head.executeStep();
  result.owner = {shard, read_number(head, 0), read_number(head, 1),
                  read_number(head, 2)};
  result.number = read_number(head, 3);
  result.session = read_bytes(head, 4);
  result.whole = true;
  result.report = read_report(head, 5);
  auto rows = prepare("SELECT key, text FROM books WHERE bot=?1 AND shard=?2 "
                      "ORDER BY key");
  rows.bind(2, shard);
  while (rows.executeStep())
    result.rows.push_back({read_bytes(rows, 0), read_bytes(rows, 1)});
  return result;
}

caf::error sqlite_store::claim(const claim_shards& x, shards_claimed& out) {
  return transact([&] {
    out.shards.clear();
    bury_the_dead(file_, x.node, deaths_);
    tell(file_, out.start);
    // What this very claim has taken before counts first.
    auto before = prepare("SELECT count(*) FROM shards WHERE bot=?1 AND "
                          "node=?2 AND token=?3");
    bind(before, 2, x.node);
    bind(before, 3, x.token);
    before.executeStep();
    auto room =
        x.most - std::min<std::uint64_t>(x.most, read_number(before, 0));
    for (auto shard : x.shards) {
      claimed_shard one;
      auto found = find_claim(shard, x, one);
      if (!found && room > 0 && take(shard, x)) {
        --room;
        found = find_claim(shard, x, one);
      }
      if (!found)
        continue;
      one.cut = read_cut(shard);
      out.shards.push_back(std::move(one));
    }
    return caf::none;
  });
}

bool sqlite_store::write(const shard_cut& x) {
  auto one = prepare(
      "UPDATE shards SET number=?6, session=coalesce(?7, session), "
      "saved_ms=CASE WHEN ?7 IS NULL THEN saved_ms ELSE ?8 END, "
      "state=coalesce(?9, state), guild_count=coalesce(?10, guild_count), "
      "complete_count=coalesce(?11, complete_count), session_ms=CASE WHEN ?9 "
      "IS NULL THEN session_ms ELSE ?12 END, claims=CASE WHEN ?9 IN (?13, ?14) "
      "THEN 0 "
      "ELSE claims+?15 END, counts=max(counts, ?15) WHERE bot=?1 "
      "AND shard=?2 AND node=?3 AND epoch=?4 AND token=?5 AND number<=?6 AND "
      "(bot, node) IN (SELECT bot, node FROM nodes)");
  one.bind(2, x.owner.shard);
  bind(one, 3, x.owner.node);
  bind(one, 4, x.owner.epoch);
  bind(one, 5, x.owner.token);
  bind(one, 6, x.number);
  if (x.session)
    bind_bytes(one, 7, *x.session);
  one.bind(8, now_ms());
  if (x.report) {
    one.bind(9, static_cast<int>(x.report->state));
    bind(one, 10, x.report->guilds);
    bind(one, 11, x.report->guilds_complete);
    if (x.report->session_at)
      one.bind(12, to_ms(*x.report->session_at));
  }
  // Who is refused for good is unfit, not the shard.
  one.bind(13, static_cast<int>(shard_state::connected));
  one.bind(14, static_cast<int>(shard_state::closed));
  one.bind(15, x.report && x.report->begins ? 1 : 0);
  if (one.exec() != 1)
    return false;
  write_rows(x);
  return true;
}

void sqlite_store::write_rows(const shard_cut& x) {
  if (x.whole) {
    auto all = prepare("DELETE FROM books WHERE bot=?1 AND shard=?2");
    all.bind(2, x.owner.shard);
    all.exec();
  }
  if (x.rows.empty())
    return;
  auto put = prepare("INSERT OR REPLACE INTO books(bot, shard, key, text) "
                     "VALUES(?1,?2,?3,?4)");
  auto drop = prepare("DELETE FROM books WHERE bot=?1 AND shard=?2 AND key=?3");
  put.bind(2, x.owner.shard);
  drop.bind(2, x.owner.shard);
  for (auto& [key, text] : x.rows) {
    auto& one = text ? put : drop;
    bind_bytes(one, 3, key);
    if (text)
      bind_bytes(one, 4, *text);
    one.exec();
    one.reset();
  }
}

std::uint64_t sqlite_store::news() {
  auto bot = prepare("SELECT news FROM bots WHERE bot=?1");
  return bot.executeStep() ? read_news(bot, 0) : 0;
}

void sqlite_store::settle(const shard_settled& x) {
  auto one = prepare(
      "UPDATE shards SET event=coalesce(?4, event), settled=CASE WHEN finished "
      "THEN settled ELSE 1 END, guilds=CASE WHEN finished THEN guilds ELSE ?5 "
      "END, members=CASE WHEN finished THEN members ELSE ?6 END FROM (SELECT "
      "finished_shards IS NOT NULL AS finished FROM bots WHERE bot=?1 AND "
      "start_id=?3) WHERE bot=?1 AND shard=?2");
  one.bind(2, x.shard.index);
  bind(one, 3, x.start_id);
  std::string event;
  if (x.event) {
    event = write_event(*x.event);
    bind_bytes(one, 4, event);
    prepare("UPDATE bots SET news=max(0, news%(1<<62))+1 WHERE bot=?1").exec();
  }
  bind(one, 5, x.guilds);
  bind(one, 6, x.members);
  one.exec();
}

caf::error sqlite_store::save(const std::vector<save_cut>& all,
                              std::vector<saved>& out) {
  return transact([&] {
    out.clear();
    for (auto& x : all) {
      saved y;
      y.holds = write(x.cut);
      if (y.holds && x.settled) {
        settle(*x.settled);
        if (finish(x.cut))
          y.finished = result(file_);
        if (y.finished)
          tell(file_, y.start);
        else
          y.start.news = news();
      }
      out.push_back(std::move(y));
    }
    return caf::none;
  });
}

} // namespace muster
