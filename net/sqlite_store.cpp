#include "net/sqlite_store.hpp"

#include <utility>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>

#include "messages/errc.hpp"
#include "net/sqlite_bind.hpp"

namespace muster {

sqlite_store::sqlite_store(std::string path, std::string bot,
                           std::function<caf::timestamp()> now)
    : file_(path), bot_(std::move(bot)), now_(std::move(now)),
      lease_file_(std::move(path)) {}

caf::error sqlite_store::transact(const std::function<caf::error()>& f) {
  std::lock_guard guard{mutex_};
  if (auto error = file_.open())
    return error;
  caf::error result;
  try {
    SQLite::Transaction all{file_.db(), SQLite::TransactionBehavior::IMMEDIATE};
    result = f();
    if (!result) {
      all.commit();
      for (auto& x : deaths_)
        x.bury();
    }
  } catch (const SQLite::Exception& x) {
    result = file_.error_of(x);
  }
  deaths_.clear(); // others may prove them, too
  return result;
}

SQLite::Statement sqlite_store::prepare(const char* text) {
  return prepare(file_, text);
}

SQLite::Statement sqlite_store::prepare(sqlite_file& file, const char* text) {
  SQLite::Statement result{file.db(), text};
  result.bind(1, bot_); // each is about one bot
  return result;
}

std::int64_t sqlite_store::now_ms() const {
  return to_ms(now_());
}

// -- processes ----------------------------------------------------------------

void sqlite_store::bury_the_dead(sqlite_file& file, std::uint64_t node,
                                 std::list<death_certificate>& out) {
  auto all = prepare(file, "SELECT node, boot FROM nodes WHERE bot=?1 AND "
                           "node<>?2");
  bind(all, 2, node);
  while (all.executeStep()) {
    // Held until what follows of it is written.
    auto& x = out.emplace_back(file.path(), read_number(all, 0),
                               all.getColumn(1).getString());
    if (!x.proves())
      out.pop_back();
  }
  auto one = prepare(file, "DELETE FROM nodes WHERE bot=?1 AND node=?2");
  for (auto& x : out) {
    bind(one, 2, x.node());
    one.exec();
    one.reset();
  }
}

caf::error sqlite_store::check_fit(const join_store& x) {
  auto others = prepare("SELECT shard_count, intents FROM nodes WHERE bot=?1 "
                        "AND node<>?2");
  bind(others, 2, x.node);
  while (others.executeStep())
    if (auto error =
            refuse_unfit(static_cast<std::uint32_t>(read_number(others, 0)),
                         static_cast<std::uint32_t>(read_number(others, 1)), x))
      return error;
  return caf::none;
}

caf::error sqlite_store::join(const join_store& x, joined_store& out) {
  {
    // Before its name is known, so that nobody takes it for dead.
    std::lock_guard guard{mutex_};
    if (auto error = file_.open())
      return error;
    if (auto error = lock_.take(file_.path(), x.node))
      return error;
  }
  auto result = transact([&]() -> caf::error {
    if (auto error = recognize(x.node_timeout))
      return error;
    bury_the_dead(file_, x.node, deaths_);
    if (auto error = check_fit(x))
      return error;
    if (is_over(x.node))
      begin(x);
    else {
      auto count = prepare("SELECT shard_count FROM bots WHERE bot=?1");
      count.executeStep();
      if (read_number(count, 0) != x.shard_count)
        begin(x);
    }
    auto rows = prepare("UPDATE shards SET node=0, before=node WHERE bot=?1 "
                        "AND node=?2"); // it runs nothing yet
    bind(rows, 2, x.node);
    rows.exec();
    auto node = prepare(
        "INSERT INTO nodes(bot, node, boot, shard_count, intents, counter, "
        "renewed_ms, address, weight, max_shards, only_shards) "
        "VALUES(?1,?2,?3,?4,?5,1,?6,?7,?8,?9,?10) ON CONFLICT(bot, node) DO "
        "UPDATE SET boot=?3, shard_count=?4, intents=?5, counter=counter+1, "
        "renewed_ms=?6, address=?7, weight=?8, max_shards=?9, "
        "only_shards=?10");
    bind(node, 2, x.node);
    node.bind(3, boot_id());
    node.bind(4, x.shard_count);
    node.bind(5, x.intents);
    node.bind(6, now_ms());
    node.bind(7, x.info.address);
    node.bind(8, x.info.weight);
    if (x.info.max_shards)
      node.bind(9, *x.info.max_shards);
    node.bind(10, x.info.only);
    node.exec();
    count(x);
    tell(file_, out);
    return caf::none;
  });
  std::lock_guard guard{mutex_};
  if (result)
    lock_.release(); // it is known to nobody, or will join again
  return result;
}

caf::error sqlite_store::release(const shard_cut& x, saved& out) {
  return transact([&] {
    out = {};
    out.holds = write(x);
    if (!out.holds)
      return caf::none;
    auto one = prepare("UPDATE shards SET node=0, before=node, "
                       "claims=max(claims-counts, 0) WHERE bot=?1 AND "
                       "shard=?2"); // it has not died
    one.bind(2, x.owner.shard);
    one.exec();
    return caf::none;
  });
}

caf::error sqlite_store::drain(std::uint64_t node, bool draining) {
  return transact([&]() -> caf::error {
    auto one = prepare("UPDATE nodes SET draining=?3 WHERE bot=?1 AND node=?2");
    bind(one, 2, node);
    one.bind(3, draining ? 1 : 0);
    return one.exec() == 1 ? caf::error{} : make_error(errc::unknown_node);
  });
}

caf::error sqlite_store::leave(const leave_store& x) {
  auto error = transact([&] {
    for (auto& cut : x.cuts)
      write(cut);
    auto back = prepare("UPDATE shards SET claims=max(claims-counts, 0) WHERE "
                        "bot=?1 AND node=?2 AND (bot, node) IN (SELECT bot, "
                        "node FROM nodes)"); // it has not died
    bind(back, 2, x.node);
    back.exec();
    auto node = prepare("DELETE FROM nodes WHERE bot=?1 AND node=?2");
    bind(node, 2, x.node);
    node.exec();
    return caf::none;
  });
  std::lock_guard guard{mutex_};
  if (!error)
    lock_.release();
  return error;
}

// -- identifies ---------------------------------------------------------------

caf::error sqlite_store::claim_identify(const muster::claim_identify& x,
                                        identify_claimed& out) {
  return transact([&] {
    auto bot = prepare("SELECT claims, identifies_left FROM bots WHERE bot=?1");
    std::uint64_t claims = 0;
    auto left = x.remaining;
    if (bot.executeStep()) {
      claims = read_number(bot, 0);
      if (auto counted = read_left(bot, 1); counted && x.known_claims < claims)
        left = std::min(left, *counted);
    }
    auto bucket =
        prepare("SELECT counter FROM buckets WHERE bot=?1 AND bucket=?2");
    bucket.bind(2, x.bucket);
    auto counter = bucket.executeStep() ? read_number(bucket, 0) : 0;
    out.granted = counter == x.seen && left > 0;
    if (out.granted) {
      ++counter;
      ++claims;
      --left;
      auto up = prepare("INSERT OR REPLACE INTO buckets(bot, bucket, "
                        "counter) VALUES(?1,?2,?3)");
      up.bind(2, x.bucket);
      bind(up, 3, counter);
      up.exec();
    }
    auto up = prepare(
        "INSERT INTO bots(bot, start_id, shard_count, claims, identifies_left) "
        "VALUES(?1, 0, 0, ?2, ?3) ON CONFLICT(bot) DO UPDATE SET claims=?2, "
        "identifies_left=?3");
    bind(up, 2, claims);
    up.bind(3, left);
    up.exec();
    out.counter = counter;
    out.remaining = left;
    out.claims = claims;
    return caf::none;
  });
}

} // namespace muster
