#define CAF_SUITE actors_far_calls

#include <algorithm>

#include "tests/support/two_nodes.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Two processes with two shards each, which reach each other.
struct fixture : linked_nodes {
  fixture() { connect(); }

  /// What the first process asks of a guild.
  std::shared_ptr<fleet::reply> ask(guild_members_request x) {
    auto result = first.post(std::move(x));
    run();
    return result;
  }

  template <class Message>
  caf::error command(const Message& x) {
    auto result = std::make_shared<caf::error>(caf::sec::request_timeout);
    first.sys.spawn([this, result, x](caf::event_based_actor* self) {
      self->request(first.supervisor, caf::infinite, x)
          .then([result] { *result = caf::none; },
                [result](const caf::error& why) { *result = why; });
    });
    run();
    return *result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(far_calls_tests, fixture)

CAF_TEST(C12 a request goes to the process that runs its shard) {
  auto mine = ask(ask_for::search(here, "x", 5));
  auto far = ask(ask_for::search(there, "x", 5));
  CAF_CHECK_EQUAL(asked(first), 1u);
  CAF_REQUIRE_EQUAL(asked(second), 1u);
  answer(second, there);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(far->answer->members, 3u);
  CAF_CHECK_EQUAL(far->count, 1);
  CAF_CHECK_EQUAL(mine->count, 0);
  // Its end is told where it ran.
  CAF_CHECK_EQUAL(first.finished_requests.size(), 0u);
  CAF_CHECK_EQUAL(second.finished_requests.size(), 1u);
}

CAF_TEST(C12 what is refused there is refused here) {
  auto unknown = second.guild(77, shard_of(there, shards));
  auto far = ask(ask_for::search(unknown, "x", 5));
  CAF_CHECK_EQUAL(code_of(far->error), errc::unknown_guild);
  CAF_CHECK_EQUAL(sentence_of(far->error), "the bot is not in guild "
                                               + to_string(unknown)
                                               + "; check the id");
  auto zero = ask(ask_for::search(snowflake{}, "x", 5));
  CAF_CHECK_EQUAL(code_of(zero->error), errc::invalid_guild_id);
}

CAF_TEST(C12 other messages go there too) {
  auto far = ask(ask_for::search(there, "x", 5).with_nonce("mine"));
  CAF_CHECK_EQUAL(command(cancel_request{there, "mine"}), caf::none);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::cancelled);
  CAF_CHECK_EQUAL(code_of(command(cancel_request{there, "mine"})),
                  errc::unknown_nonce);
  gateway_command presence{3, R"({"status":"idle"})", there};
  CAF_CHECK_EQUAL(command(presence), caf::none);
  std::size_t sent = 0;
  for (auto& link : second.connections)
    sent += link->sent(3).size();
  CAF_CHECK_EQUAL(sent, 1u);
  std::optional<guild_state> state;
  first.sys.spawn([&](caf::event_based_actor* self) {
    self->request(first.supervisor, caf::infinite, guild_state_request{there})
        .then([&](const guild_state& x) { state = x; });
  });
  run();
  CAF_REQUIRE(state);
  CAF_CHECK_EQUAL(state->guild_id, there);
}

CAF_TEST(C12 an answer that was lost is given again and not asked for) {
  auto far = ask(ask_for::search(there, "x", 5));
  network.cut(first.host->address, second.host->address, true);
  answer(second, there);
  CAF_CHECK_EQUAL(far->count, 0);
  lose_link();
  pass(3s);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(far->answer->members, 3u);
  CAF_CHECK_EQUAL(asked(second), 1u);
}

CAF_TEST(C12 a request goes on while its link is lost) {
  auto far = ask(ask_for::search(there, "x", 5));
  lose_link();
  pass(3s);
  CAF_CHECK_EQUAL(far->count, 0);
  answer(second, there);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(asked(second), 1u);
}

CAF_TEST(C12 the same nonce under another call is in use) {
  auto far = ask(ask_for::search(there, "x", 5).with_nonce("mine"));
  auto other = second.post(ask_for::search(there, "x", 5).with_nonce("mine"));
  auto again = ask(ask_for::search(there, "x", 5).with_nonce("mine"));
  CAF_CHECK_EQUAL(code_of(other->error), errc::nonce_in_use);
  CAF_CHECK_EQUAL(code_of(again->error), errc::nonce_in_use);
  answer(second, there);
  CAF_CHECK(far->answer);
  // And for a while after its end.
  auto late = ask(ask_for::search(there, "x", 5).with_nonce("mine"));
  CAF_CHECK_EQUAL(code_of(late->error), errc::nonce_in_use);
}

CAF_TEST(C12 C5 a request outlives the process that ran its shard) {
  auto far = ask(ask_for::search(there, "x", 5));
  pass(2s);
  second.die();
  pass(18s); // until it is missed, and not until nothing comes
  CAF_CHECK_EQUAL(far->count, 0);
  CAF_REQUIRE_EQUAL(asked(first), 1u);
  answer(first, there);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(far->answer->nonce,
                  second.requests().front()["nonce"].get<std::string>());
}

CAF_TEST(C12 C5 its end is known after the process that ran its shard) {
  auto far = ask(ask_for::search(there, "x", 5));
  pass(2s);
  network.cut(first.host->address, second.host->address, true);
  answer(second, there);
  pass(2s); // saved
  second.die();
  pass(25s);
  CAF_CHECK_EQUAL(asked(first), 0u);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(far->answer->members, 3u);
}

CAF_TEST(C12 C4 a request goes on when the process that runs its shard stops) {
  auto far = ask(ask_for::search(there, "x", 5));
  pass(1s);
  caf::anon_send(second.supervisor, stop_request{});
  pass(9s);
  second.end();
  CAF_CHECK_EQUAL(far->count, 0);
  for (int i = 0; i < 20 && asked(first) == 0; ++i)
    pass(500ms);
  CAF_REQUIRE_EQUAL(asked(first), 1u);
  answer(first, there);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
}

CAF_TEST(C12 C11 a request moves with its shard) {
  auto far = ask(ask_for::search(there, "x", 5));
  auto near = ask(ask_for::search(here, "x", 5));
  pass(1s);
  truth->drain(first.last_node(), true);
  pass(15s);
  CAF_CHECK(owned_by(first).empty());
  CAF_CHECK_EQUAL(near->count, 0);
  CAF_REQUIRE_EQUAL(asked(second), 2u);
  answer(second, here);
  answer(second, there);
  CAF_REQUIRE(near->answer);
  CAF_CHECK_EQUAL(near->answer->outcome, outcome::complete);
  CAF_REQUIRE(far->answer);
}

CAF_TEST(C12 a shard that nobody runs is waited for and not for ever) {
  network.cut(first.host->address, second.host->address, true);
  pass(4s);
  auto far = ask(ask_for::search(there, "x", 5));
  pass(8s);
  CAF_CHECK_EQUAL(far->count, 0);
  pass(4s);
  CAF_CHECK_EQUAL(code_of(far->error), errc::not_running);
  // It is answered if it is reached in time.
  far = ask(ask_for::search(there, "x", 5));
  network.cut(first.host->address, second.host->address, false);
  pass(4s);
  answer(second, there);
  CAF_CHECK(far->answer);
}

CAF_TEST(Q2 C12 what its owner would refuse does not go there) {
  auto far = ask(ask_for::search(there, std::string(5'000'000, 'x'), 5));
  CAF_CHECK_EQUAL(code_of(far->error), errc::payload_too_large);
  far = ask(ask_for::search(there, "x", 5'000));
  CAF_CHECK_EQUAL(code_of(far->error), errc::limit_out_of_range);
  CAF_CHECK_EQUAL(asked(second), 0u);
}

CAF_TEST(C12 a request does not wait for an owner without a lease) {
  second.handle->away_for = 1000; // but it is reached
  pass(6s);
  auto far = ask(ask_for::search(there, "x", 5));
  CAF_REQUIRE_EQUAL(asked(second), 1u);
  pass(16s);
  CAF_CHECK_EQUAL(owned_by(first).size(), 4u);
  CAF_REQUIRE_EQUAL(asked(first), 1u);
  answer(first, there);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::complete);
  second.handle->away_for = 0;
  pass(5s);
  CAF_CHECK_EQUAL(far->count, 1);
}

CAF_TEST(C12 Q10 what is asked one after the other is done in that order) {
  for (auto guild : {here, there}) {
    auto request = ask_for::search(guild, "x", 5).with_nonce("mine");
    std::vector<std::string> said;
    first.sys.spawn([&](caf::event_based_actor* self) {
      auto fail = [&](const caf::error& why) {
        said.push_back(sentence_of(why));
      };
      self->request(first.supervisor, caf::infinite, request)
          .then(
              [&](const chunk_request_finished& x) {
                said.push_back(to_string(x.outcome));
              },
              fail);
      self->request(first.supervisor, caf::infinite,
                    cancel_request{guild, "mine"})
          .then([&] { said.push_back("done"); }, fail);
    });
    run();
    std::sort(said.begin(), said.end());
    CAF_CHECK_EQUAL(said, (std::vector<std::string>{"cancelled", "done"}));
  }
}

CAF_TEST(C12 Q10 what nobody was asked yet can be withdrawn) {
  network.cut(first.host->address, second.host->address, true);
  pass(4s);
  auto far = ask(ask_for::search(there, "x", 5).with_nonce("mine"));
  CAF_CHECK_EQUAL(command(cancel_request{there, "mine"}), caf::none);
  CAF_REQUIRE(far->answer);
  CAF_CHECK_EQUAL(far->answer->outcome, outcome::cancelled);
  CAF_CHECK_EQUAL(far->answer->nonce, "mine");
  network.cut(first.host->address, second.host->address, false);
  pass(4s);
  CAF_CHECK_EQUAL(asked(second), 0u);
}

CAF_TEST(C12 Q12 an answer whose members were lost is an error) {
  auto far = ask(ask_for::search(there, "x", 5).with_members(10));
  network.cut(first.host->address, second.host->address, true);
  answer(second, there);
  pass(1s);
  // The answer is under way; with the link it is gone.
  network.lose_all();
  pass(6s);
  network.cut(first.host->address, second.host->address, false);
  pass(4s);
  CAF_CHECK_EQUAL(far->count, 1);
  CAF_CHECK_EQUAL(code_of(far->error), errc::answer_lost);
}

CAF_TEST(C12 Q12 a request for members moves with its shard) {
  auto near = ask(ask_for::search(here, "x", 5).with_members(10));
  pass(1s);
  truth->drain(first.last_node(), true);
  pass(15s);
  CAF_CHECK_EQUAL(near->count, 0);
  CAF_REQUIRE_EQUAL(asked(second), 1u);
  answer(second, here);
  CAF_REQUIRE(near->answer);
  CAF_CHECK_EQUAL(near->answer->outcome, outcome::complete);
  CAF_CHECK_EQUAL(near->answer->chunks.size(), 1u);
}

CAF_TEST(C12 Q12 a request for members waits 10 s for its caller) {
  second.post(ask_for::search(there, "x", 5).with_members(10));
  run();
  pass(2s);
  second.die(); // its caller with it
  for (int i = 0; i < 60 && owned_by(first).size() < 4; ++i)
    pass(500ms);
  pass(8s);
  CAF_CHECK_EQUAL(asked(first), 0u);
  CAF_CHECK(first.finished_requests.empty());
  pass(4s);
  CAF_CHECK_EQUAL(asked(first), 0u);
  CAF_REQUIRE_EQUAL(first.finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(first.finished_requests[0].outcome, outcome::cancelled);
}

CAF_TEST(C12 C11 who runs no shard asks all the same) {
  cluster_node asking{3};
  asking.values.auto_chunk = false;
  asking.values.cluster.weight = 0;
  begin(asking);
  others.push_back(&asking);
  pass(10s);
  CAF_CHECK(owned_by(asking).empty());
  auto far = asking.post(ask_for::search(there, "x", 5));
  run();
  answer(second, there);
  CAF_CHECK(far->answer);
  asking.end();
  others.clear();
}

CAF_TEST(Q3 C12 who stops answers whom it has not answered) {
  auto far = ask(ask_for::search(there, "x", 5));
  caf::anon_send(first.supervisor, stop_request{});
  pass(8s);
  CAF_CHECK_EQUAL(far->count, 1);
  CAF_CHECK_EQUAL(code_of(far->error), errc::not_running);
}

CAF_TEST_FIXTURE_SCOPE_END()
