#define CAF_SUITE actors_crashes

#include "tests/support/line_of_processes.hpp"

#include <set>

#include "messages/errc.hpp"
#include "net/derived_nonce.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

class counting_store : public memory_store {
public:
  using memory_store::memory_store;

  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    ++saves;
    bytes = 0;
    for (auto& x : all) {
      bytes += x.cut.session ? x.cut.session->size() : 0;
      for (auto& [key, text] : x.cut.rows)
        bytes += key.size() + (text ? text->size() : 0);
    }
    return memory_store::save(all, out);
  }

  int saves = 0;
  /// Of the last one.
  std::size_t bytes = 0;
};

/// Processes that die without a word.
class dying_processes : public line_of_processes {
public:
  dying_processes() {
    store = counted = std::make_shared<counting_store>([this] {
      return caf::timestamp{sched.clock().now().time_since_epoch()};
    });
  }

  /// What nobody reads.
  void say_something(std::uint64_t seq) {
    say(test::dispatch("TYPING_START", seq, "{}"));
  }

  /// The chunk `index` of two, under this nonce.
  void say_chunk(const std::string& nonce, int index, snowflake guild) {
    say(chunk(guild, nonce, index, 2));
  }

  int ends_of(const std::string& nonce) const {
    int result = 0;
    for (auto& x : finished_requests)
      result += x.nonce == nonce ? 1 : 0;
    return result;
  }

  scripted_connection& resume_after_crash() {
    crash();
    auto& x = greet_again();
    CAF_REQUIRE_EQUAL(x.sent(6).size(), 1u);
    return x;
  }

  /// Asks under this nonce after the last save before a crash, and again when
  /// the first of two chunks has been replayed.
  std::shared_ptr<reply> ask_in_both_processes(const char* nonce) {
    begin({a});
    answer_all();
    pass(1100ms);
    auto search = ask_for::search(a, "nel", 7).with_nonce(nonce);
    ask(search);
    crash_at_once();
    greet_again();
    say_chunk(nonce, 0, a);
    auto again = ask(search);
    say(resumed(43));
    return again;
  }

  std::shared_ptr<counting_store> counted;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(crash_tests, dying_processes)

CAF_TEST(C5 what had come within a second before a crash is known) {
  begin({a, b});
  answer_all();
  say(member_add(a, snowflake{77}, 42));
  auto& x = resume_after_crash();
  auto sent = x.sent(6).front();
  CAF_CHECK_EQUAL(sent["seq"], 42);
  say(resumed(43));
  CAF_CHECK_EQUAL(state_of(a).member_count, 6u);
  CAF_CHECK_EQUAL(identifies(), 1u);
  CAF_CHECK_EQUAL(requests().size(), 2u);
}

CAF_TEST(C6 a replay completes what was on the wire) {
  begin({a});
  auto nonce = last_nonce();
  crash();
  auto asked = requests().size();
  greet_again();
  say_chunk(nonce, 1, a);
  say_chunk(nonce, 0, a);
  say(resumed(43));
  pass(60s);
  CAF_CHECK_EQUAL(requests().size(), asked);
  CAF_REQUIRE_EQUAL(ends_of(nonce), 1);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 1u);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(C6 what no replay completes is asked again under another nonce) {
  begin({a});
  auto nonce = last_nonce();
  say_chunk(nonce, 0, a);
  resume_after_crash();
  say(resumed(43));
  pass(31s);
  CAF_CHECK(last_nonce() != nonce);
  answer_last();
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 2u);
}

CAF_TEST(C6 what was asked after the last save is known by its nonce) {
  start_with({a});
  pass(1100ms);
  create({a});
  auto nonce = last_nonce();
  crash_at_once();
  greet_again();
  say(test::guild_create(a, 5));
  say_chunk(nonce, 0, a);
  say_chunk(nonce, 1, a);
  say(resumed(43));
  pass(60s);
  CAF_CHECK_EQUAL(link().sent(8).size(), 0u);
  CAF_REQUIRE_EQUAL(finished_requests.size(), 1u);
  CAF_CHECK_EQUAL(finished_requests[0].nonce, nonce);
  CAF_CHECK(finished_requests[0].outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests[0].attempts, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
}

CAF_TEST(C6 no nonce goes out twice whoever asks) {
  begin({a, b, c});
  for (int i = 0; i < 3; ++i) {
    resume_after_crash();
    say(resumed(43 + i));
    pass(31s);
  }
  std::set<std::string> nonces;
  for (auto& x : requests())
    CAF_CHECK(nonces.insert(x["nonce"].get<std::string>()).second);
  CAF_CHECK(nonces.size() >= 12);
}

CAF_TEST(C6 a late chunk of what had ended is for nobody) {
  begin({a});
  auto nonce = last_nonce();
  answer_all();
  auto ended = finished_requests.size();
  resume_after_crash();
  say(chunk(a, nonce, 0, 1));
  say(resumed(43));
  pass(20s);
  CAF_CHECK_EQUAL(finished_requests.size(), ended);
  CAF_CHECK_EQUAL(figures().late_chunks, 1u);
  CAF_CHECK_EQUAL(figures().foreign_requests, 0u);
}

CAF_TEST(Q3 C6 a request of the bot is answered though its process has died) {
  begin({a});
  answer_all();
  ask(ask_for::search(a, "nel", 7).with_nonce("mine"));
  resume_after_crash();
  CAF_CHECK_EQUAL(ends_of("mine"), 0);
  say(resumed(43));
  auto x = last_request();
  CAF_CHECK_EQUAL(x["query"], "nel");
  CAF_CHECK_EQUAL(x["limit"], 7);
  answer_last();
  CAF_CHECK_EQUAL(ends_of("mine"), 1);
  // Its nonce has been used.
  CAF_CHECK(code_of(error_of(ask_for::search(a, "n", 1).with_nonce("mine")))
            == errc::nonce_in_use);
}

CAF_TEST(S5 C6 a request goes on in a new session) {
  begin({a});
  answer_all();
  ask(ask_for::search(a, "nel", 7).with_nonce("mine"));
  resume_after_crash();
  say(invalid_session(false));
  pass(10s);
  greet({a});
  create({a});
  answer_all();
  CAF_CHECK_EQUAL(ends_of("mine"), 1);
}

CAF_TEST(Q3 C6 who wanted the members is gone and others cannot be asked for) {
  begin({a});
  answer_all();
  auto end = sys.spawn([](caf::event_based_actor*) {
    return caf::behavior{[](const guild_members_chunk&) {}};
  });
  ask_streaming(ask_for::search(a, "n", 1).with_nonce("streamed"), end);
  ask(ask_for::search(a, "n", 1).with_nonce("kept").with_members(10));
  say(chunk(a, "foreign", 0, 2));
  crash();
  for (auto nonce : {"streamed", "kept", "foreign"})
    CAF_CHECK_EQUAL(ends_of(nonce), 1);
  CAF_CHECK(finished_requests.back().nonce != "foreign"
            || finished_requests.back().outcome == outcome::session_lost);
  greet_again();
  say(chunk(a, "foreign", 1, 2));
  say(resumed(43));
  pass(20s);
  CAF_CHECK_EQUAL(ends_of("foreign"), 1);
  kill(end);
}

CAF_TEST(C6 a request that the bot may no longer make ends) {
  begin({a});
  answer_all();
  ask(ask_for::whole_list(a).with_nonce("mine"));
  pass(1100ms);
  values.intents &= ~intent::guild_members;
  values.auto_chunk = false;
  crash();
  CAF_CHECK_EQUAL(ends_of("mine"), 1);
  CAF_CHECK(finished_requests.back().outcome == outcome::session_lost);
}

CAF_TEST(C6 a chunk of the attempt before counts while another is on the wire) {
  begin({a});
  answer_all();
  ask(ask_for::search(a, "nel", 7).with_nonce("mine"));
  resume_after_crash();
  say(resumed(43));
  CAF_CHECK(last_nonce() != "mine");
  say(chunk(a, "mine", 0, 1));
  CAF_REQUIRE_EQUAL(ends_of("mine"), 1);
  CAF_CHECK(finished_requests.back().outcome == outcome::complete);
  CAF_CHECK_EQUAL(finished_requests.back().attempts, 2u);
}

CAF_TEST(C12 Q3 a bot that asks again under its nonce gets what comes of both) {
  auto again = ask_in_both_processes("mine");
  say_chunk("mine", 1, a);
  CAF_REQUIRE(again->answer);
  CAF_CHECK(again->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(ends_of("mine"), 1);
}

CAF_TEST(C6 Q3 who takes over what never ends asks again for free) {
  auto again = ask_in_both_processes("mine");
  pass(6s);
  answer_last();
  CAF_REQUIRE(again->answer);
  CAF_CHECK(again->answer->outcome == outcome::complete);
  CAF_CHECK_EQUAL(again->answer->attempts, 2u);
}

CAF_TEST(C8 E3 a resumed shard that had settled counts in a new start) {
  begin({a});
  answer_all();
  pass(10min); // it is quiet
  crash_at_once();
  greet_again();
  say(resumed(43));
  pass(1s);
  CAF_REQUIRE_EQUAL(finished.size(), 2u);
  CAF_CHECK(finished[1].start_id != finished[0].start_id);
  CAF_CHECK_EQUAL(finished[1].guilds, 1u);
  CAF_CHECK_EQUAL(finished[1].members, finished[0].members);
  CAF_CHECK_EQUAL(finished_shards.size(), 1u);
}

CAF_TEST(C5 a shard that ended leaves its startup as it was) {
  begin({a, b});
  auto nonce = last_nonce();
  say_something(50);
  link().end(4004); // within the second before it is saved
  pass(5s);
  CAF_CHECK(finished_requests.empty());
  for (auto ends : {true, false}) {
    if (ends)
      restart();
    else
      crash_at_once();
    auto& x = greet_again();
    auto sent = x.sent(6);
    CAF_REQUIRE_EQUAL(sent.size(), 1u);
    CAF_CHECK_EQUAL(sent.front()["seq"], 50);
    link().end(4004);
    pass(5s);
  }
  restart();
  greet_again();
  say(resumed(51));
  pass(31s);
  answer_all();
  CAF_CHECK_EQUAL(finished_requests.size(), 2u);
  CAF_CHECK_EQUAL(ends_of(nonce), 1);
  CAF_REQUIRE_EQUAL(finished_shards.size(), 1u);
  CAF_CHECK(finished_shards[0].missed_guild_ids.empty());
}

CAF_TEST(C6 a session that is refused at once costs no time) {
  begin({a});
  answer_all();
  values.auto_chunk = false;
  crash();
  greet_again();
  say(invalid_session(false));
  pass(5s); // never ends if a timer runs in circles
  CAF_CHECK(finished_requests.size() == 1u);
}

CAF_TEST(C6 a guild that comes back is asked for under another nonce) {
  begin({a});
  answer_all();
  for (int i = 0; i < 3; ++i) {
    say(test::guild_delete(a, false));
    pass(6min);
    if (i == 1) {
      resume_after_crash();
      say(resumed(43));
    }
    create({a});
    answer_last();
  }
  std::set<std::string> nonces;
  for (auto& x : finished_requests)
    CAF_CHECK(nonces.insert(x.nonce).second);
  CAF_CHECK_EQUAL(nonces.size(), 4u);
}

CAF_TEST(C6 an idle shard saves its sequence and no more) {
  begin({a, b});
  answer_all();
  pass(5s);
  CAF_CHECK(counted->saves > 0);
  auto before = counted->saves;
  pass(60s);
  CAF_CHECK_EQUAL(counted->saves, before);
  say_something(100);
  pass(1s);
  CAF_CHECK_EQUAL(counted->saves, before + 1);
  CAF_CHECK(counted->bytes < 300);
  for (int i = 0; i < 50; ++i) {
    say_something(101 + static_cast<std::uint64_t>(i));
    pass(100ms);
  }
  auto saves = counted->saves - before;
  CAF_CHECK(saves >= 5 && saves <= 7);
}

CAF_TEST_FIXTURE_SCOPE_END()
