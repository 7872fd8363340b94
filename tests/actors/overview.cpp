#define CAF_SUITE actors_overview

#include "actors/overview.hpp"

#include "actors/http_desk.hpp"
#include "actors/overview_json.hpp"
#include "actors/page_text.hpp"

#include "tests/support/fleet.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

using nlohmann::json;

struct fixture : fleet {
  void watch() {
    view = sys.spawn<overview>(supervisor);
    send(overview::wish(view));
  }

  ~fixture() {
    if (view)
      kill(view);
  }

  json look() {
    std::string text;
    auto asked = self->request(view, caf::infinite, overview_request{});
    sched.run();
    asked.receive([&](const overview_text& x) { text = x.json; },
                  [&](const caf::error& e) { CAF_FAIL(sys.render(e)); });
    return json::parse(text);
  }

  /// Of its row.
  static json column(const json& x, std::size_t row, const std::string& name) {
    auto& names = x["shards"]["columns"];
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == name)
        return x["shards"]["rows"][row][i];
    CAF_FAIL("no column " << name);
  }

  overview_actor view;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(overview_tests, fixture)

CAF_TEST(it shows each shard from its start to its end) {
  values.auto_chunk = true;
  start(2);
  watch();
  auto x = look();
  CAF_CHECK_EQUAL(x["wanted"], 2);
  CAF_CHECK_EQUAL(x["shards"]["rows"].size(), 2u);
  CAF_CHECK_EQUAL(column(x, 0, "state"), "waiting");
  CAF_CHECK_EQUAL(x["ready"], false);
  auto mine = guild(1, 0);
  greet({mine}, 0);
  create({mine});
  pass(1s);
  x = look();
  CAF_CHECK_EQUAL(column(x, 0, "state"), "startup");
  CAF_CHECK_EQUAL(column(x, 0, "guilds"), 1);
  CAF_CHECK_EQUAL(x["startup"]["in_flight"], 1);
  answer_all(5);
  pass(1s);
  x = look();
  CAF_CHECK_EQUAL(column(x, 0, "state"), "ready");
  CAF_CHECK_EQUAL(x["requests"]["outcomes"]["complete"], 1);
  CAF_CHECK_EQUAL(x["latency"]["completion"]["count"], 1);
  CAF_CHECK_EQUAL(x["connected"], 1);
  link(0).end(4000);
  sched.run();
  pass(1s);
  CAF_CHECK_EQUAL(column(look(), 0, "state"), "resuming");
  link(1).opened();
  link(1).end(4014);
  sched.run();
  pass(1s);
  x = look();
  CAF_CHECK_EQUAL(column(x, 1, "state"), "ended");
  CAF_CHECK_EQUAL(x["shards"]["rows"].size(), 2u);
  CAF_CHECK_EQUAL(x["events"].back()["event"], "shard_disconnected");
  CAF_CHECK_EQUAL(x["events"].back()["shard"], 1);
  CAF_CHECK_EQUAL(x["nodes"].size(), 0u);
}

CAF_TEST(who asks at about the same time is told the same) {
  start_with({a});
  watch();
  auto first = look();
  auto again = look();
  CAF_CHECK_EQUAL(again["now"], first["now"]);
  pass(1s);
  auto one = self->request(view, caf::infinite, overview_request{});
  auto two = self->request(view, caf::infinite, overview_request{});
  sched.run();
  std::vector<std::string> told;
  auto take = [&](const overview_text& x) { told.push_back(x.json); };
  auto fail = [&](const caf::error& e) { CAF_FAIL(sys.render(e)); };
  one.receive(take, fail);
  two.receive(take, fail);
  CAF_REQUIRE_EQUAL(told.size(), 2u);
  CAF_CHECK_EQUAL(told[0], told[1]);
}

CAF_TEST(a bot that has given up says so) {
  fail_lookup(errc::rest_unauthorized);
  start();
  watch();
  auto x = look();
  CAF_CHECK_EQUAL(x["over"], true);
  CAF_CHECK_EQUAL(x["begun"], false);
  CAF_CHECK_EQUAL(x["events"].size(), 0u); // it came later
}

CAF_TEST(it ends with its supervisor and by unsubscribing) {
  start_with({a});
  watch();
  kill(supervisor);
  caf::error why;
  auto asked = self->request(view, caf::infinite, overview_request{});
  sched.run();
  asked.receive([](const overview_text&) { CAF_FAIL("of whom?"); },
                [&](const caf::error& e) { why = e; });
  CAF_CHECK(why);
  caf::anon_send(view, unsubscribe_request{});
  sched.run();
  auto late = self->request(view, caf::infinite, overview_request{});
  sched.run();
  late.receive([](const overview_text&) { CAF_FAIL("of whom?"); },
               [](const caf::error&) { CAF_CHECK(true); });
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(what others say cannot break the text) {
  event_journal journal{caf::timestamp{}};
  shard_disconnected event;
  event.reason = "\xff\n</script>\r\n\xe2\x80";
  journal.add(event, caf::timestamp{});
  auto text = overview_json({}, journal, {}, caf::timestamp{});
  CAF_CHECK(text.find('\n') == text.npos);
  CAF_CHECK_EQUAL(json::parse(text)["events"].size(), 1u);
}

CAF_TEST(durations are given by bounds that hold) {
  fleet_standing x;
  x.shards.resize(1);
  auto& heartbeat = x.shards[0].heartbeat;
  for (auto i = 0; i < 98; ++i)
    heartbeat.add(20ms);
  heartbeat.add(3s);
  heartbeat.add(2min);
  x.shards[0].completion.add(2min);
  auto y =
      json::parse(overview_json(x, event_journal{{}}, {}, caf::timestamp{}));
  CAF_CHECK_EQUAL(y["latency"]["heartbeat"]["half"], 0.025);
  CAF_CHECK_EQUAL(y["latency"]["heartbeat"]["most"], 5.0);
  CAF_CHECK(y["latency"]["completion"]["most"].is_null());
  CAF_CHECK_EQUAL(y["latency"]["first_response"]["count"], 0);
}

CAF_TEST(a shard that does not answer is shown) {
  fleet_standing x;
  x.wanted = 3;
  x.silent = {1, 0};
  x.ended = {0};
  x.fallen = {3};
  x.shards.resize(1);
  x.shards[0].shard = {2, 3};
  auto y =
      json::parse(overview_json(x, event_journal{{}}, {}, caf::timestamp{}));
  auto& rows = y["shards"]["rows"];
  CAF_REQUIRE_EQUAL(rows.size(), 4u);
  CAF_CHECK_EQUAL(rows[3][1], "waiting");
  CAF_CHECK_EQUAL(rows[0][1], "ended");
  CAF_CHECK_EQUAL(rows[1][1], "silent");
  CAF_CHECK_EQUAL(rows[2][1], "waiting");
}

CAF_TEST(the page asks nobody else) {
  auto text = page_text();
  CAF_CHECK(text.find("EventSource(\"events\")") != text.npos);
  for (auto what : {"https:", "src=", "@import", "url(", "innerHTML"})
    CAF_CHECK(text.find(what) == text.npos);
}
