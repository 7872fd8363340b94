#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "net/memory_store.hpp"
#include "net/sqlite_store.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

namespace muster::test {

using namespace std::chrono_literals;

inline std::vector<shard_cut> cuts_of(const shards_claimed& x) {
  std::vector<shard_cut> result;
  for (auto& one : x.shards)
    result.push_back(one.cut);
  return result;
}

/// What every store promises, whatever keeps it: each test runs on all kinds.
struct state_store_fixture {
  using test = std::function<void(state_store&)>;
  using rows = std::vector<cut_row>;

  void on_each_store(const test& f) {
    now = caf::timestamp{1'785'585'600s};
    memory_store in_memory{[this] { return now; }};
    CAF_MESSAGE("in memory");
    f(in_memory);
    now = caf::timestamp{1'785'585'600s};
    temporary_folder folder;
    sqlite_store in_file{folder / "state.db", "bot", [this] { return now; }};
    CAF_MESSAGE("in SQLite");
    f(in_file);
    auto& server = postgres_server::shared();
    for (auto pooled : {false, true}) {
      now = caf::timestamp{1'785'585'600s};
      postgres_store in_server{
          server.parse(pooled ? server.pooled_url() : server.url()),
          server.new_bot(), [this] { return now; }};
      CAF_MESSAGE((pooled ? "through pgbouncer" : "in PostgreSQL"));
      f(in_server);
    }
  }

  static join_store process(std::uint64_t node,
                            std::vector<std::uint32_t> shards = {0, 1}) {
    return {node, 100 + node, 2, 3, std::move(shards)};
  }

  static joined_store join(state_store& x, const join_store& who) {
    joined_store result;
    CAF_CHECK_EQUAL(x.join(who, result), caf::none);
    return result;
  }

  static std::vector<shard_cut> claim(state_store& x, std::uint64_t node,
                                      std::vector<std::uint32_t> shards,
                                      std::uint64_t token = 5) {
    shards_claimed result;
    CAF_CHECK_EQUAL(x.claim({node, token, std::move(shards)}, result),
                    caf::none);
    return cuts_of(result);
  }

  static shard_cut claim_one(state_store& x, std::uint64_t node,
                             std::uint32_t shard = 0, std::uint64_t token = 5) {
    auto all = claim(x, node, {shard}, token);
    CAF_REQUIRE_EQUAL(all.size(), 1u);
    return all.front();
  }

  static state_store::saved save(state_store& x, save_cut what) {
    std::vector<state_store::saved> results;
    CAF_CHECK_EQUAL(x.save({std::move(what)}, results), caf::none);
    CAF_REQUIRE_EQUAL(results.size(), 1u);
    return results.front();
  }

  /// The next write of an owner.
  static save_cut next(shard_cut& owned, const char* session = "s",
                       const char* books = "b") {
    save_cut x;
    x.cut.owner = owned.owner;
    x.cut.number = ++owned.number;
    x.cut.session = std::string{session};
    x.cut.rows = {{"k", std::string{books}}};
    return x;
  }

  static save_cut settling(shard_cut& owned, std::uint64_t start,
                           std::uint64_t members) {
    auto x = next(owned);
    shard_settled y;
    y.shard = {owned.owner.shard, 2};
    y.start_id = start;
    y.guilds = 1;
    y.members = members;
    y.event = shard_finished_chunking{};
    y.event->shard = y.shard;
    y.event->start_id = start;
    x.settled = y;
    return x;
  }

  static identify_claimed identify(state_store& x, claim_identify what) {
    identify_claimed result;
    CAF_CHECK_EQUAL(x.claim_identify(what, result), caf::none);
    return result;
  }

  static std::string text(const optional<std::string>& x) {
    return x ? *x : "none";
  }

  using counters = state_store::lease_counters;

  static state_store::renewed renew(state_store& x, std::uint64_t node,
                                    counters dead = {}) {
    state_store::renewed result;
    CAF_CHECK_EQUAL(x.renew({node, std::move(dead)}, result), caf::none);
    return result;
  }

  static store_status look(state_store& x) {
    store_status result;
    CAF_CHECK_EQUAL(x.look(result), caf::none);
    return result;
  }

  static claimed_shard claim_whole(state_store& x, std::uint64_t node,
                                   std::uint64_t token = 5) {
    shards_claimed result;
    CAF_CHECK_EQUAL(x.claim({node, token, {0}}, result), caf::none);
    CAF_REQUIRE_EQUAL(result.shards.size(), 1u);
    return result.shards.front();
  }

  /// An owner's write with its report.
  static save_cut telling(shard_cut& owned, shard_report report) {
    auto x = next(owned);
    x.cut.report = report;
    return x;
  }

  /// Another process finds that this one is dead.
  static void die(state_store& x, std::uint64_t node) {
    auto counter = renew(x, 99).others.at(node);
    CAF_CHECK_EQUAL(renew(x, 99, {{node, counter}}).buried.size(), 1u);
  }

  static std::uint64_t number(const optional<std::uint64_t>& x) {
    return x ? *x : 0;
  }

  const shard_report connected{shard_state::connected, 3, 2, {}};

  caf::timestamp now;
};

} // namespace muster::test
