#define CAF_SUITE net_postgres_races

#include <barrier>
#include <map>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/postgres_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

struct fixture : postgres_fixture {
  using action = std::function<void(std::size_t)>;

  /// All at once, each on a thread of its own; checks are for afterwards.
  static void everybody(std::size_t count, const action& f) {
    std::barrier start{static_cast<std::ptrdiff_t>(count)};
    std::vector<std::thread> all;
    for (std::size_t i = 0; i < count; ++i)
      all.emplace_back([&, i] {
        start.arrive_and_wait();
        f(i);
      });
    for (auto& x : all)
      x.join();
  }

  std::vector<store> processes(std::size_t count, const std::string& bot) {
    std::vector<store> result;
    for (std::size_t i = 0; i < count; ++i)
      result.push_back(process(bot));
    return result;
  }

  static join_store who(std::uint64_t node, std::uint32_t shards) {
    join_store x{node, 100 + node, shards, 3, {}};
    for (std::uint32_t i = 0; i < shards; ++i)
      x.shards.push_back(i);
    return x;
  }

  std::vector<store> joined(std::size_t count, std::uint32_t shards,
                            const std::string& bot) {
    auto all = processes(count, bot);
    joined_store ignored;
    for (std::size_t i = 0; i < count; ++i)
      CAF_REQUIRE_EQUAL(all[i]->join(who(i + 1, shards), ignored), caf::none);
    return all;
  }

  static save_cut settling(shard_cut& owned, std::uint64_t start) {
    auto x = next(owned);
    shard_settled y;
    y.shard = {owned.owner.shard, 2};
    y.start_id = start;
    y.guilds = 1;
    y.members = 10;
    y.event = shard_finished_chunking{};
    x.settled = y;
    return x;
  }

  /// Once for each way that a database may be set.
  void in_each_database(const std::function<void()>& f) {
    f();
    // What a transaction sees must not depend on it.
    server.execute("ALTER DATABASE " + database
                   + " SET default_transaction_isolation='repeatable read'");
    f();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_race_tests, fixture)

CAF_TEST(processes that start at once make one schema) {
  for (int round = 0; round < 3; ++round) {
    database = server.make_database();
    auto all = processes(8, "bot");
    std::vector<caf::error> errors(8);
    everybody(8, [&](auto i) { errors[i] = join(*all[i], i + 1); });
    for (auto& error : errors)
      CAF_CHECK_EQUAL(error, caf::none);
    CAF_CHECK_EQUAL(
        server.execute("SELECT count(*) FROM muster.version", database), "1");
    CAF_CHECK_EQUAL(
        server.execute("SELECT count(*) FROM muster.nodes", database), "8");
  }
}

CAF_TEST(C1 each shard has one owner whoever claims with whom) {
  in_each_database([&] {
    for (int round = 0; round < 8; ++round) {
      auto all = joined(6, 16, server.new_bot());
      std::vector<shards_claimed> taken(6);
      std::vector<caf::error> errors(6);
      everybody(6, [&](auto i) {
        claim_shards x{i + 1, 5, {}};
        // Each in another order.
        for (std::uint32_t n = 0; n < 16; ++n)
          x.shards.push_back(i % 2 == 0 ? n : 15 - n);
        x.most = round % 2 == 0 ? 4 : 16;
        errors[i] = all[i]->claim(x, taken[i]);
      });
      std::map<std::uint32_t, int> owners;
      for (std::size_t i = 0; i < 6; ++i) {
        CAF_CHECK_EQUAL(errors[i], caf::none);
        for (auto& one : taken[i].shards) {
          ++owners[one.cut.owner.shard];
          CAF_CHECK_EQUAL(one.cut.owner.node, i + 1);
          CAF_CHECK_EQUAL(one.cut.owner.epoch, 1u);
        }
      }
      CAF_CHECK_EQUAL(owners.size(), 16u);
      for (auto& [shard, count] : owners)
        CAF_CHECK_EQUAL(count, 1);
    }
  });
}

CAF_TEST(C1 each shard has one owner among programs) {
  CAF_REQUIRE_EQUAL(join(*process(), 99), caf::none); // the schema is there
  std::vector<pid_t> children;
  for (std::uint64_t node = 1; node <= 4; ++node) {
    auto child = fork();
    if (child == 0) {
      auto x = process();
      shards_claimed taken;
      auto failed = join(*x, node) || x->claim({node, 5, {0, 1}}, taken);
      // How many it has.
      _exit(failed ? 100 : static_cast<int>(taken.shards.size()));
    }
    children.push_back(child);
  }
  auto total = 0;
  for (auto child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    total += WIFEXITED(status) ? WEXITSTATUS(status) : 100;
  }
  CAF_CHECK_EQUAL(total, 2);
}

CAF_TEST(C1 a claim that is made twice at once is one claim) {
  for (int round = 0; round < 10; ++round) {
    auto bot = server.new_bot();
    auto all = joined(1, 2, bot);
    all.push_back(process(bot)); // the same process, whose answer was lost
    shards_claimed taken[2];
    everybody(2, [&](auto i) {
      if (all[i]->claim({1, 5, {0, 1}}, taken[i]))
        taken[i].shards.clear();
    });
    for (auto& x : taken) {
      CAF_REQUIRE_EQUAL(x.shards.size(), 2u);
      for (auto& one : x.shards)
        CAF_CHECK_EQUAL(one.cut.owner.epoch, 1u);
    }
  }
}

CAF_TEST(C8 two who settle the last shards do not miss each other) {
  in_each_database([&] {
    for (int round = 0; round < 25; ++round) {
      auto all = joined(2, 2, server.new_bot());
      save_cut writes[2];
      for (std::uint32_t i = 0; i < 2; ++i) {
        shards_claimed taken;
        CAF_REQUIRE_EQUAL(all[i]->claim({i + 1, 5, {i}}, taken), caf::none);
        CAF_REQUIRE_EQUAL(taken.shards.size(), 1u);
        writes[i] = settling(taken.shards[0].cut, taken.start.start_id);
      }
      std::vector<state_store::saved> results[2];
      everybody(2, [&](auto i) {
        if (all[i]->save({writes[i]}, results[i]))
          results[i].clear();
      });
      auto ends = 0;
      for (auto& x : results) {
        CAF_REQUIRE_EQUAL(x.size(), 1u);
        CAF_CHECK(x[0].holds);
        ends += x[0].finished ? 1 : 0;
        if (x[0].finished)
          CAF_CHECK_EQUAL(x[0].finished->members, 20u);
      }
      CAF_CHECK_EQUAL(ends, 1);
    }
  });
}

CAF_TEST(C7 one identify is granted whoever claims with whom) {
  in_each_database([&] {
    for (int round = 0; round < 8; ++round) {
      auto all = joined(6, 2, server.new_bot());
      identify_claimed results[6];
      caf::error errors[6];
      everybody(6, [&](auto i) {
        errors[i] = all[i]->claim_identify({3, 0, 10, 0}, results[i]);
      });
      auto granted = 0;
      for (int i = 0; i < 6; ++i) {
        CAF_CHECK_EQUAL(errors[i], caf::none);
        granted += results[i].granted ? 1 : 0;
      }
      CAF_CHECK_EQUAL(granted, 1);
      store_status found;
      CAF_CHECK_EQUAL(all[0]->look(found), caf::none);
      CAF_CHECK_EQUAL(*found.identifies_left, 9u);
    }
  });
}

CAF_TEST(C2 of two who hold each other for dead one lives) {
  for (int round = 0; round < 15; ++round) {
    auto all = joined(3, 2, server.new_bot());
    state_store::renewed seen;
    CAF_REQUIRE_EQUAL(all[2]->renew({3, {}}, seen), caf::none);
    state_store::renewed results[2];
    caf::error errors[2];
    everybody(2, [&](auto i) {
      state_store::renewal x{i + 1, {}};
      x.dead[2 - i] = seen.others.at(2 - i);
      // Both know that the third has gone.
      x.dead[3] = 2;
      errors[i] = all[i]->renew(x, results[i]);
    });
    CAF_CHECK_EQUAL(errors[0], caf::none);
    CAF_CHECK_EQUAL(errors[1], caf::none);
    std::map<std::uint64_t, int> buried;
    for (auto& x : results)
      for (auto node : x.buried)
        ++buried[node];
    CAF_CHECK(buried[1] + buried[2] <= 1);
    CAF_CHECK_EQUAL(buried[3], 1);
  }
}

CAF_TEST(C1 calls of all kinds at once end without a deadlock) {
  constexpr std::uint32_t shards = 8;
  auto all = joined(6, shards, server.new_bot());
  std::vector<caf::error> errors(6);
  everybody(6, [&](auto i) {
    auto& x = *all[i];
    auto node = i + 1;
    auto note = [&](caf::error error) {
      if (error)
        errors[i] = std::move(error);
    };
    for (std::uint64_t round = 0; round < 12; ++round) {
      claim_shards want{node, 10 + round, {}};
      for (std::uint32_t n = 0; n < shards; ++n)
        want.shards.push_back((i + round) % 2 == 0 ? n : shards - 1 - n);
      shards_claimed taken;
      note(x.claim(want, taken));
      std::vector<save_cut> writes;
      for (auto& one : taken.shards) {
        writes.push_back(round % 3 == 0
                             ? settling(one.cut, taken.start.start_id)
                             : next(one.cut));
        writes.back().cut.rows = {{"k", "v"s}};
      }
      std::vector<state_store::saved> ignored;
      note(x.save(writes, ignored));
      state_store::renewed lease;
      note(x.renew({node, {}}, lease));
      identify_claimed identify;
      note(x.claim_identify({0, round, 1000, 0}, identify));
      state_store::saved result;
      if (!taken.shards.empty())
        note(x.release(next(taken.shards[0].cut).cut, result));
      std::vector<shard_cut> cuts;
      for (auto& one : taken.shards)
        cuts.push_back(next(one.cut).cut);
      joined_store joined;
      if (round % 2 == 0)
        note(x.leave({node, cuts}));
      note(x.join(who(node, shards), joined));
    }
  });
  for (auto& error : errors)
    CAF_CHECK_EQUAL(error, caf::none);
  all.clear();
  // Calls that were refused for one are made again without a word.
  CAF_CHECK_EQUAL(server.execute("SELECT deadlocks FROM pg_stat_database WHERE "
                                 "datname='"
                                 + database + "'"),
                  "0");
}

CAF_TEST_FIXTURE_SCOPE_END()
