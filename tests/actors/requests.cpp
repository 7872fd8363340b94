#define CAF_SUITE actors_requests

#include "tests/support/fleet.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using ask_for = guild_members_request;

namespace {

/// One shard without chunking at startup, in guilds 1 to 3.
struct fixture : fleet {
  fixture() { values.auto_chunk = false; }

  void begin() {
    start();
    gate = &greet({a, b, c});
    for (auto id : {a, b, c})
      gate->say(guild_create(id, 5));
    sched.run();
  }

  void say(const std::string& text) {
    link().say(text);
    sched.run();
  }

  snowflake a{std::uint64_t{1001} << 22}, b{std::uint64_t{1002} << 22},
      c{std::uint64_t{1003} << 22};
  scripted_connection* gate = nullptr;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(request_tests, fixture)

CAF_TEST(Q1 each kind of request goes out and is answered) {
  begin();
  auto list = ask(ask_for::whole_list(a).with_presences());
  CAF_CHECK(last_request()["presences"] == true);
  say(chunk(a, last_nonce(), 0, 1));
  auto search = ask(ask_for::search(b, "nel", 10));
  CAF_CHECK(last_request()["query"] == "nel");
  CAF_CHECK(last_request()["limit"] == 10);
  say(chunk(b, last_nonce(), 0, 1));
  auto users = ask(ask_for::users(c, {snowflake{1}, snowflake{2}}));
  CAF_CHECK_EQUAL(last_request()["user_ids"].size(), 2u);
  chunk_fields reply;
  reply.guild = c;
  reply.nonce = last_nonce();
  reply.not_found = {snowflake{2}};
  say(chunk(reply, 9));
  for (auto& x : {list, search, users}) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK(x->answer->outcome == outcome::complete);
    CAF_CHECK_EQUAL(x->count, 1);
  }
  CAF_CHECK_EQUAL(users->answer->not_found_ids,
                  std::vector<snowflake>{snowflake{2}});
  CAF_CHECK_EQUAL(finished_requests.size(), 3u);
}

CAF_TEST(Q1 a request made before the shards are known is kept) {
  failed_lookups.push_back(
      {gateway_info{}, make_error(errc::rest_failed), caf::timespan{0}});
  start();
  auto early = ask(ask_for::whole_list(a));
  CAF_CHECK_EQUAL(early->count, 0);
  pass(2s);
  greet({a}).say(guild_create(a, 5));
  sched.run();
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(early->answer);
}

CAF_TEST(Q2 what is refused is never sent) {
  values.intents = intent::guilds;
  begin();
  auto refused = [&](ask_for x) {
    auto reply = ask(std::move(x));
    CAF_REQUIRE_EQUAL(reply->count, 1);
    CAF_CHECK(!reply->answer);
    return code_of(reply->error);
  };
  CAF_CHECK(refused(ask_for::whole_list(a)) == errc::members_intent_missing);
  CAF_CHECK(refused(ask_for::search(a, "n", 1).with_presences())
            == errc::presences_intent_missing);
  CAF_CHECK(refused(ask_for::search(a, "n", 101)) == errc::limit_out_of_range);
  CAF_CHECK(refused(ask_for::users(a, {})) == errc::no_user_ids);
  CAF_CHECK(refused(ask_for::search(guild(77), "n", 1)) == errc::unknown_guild);
  CAF_CHECK(refused(ask_for::search(snowflake{}, "n", 1))
            == errc::invalid_guild_id);
  CAF_CHECK(refused(ask_for::search(a, std::string(4000, 'n'), 1))
            == errc::payload_too_large);
  auto first = ask(ask_for::search(a, "n", 1).with_nonce("mine"));
  CAF_CHECK(refused(ask_for::search(a, "n", 1).with_nonce("mine"))
            == errc::nonce_in_use);
  CAF_CHECK(refused(ask_for::search(a, "n", 1).with_attempts(-1))
            == errc::invalid_attempts);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  CAF_CHECK_EQUAL(figures().refused_requests, 8u);
}

CAF_TEST(Q3 every outcome is reported once) {
  begin();
  auto silent = ask(ask_for::search(a, "n", 1));
  auto partial = ask(ask_for::search(b, "n", 1));
  say(chunk(b, last_nonce(), 0, 2));
  auto left = ask(ask_for::search(c, "n", 1));
  say(guild_delete(c, false));
  pass(20s);
  CAF_CHECK(silent->answer->outcome == outcome::no_response);
  CAF_CHECK_EQUAL(silent->answer->chunk_count, 0u);
  CAF_CHECK(!silent->answer->first_received_at);
  CAF_CHECK(partial->answer->outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(partial->answer->missed_chunks,
                  std::vector<std::uint32_t>{1});
  CAF_CHECK(left->answer->outcome == outcome::guild_left);
  auto open = ask(ask_for::search(a, "n", 1));
  anon_send(supervisor, stop_request{});
  sched.run();
  CAF_REQUIRE(open->answer);
  CAF_CHECK(open->answer->outcome == outcome::cancelled);
  CAF_CHECK_EQUAL(finished_requests.size(), 4u);
  for (auto& x : {silent, partial, left, open})
    CAF_CHECK_EQUAL(x->count, 1);
  CAF_CHECK_EQUAL(link().closed_with, 4000); // left resumable
}

CAF_TEST(Q3 a dead caller is no exception) {
  begin();
  auto asker = sys.spawn([&](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite, ask_for::whole_list(a))
        .then([](const chunk_request_finished&) {});
  });
  sched.run();
  anon_send_exit(asker, caf::exit_reason::kill);
  sched.run();
  say(chunk(a, last_nonce(), 0, 1));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
}

CAF_TEST(Q4 a chunk that nobody here asked for is tracked) {
  begin();
  say(chunk(a, "theirs", 1, 2, 5));
  CAF_CHECK(finished_requests.empty());
  say(chunk(a, "theirs", 0, 2, 5));
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, "theirs");
  CAF_CHECK_EQUAL(finished_requests[0].members, 10u);
  // It has ended: what comes late is not taken for another one.
  say(chunk(a, "theirs", 0, 2, 5));
  pass(10s);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
}

CAF_TEST(Q4 late chunks of ended requests are told from foreign ones) {
  begin();
  auto x = ask(ask_for::search(a, "n", 1));
  pass(15s);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
  say(chunk(a, x->answer->nonce, 0, 1));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
}

CAF_TEST(Q4 a chunk without nonce goes to listeners only) {
  begin();
  record(~0u);
  say(chunk(a, "", 0, 1, 4));
  CAF_REQUIRE_EQUAL(chunks.size(), 1u);
  CAF_CHECK(chunks[0].nonce.empty());
  pass(20s);
  CAF_CHECK(finished_requests.empty());
}

CAF_TEST(Q5 chunks count as a set in any order) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  for (int i : {2, 0, 2, 0})
    say(chunk(a, nonce, i, 3, 10));
  say(chunk(a, nonce, 3, 3));
  say(chunk(a, nonce, -1, 3));
  say(chunk(a, nonce, 1, 4));
  say(chunk(a, nonce, 0, 0));
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, nonce, 1, 3, 10));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->members, 30u);
  say(chunk(a, nonce, 1, 3, 10));
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  auto counts = figures();
  CAF_CHECK_EQUAL(counts.duplicates, 2u);
  CAF_CHECK_EQUAL(counts.malformed, 4u);
  CAF_CHECK_EQUAL(counts.late_chunks, 1u);
}

CAF_TEST(Q5 garbage is counted and dropped) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  say("no json at all");
  say("{\"op\":0,\"t\":\"GUILD_MEMBERS_CHUNK\",\"s\":5,\"d\":[]}");
  say(test::dispatch("GUILD_MEMBERS_CHUNK", 6,
                     "{\"guild_id\":\"x\",\"chunk_index\":0,\"chunk_count\":1,"
                     "\"members\":[]}"));
  say(test::dispatch("GUILD_CREATE", 7, "{\"id\":true}"));
  say(chunk(b, nonce, 0, 1)); // another guild's
  CAF_CHECK_EQUAL(figures().malformed, 5u);
  say(chunk(a, nonce, 0, 1));
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 a gap of the timeout ends a request within 50 ms) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  pass(9900ms);
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, nonce, 0, 3));
  pass(4900ms);
  say(chunk(a, nonce, 1, 3));
  pass(4990ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(50ms);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::incomplete);
}

CAF_TEST(Q6 the clock starts with the write and not in the queue) {
  begin();
  gate->confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  pass(30s);
  CAF_CHECK_EQUAL(x->count, 0);
  gate->confirm();
  pass(9900ms);
  CAF_CHECK_EQUAL(x->count, 0);
  pass(200ms);
  CAF_CHECK(x->answer);
}

CAF_TEST(Q6 a first chunk may overtake the news of the write) {
  begin();
  gate->confirm_writes = false;
  auto x = ask(ask_for::whole_list(a));
  say(chunk(a, last_nonce(), 0, 2));
  gate->confirm();
  sched.run();
  say(chunk(a, last_nonce(), 1, 2));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->attempts, 1u);
}

CAF_TEST(Q6 chunks of others keep a request waiting up to ten times) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  for (int i = 0; i < 19; ++i) {
    pass(5s);
    say(chunk(b, "others", i, 100));
  }
  pass(4s); // 99 s
  CAF_CHECK_EQUAL(x->count, 0);
  pass(2s);
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::no_response);
}

CAF_TEST(Q6 at most eight whole lists are on the wire) {
  std::vector<snowflake> ids;
  values.auto_chunk = true;
  start();
  for (std::uint32_t i = 1; i <= 20; ++i)
    ids.push_back(guild(i));
  gate = &greet(ids);
  for (auto id : ids)
    gate->say(guild_create(id, 5));
  sched.run();
  CAF_CHECK_EQUAL(requests().size(), 8u);
  say(chunk(ids[0], requests()[0]["nonce"], 0, 1));
  CAF_CHECK_EQUAL(requests().size(), 9u);
}

CAF_TEST(Q6 clocks stand still while disconnected) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  pass(6s);
  gate->end(0);
  pass(1h);
  CAF_CHECK_EQUAL(x->count, 0);
  reconnect().say(resumed(9));
  pass(9s); // restarted (S6)
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(x->answer);
}

CAF_TEST(Q7 a second whole list of a guild waits for 30 s after the first) {
  begin();
  auto first = ask(ask_for::whole_list(a));
  pass(2s);
  say(chunk(a, last_nonce(), 0, 1)); // the 30 s count from here
  CAF_CHECK(first->answer);
  pass(1s);
  auto second = ask(ask_for::whole_list(a));
  pass(28900ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(200ms);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(second->answer->outcome == outcome::complete);
}

CAF_TEST(Q7 ten callers of one list share one opcode 8) {
  begin();
  std::vector<std::shared_ptr<fleet::reply>> callers;
  for (int i = 0; i < 10; ++i)
    callers.push_back(ask(ask_for::whole_list(a)));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  say(chunk(a, last_nonce(), 0, 1, 7));
  for (auto& x : callers) {
    CAF_REQUIRE(x->answer);
    CAF_CHECK_EQUAL(x->answer->nonce, callers[0]->answer->nonce);
    CAF_CHECK_EQUAL(x->answer->members, 7u);
  }
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
}

CAF_TEST(Q7 a nonce of its own does not join) {
  begin();
  auto first = ask(ask_for::whole_list(a));
  auto own = ask(ask_for::whole_list(a).with_nonce("own"));
  CAF_CHECK_EQUAL(requests().size(), 1u);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_CHECK(first->answer);
  CAF_CHECK_EQUAL(own->count, 0);
  pass(31s);
  CAF_CHECK_EQUAL(last_nonce(), "own");
  say(chunk(a, "own", 0, 1));
  CAF_CHECK_EQUAL(own->answer->nonce, "own");
}

CAF_TEST(Q7 RATE_LIMITED puts a request back unseen by its caller) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  auto nonce = last_nonce();
  say(rate_limited(a, nonce, 12.5));
  pass(12400ms);
  CAF_CHECK_EQUAL(requests().size(), 1u);
  pass(200ms);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  say(rate_limited(a, "", 3)); // without nonce: the list in flight
  pass(4s);
  CAF_CHECK_EQUAL(requests().size(), 3u);
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, last_nonce(), 0, 1));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->answer->attempts, 1u); // a refusal is none
  CAF_CHECK_EQUAL(figures().rate_limited, 2u);
}

CAF_TEST(Q7 refusals for ever end as rate_limited) {
  begin();
  auto x = ask(ask_for::whole_list(a));
  for (int i = 0; i < 5; ++i) {
    CAF_CHECK_EQUAL(x->count, 0);
    say(rate_limited(a, last_nonce(), 1));
    pass(2s);
  }
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::rate_limited);
  CAF_CHECK_EQUAL(requests().size(), 5u);
}

CAF_TEST(Q8 an attempt that fails is followed by another under its own nonce) {
  begin();
  auto x = ask(ask_for::whole_list(a).with_attempts(2));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 3, 10));
  say(chunk(a, nonce, 1, 3, 10));
  pass(31s);
  CAF_REQUIRE_EQUAL(requests().size(), 2u);
  CAF_CHECK(last_nonce() != nonce);
  CAF_CHECK_EQUAL(x->count, 0);
  say(chunk(a, last_nonce(), 2, 3, 10));
  pass(6s);
  CAF_REQUIRE(x->answer);
  // The best attempt is the first.
  CAF_CHECK(x->answer->outcome == outcome::incomplete);
  CAF_CHECK_EQUAL(x->answer->nonce, nonce);
  CAF_CHECK_EQUAL(x->answer->attempts, 2u);
  CAF_CHECK_EQUAL(x->answer->missed_chunks, std::vector<std::uint32_t>{2});
  CAF_CHECK_EQUAL(x->answer->members, 20u);
}

CAF_TEST(Q8 late chunks of an earlier attempt may complete a request) {
  begin();
  auto x = ask(ask_for::whole_list(a).with_attempts(2));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 0, 2));
  pass(31s);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  say(chunk(a, nonce, 1, 2));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::complete);
}

CAF_TEST(Q8 a startup request has two attempts) {
  values.auto_chunk = true;
  start();
  greet({a}).say(guild_create(a, 5));
  pass(2min);
  CAF_CHECK_EQUAL(requests().size(), 2u);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
}

CAF_TEST(Q9 requests by the user go before commands before startup) {
  values.auto_chunk = true;
  values.send_limit = 8; // identify and three more; 4 are kept for heartbeats
  start();
  std::vector<snowflake> ids;
  for (std::uint32_t i = 1; i <= 9; ++i)
    ids.push_back(guild(i));
  gate = &greet(ids);
  for (auto id : ids)
    gate->say(guild_create(id, 5));
  sched.run();
  auto sent = gate->texts.size();
  CAF_CHECK_EQUAL(requests().size(), 3u);
  CAF_CHECK(!command(gateway_command{3, "{\"status\":\"idle\"}", {}}));
  ask(ask_for::search(ids[8], "nel", 5));
  CAF_CHECK_EQUAL(gate->texts.size(), sent);
  pass(61s); // a window later, minus the heartbeats in it
  CAF_REQUIRE(gate->texts.size() > sent + 2);
  std::vector<int> ops;
  std::vector<std::string> queries;
  for (auto i = sent; i < gate->texts.size(); ++i) {
    auto x = nlohmann::json::parse(gate->texts[i]);
    if (x["op"] == 1)
      continue;
    ops.push_back(x["op"]);
    queries.push_back(x["d"].value("query", "-"));
  }
  CAF_CHECK_EQUAL(queries.at(0), "nel");
  CAF_CHECK_EQUAL(ops.at(1), 3);
}

CAF_TEST(Q9 no window sees more than the limit) {
  begin();
  for (int i = 0; i < 400; ++i)
    ask(ask_for::search(a, "n" + std::to_string(i), 1).with_attempts(1));
  std::deque<caf::actor_clock::time_point> sent;
  auto seen = gate->texts.size();
  CAF_CHECK(seen <= 120);
  CAF_CHECK(seen > 100);
  for (std::size_t i = 0; i < seen; ++i)
    sent.push_back(sched.clock().now());
  for (int i = 0; i < 600; ++i) {
    pass(500ms);
    auto now = sched.clock().now();
    for (; seen < gate->texts.size(); ++seen)
      sent.push_back(now);
    while (sent.front() + 60s <= now)
      sent.pop_front();
    CAF_REQUIRE(sent.size() <= 120);
  }
  CAF_CHECK_EQUAL(requests().size(), 400u);
}

CAF_TEST(Q10 a caller can cancel by nonce) {
  begin();
  auto wish = ask_for::whole_list(a);
  auto x = ask(wish);
  CAF_CHECK(!command(cancel_request{a, wish.nonce}));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::cancelled);
  CAF_CHECK_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK(code_of(command(cancel_request{a, wish.nonce}))
            == errc::unknown_nonce);
  CAF_CHECK(code_of(command(cancel_request{a, "never"}))
            == errc::unknown_nonce);
}

CAF_TEST(Q10 with several callers a cancel withdraws one) {
  begin();
  auto first = ask_for::whole_list(a);
  auto second = ask_for::whole_list(a);
  auto x = ask(first);
  auto y = ask(second);
  CAF_CHECK(!command(cancel_request{a, first.nonce}));
  CAF_REQUIRE(x->answer);
  CAF_CHECK(x->answer->outcome == outcome::cancelled);
  CAF_CHECK(finished_requests.empty());
  say(chunk(a, last_nonce(), 0, 1));
  CAF_REQUIRE(y->answer);
  CAF_CHECK(y->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(x->count, 1);
}

CAF_TEST(Q11 other commands go through and own opcodes are refused) {
  begin();
  CAF_CHECK(!command(gateway_command{4, "{\"guild_id\":\"1\"}", a}));
  CAF_CHECK_EQUAL(gate->sent(4).size(), 1u);
  for (std::uint8_t op : {1, 2, 6, 8})
    CAF_CHECK(code_of(command(gateway_command{op, "{}", {}}))
              == errc::forbidden_opcode);
  CAF_CHECK(code_of(command(gateway_command{3, "[]", {}}))
            == errc::invalid_payload);
  CAF_CHECK(code_of(command(gateway_command{
                3, "{\"x\":\"" + std::string(4096, 'x') + "\"}", {}}))
            == errc::payload_too_large);
}

CAF_TEST(Q12 members come in the answer up to a bound) {
  begin();
  auto x = ask(ask_for::whole_list(a).with_members(10));
  auto nonce = last_nonce();
  say(chunk(a, nonce, 1, 2, 3));
  say(chunk(a, nonce, 0, 2, 4));
  CAF_REQUIRE(x->answer);
  CAF_REQUIRE_EQUAL(x->answer->chunks.size(), 2u);
  CAF_CHECK_EQUAL(x->answer->chunks[0].count, 4u);
  member_cursor members{x->answer->chunks[1]};
  int n = 0;
  while (members.next() != nullptr)
    ++n;
  CAF_CHECK_EQUAL(n, 3);
  CAF_CHECK(finished_requests.at(0).chunks.empty()); // listeners get counts
  auto y = ask(ask_for::whole_list(b).with_members(2));
  say(chunk(b, last_nonce(), 0, 1, 3));
  CAF_CHECK(code_of(y->error) == errc::answer_too_large);
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
}

CAF_TEST(Q12 members are streamed to one actor) {
  begin();
  int got = 0;
  auto receiver = sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{
        [&](const guild_members_chunk& x) { got += x.members.count; }};
  });
  auto x = ask_streaming(ask_for::whole_list(a), receiver);
  auto nonce = last_nonce();
  auto other = ask(ask_for::whole_list(b));
  say(chunk(b, last_nonce(), 0, 1, 100));
  say(chunk(a, nonce, 0, 2, 3));
  say(chunk(a, nonce, 1, 2, 3));
  CAF_CHECK(x->answer);
  CAF_CHECK_EQUAL(got, 6);
  CAF_CHECK(chunks.empty()); // nobody else listens
}

CAF_TEST(E5 listeners share the bytes of a chunk) {
  begin();
  record(~0u);
  ask(ask_for::whole_list(a));
  chunk_fields fields;
  fields.guild = a;
  fields.nonce = last_nonce();
  fields.members = 3;
  fields.presences = "[" + presence(snowflake{1}) + "]";
  say(chunk(fields, 5));
  CAF_REQUIRE_EQUAL(chunks.size(), 1u);
  auto& x = chunks[0];
  CAF_CHECK_EQUAL(x.guild_id, a);
  CAF_CHECK_EQUAL(x.chunk_index, 0u);
  CAF_CHECK_EQUAL(x.chunk_count, 1u);
  CAF_CHECK_EQUAL(x.members.count, 3u);
  CAF_CHECK_EQUAL(x.presences.decode().size(), 1u);
}

CAF_TEST(E7 any event reaches who listens for its name) {
  begin();
  std::vector<muster::dispatch> got;
  subscribe_request wish;
  wish.listener = sys.spawn([&](caf::event_based_actor*) {
    return caf::behavior{[&](const muster::dispatch& x) { got.push_back(x); }};
  });
  wish.events = 0;
  wish.dispatches = {"MESSAGE_CREATE", "GUILD_CREATE"};
  anon_send(supervisor, wish);
  sched.run();
  say(test::dispatch("MESSAGE_CREATE", 41, "{\"content\":\"hi\"}"));
  say(test::dispatch("TYPING_START", 42, "{}"));
  say(guild_create(a, 5, true, 0, 43)); // what muster reads itself, too
  CAF_REQUIRE_EQUAL(got.size(), 2u);
  CAF_CHECK_EQUAL(got[0].name, "MESSAGE_CREATE");
  CAF_CHECK_EQUAL(got[0].sequence, 41u);
  CAF_CHECK_EQUAL(got[0].payload.view(), "{\"content\":\"hi\"}");
  CAF_CHECK_EQUAL(got[1].name, "GUILD_CREATE");
  anon_send_exit(wish.listener, caf::exit_reason::user_shutdown);
  sched.run();
}

CAF_TEST_FIXTURE_SCOPE_END()
