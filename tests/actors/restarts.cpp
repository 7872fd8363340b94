#define CAF_SUITE actors_restarts

#include "tests/support/line_of_processes.hpp"

#include "actors/session_text.hpp"
#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

CAF_TEST_FIXTURE_SCOPE(restart_tests, line_of_processes)

CAF_TEST(C4 a bot that starts anew resumes and identifies nothing) {
  begin({a, b});
  answer_all();
  say(member_add(a, snowflake{77}, 42));
  auto& first = link();
  auto& x = resume_after_restart();
  CAF_CHECK(first.ended());
  auto sent = x.sent(6).front();
  CAF_CHECK_EQUAL(sent["session_id"], "s1");
  CAF_CHECK_EQUAL(sent["seq"], 42);
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK_EQUAL(resumes.size(), 1u);
  CAF_CHECK_EQUAL(readies.size(), 1u);
  CAF_CHECK(state_of(a).status == guild_status::complete);
  CAF_CHECK_EQUAL(state_of(a).member_count, 6u);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  // And so does the one after it.
  resume_after_restart();
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST(C4 a session is left with a code that keeps it) {
  begin({a});
  restart();
  CAF_CHECK_EQUAL(connections.front()->closed_with, 4000);
}

CAF_TEST(C8 E4 a bot that starts anew hears what has been) {
  begin({a, b});
  answer_all();
  CAF_CHECK_EQUAL(order.size(), 4u);
  order.clear();
  resume_after_restart();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"E2 0", "E3"}));
  CAF_CHECK_EQUAL(finished.back().start_id, 7u);
  CAF_CHECK_EQUAL(resumes.back().start_id, 7u);
}

CAF_TEST(C6 E2 a startup goes on where it was) {
  start_with({a, b, c});
  create({a, b});
  answer(a);
  resume_after_restart({test::guild_create(c, 5)});
  CAF_CHECK(finished_shards.empty());
  answer_all();
  pass(40s); // b and c had been asked or not; nobody asks too soon
  answer_all();
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
  CAF_CHECK(finished_shards[0].incomplete_guild_ids.empty());
  CAF_CHECK_EQUAL(finished.size(), 1u);
  CAF_CHECK_EQUAL(finished[0].guilds, 3u);
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST(C6 what is replayed after a restart is in the books) {
  begin({a});
  answer_all();
  resume_after_restart(
      {test::guild_create(b, 5), test::guild_delete(a, false)});
  CAF_CHECK(state_of(a).status == guild_status::unknown);
  answer_all();
  CAF_CHECK(state_of(b).status == guild_status::complete);
}

CAF_TEST(C5 a session that is refused is followed by a new one) {
  begin({a});
  answer_all();
  restart();
  greet_again();
  say(invalid_session(false));
  pass(10s);
  greet({a});
  create({a});
  pass(31s);
  answer_all();
  CAF_CHECK_EQUAL(identifies(), 2u);
  CAF_CHECK_EQUAL(finished_shards.size(), 3u); // one was told late
  CAF_CHECK_EQUAL(finished.size(), 2u);
}

CAF_TEST(C5 a refused token costs its process not the session) {
  begin({a});
  answer_all();
  restart();
  greet_again();
  link().end(4004);
  pass(1s);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::none);
  resume_after_restart();
  CAF_CHECK_EQUAL(identifies(), 1u);
}

CAF_TEST(C6 other intents mean a new session) {
  begin({a});
  values.intents &= ~intent::guild_presences;
  restart();
  greet({a});
  CAF_CHECK_EQUAL(identifies(), 2u);
}

CAF_TEST(C6 another number of shards means new sessions) {
  begin({a});
  answer_all();
  shard_count = 2;
  order.clear();
  restart();
  for (std::uint32_t i = 0; i < 2; ++i) {
    auto& x = *connections.at(1 + i);
    x.opened();
    x.say(hello(41'250ms));
  }
  pass(10s);
  CAF_CHECK_EQUAL(identifies(), 3u);
  CAF_CHECK(order.empty()); // what was told of the other split is void
}

CAF_TEST(C6 damage costs a shard an identify at most) {
  std::function<void(shard_cut&)> all[] = {
      [](auto& x) { x.session = "noise"; },
      [](auto& x) { x.session = std::string{}; },
      [](auto& x) { x.rows.clear(); }, // of no READY
      [](auto& x) {
        x.rows = {{"s", std::string(1'000'000, '\x81')}};
      }};
  for (auto& change : all) {
    begin({a});
    forge([&](auto& x) {
      x.whole = true;
      change(x);
    });
    auto before = identifies();
    start();
    greet({a});
    create({a});
    CAF_CHECK_EQUAL(identifies(), before + 1);
    CAF_CHECK_EQUAL(link().sent(6).size(), 0u);
    send(stop_request{});
    store = std::make_shared<memory_store>();
  }
}

CAF_TEST(C6 of damaged books the session and the guilds remain) {
  begin({a, b});
  answer_all();
  forge([](auto& x) { row(x, "s") = "noise"s; });
  order.clear();
  start();
  greet_again();
  say(resumed(43));
  pass(31s);
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK_EQUAL(link().sent(8).size(), 2u);
  answer_all();
  CAF_CHECK(state_of(a).status == guild_status::complete);
  CAF_CHECK_EQUAL(order.back(), "E2 0");
}

CAF_TEST(C6 what another version has saved is left alone) {
  auto newer = "\x82\x18\x63\x00"s; // format 99
  std::function<void(shard_cut&)> all[] = {[&](auto& x) { x.session = newer; },
                                           [&](auto& x) {
                                             x.rows = {{"s", newer}};
                                           },
                                           [&](auto& x) {
                                             x.rows = {{"r", newer}};
                                           },
                                           [&](auto& x) {
                                             x.rows = {{"unheard of", "x"s}};
                                           }};
  for (auto& change : all) {
    begin({a});
    answer_all();
    forge(change);
    disconnects.clear();
    auto before = connections.size();
    start();
    pass(5s);
    CAF_CHECK_EQUAL(connections.size(), before);
    CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
    CAF_CHECK(disconnects[0].next == next_step::none);
    CAF_CHECK(disconnects[0].reason.find("another version")
              != std::string::npos);
    auto there = left();
    auto as_forged = there;
    change(as_forged);
    CAF_CHECK(there.session == as_forged.session);
    for (auto& x : as_forged.rows)
      CAF_CHECK_EQUAL(row(there, x.key), x.text);
    store = std::make_shared<memory_store>();
  }
}

CAF_TEST(C4 requests of the startup go on and others end) {
  start_with({a, b});
  create({a});
  auto nonce = last_nonce();
  create({b});
  auto open = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  resume_after_restart();
  CAF_REQUIRE(open->answer);
  CAF_CHECK(open->answer->outcome == outcome::cancelled);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, "mine");
  pass(31s);
  CAF_CHECK(link().sent(8).size() == 2u);
  answer_all();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 3u);
  CAF_CHECK(finished_requests[1].nonce == nonce
            || finished_requests[2].nonce == nonce);
}

CAF_TEST(C4 E1 a startup request that the bot had joined ends once) {
  start_with({a});
  create({a});
  auto nonce = last_nonce();
  auto joined = ask(ask_for::whole_list(a));
  resume_after_restart();
  CAF_REQUIRE(joined->answer);
  CAF_CHECK(joined->answer->outcome == outcome::cancelled);
  pass(31s);
  answer_all();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK(finished_requests[1].nonce != nonce);
  CAF_CHECK(finished_requests[1].outcome == outcome::complete);
}

CAF_TEST(C14 a saved address of elsewhere is not gone to) {
  begin({a});
  forge([this](auto& x) {
    x.session =
        write_session({{"session", 5, "ws://elsewhere"}, values.intents, 1});
  });
  start();
  CAF_CHECK_EQUAL(connections.back()->url.find("elsewhere"), std::string::npos);
  greet_again();
  CAF_CHECK_EQUAL(link().sent(6).size(), 1u);
}

CAF_TEST(C1 a second process waits for the first and takes over) {
  begin({a});
  answer_all();
  auto first = supervisor;
  auto held = recorder;
  start();
  pass(10s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
  auto early = ask(ask_for::search(a, "n", 1));
  CAF_CHECK_EQUAL(early->count, 0);
  caf::anon_send(first, stop_request{});
  pass(1s);
  CAF_REQUIRE_EQUAL(connections.size(), 2u);
  greet_again();
  say(resumed(43));
  CAF_CHECK_EQUAL(identifies(), 1u);
  answer_last();
  CAF_REQUIRE(early->answer);
  CAF_CHECK(early->answer->outcome == outcome::complete);
  anon_send_exit(held, caf::exit_reason::user_shutdown);
}

CAF_TEST(C1 a shard that another process has claimed closes) {
  begin({a});
  answer_all();
  // The process is taken for dead, and another one has been quicker.
  store->leave({1, {}});
  joined_store joined;
  shards_claimed claims;
  store->join({2, 8, 1, values.intents, {0}}, joined);
  store->claim({2, 1, {0}}, claims);
  CAF_REQUIRE_EQUAL(claims.shards.size(), 1u);
  say(test::ready({a, b}, "another")); // to be saved
  CAF_CHECK(link().ended());
  CAF_CHECK_EQUAL(link().closed_with, 4000);
  CAF_REQUIRE_EQUAL(disconnects.size(), 1u);
  CAF_CHECK(disconnects[0].next == next_step::resume);
  pass(10s);
  CAF_CHECK_EQUAL(connections.size(), 1u);
}

CAF_TEST(C1 F1 an overtaken shard that cannot close ends with its process) {
  auto idle = sys.registry().running();
  begin({a});
  link().close_at_once = false;
  store->leave({1, {}});
  joined_store joined;
  shards_claimed claims;
  store->join({2, 8, 1, values.intents, {0}}, joined);
  store->claim({2, 1, {0}}, claims);
  say(test::ready({a, b}, "another"));
  CAF_CHECK_EQUAL(link().closed_with, 4000);
  send(stop_request{});
  pass(20s);
  kill(recorder);
  supervisor = nullptr;
  CAF_CHECK_EQUAL(sys.registry().running(), idle);
}

CAF_TEST(C12 nobody waits for long for a shard that runs elsewhere) {
  begin({a});
  auto first = supervisor;
  auto held = recorder;
  start();
  auto asked = ask(ask_for::whole_list(a));
  auto command = std::make_shared<int>(0);
  sys.spawn([this, command](caf::event_based_actor* x) {
    x->request(supervisor, caf::infinite, gateway_command{3, "{}", {}})
        .then([command] { *command = 1; },
              [command](const caf::error&) { *command = 2; });
  });
  pass(9s);
  CAF_CHECK_EQUAL(asked->count, 0);
  CAF_CHECK_EQUAL(*command, 0);
  pass(2s);
  CAF_CHECK(code_of(asked->error) == errc::not_running);
  CAF_CHECK_EQUAL(*command, 2);
  caf::anon_send(first, stop_request{});
  pass(1s);
  anon_send_exit(held, caf::exit_reason::user_shutdown);
}

CAF_TEST_FIXTURE_SCOPE_END()
