#define CAF_SUITE actors_peer

#include "actors/peer.hpp"

#include "actors/parcel.hpp"
#include "tests/support/fleet.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// Keeps who dials.
struct dialing : peer_network {
  void open(caf::actor) override {}
  void close() override {}
  void dial(const std::string& address, std::uint64_t,
            caf::actor who) override {
    dialed.push_back(address);
    last = std::move(who);
  }
  std::vector<std::string> dialed;
  caf::actor last;
};

/// A peer of a process that runs one shard, and who is on the other side.
struct fixture : idle_fleet {
  fixture() {
    start_with({a});
    remote = sys.spawn([this](caf::event_based_actor*) {
      return caf::behavior{
          [this](const peer_hello& x) { hellos.push_back(x); },
          [this](const peer_shards&) { ++shards_told; },
          [this](const peer_wish& x) { wishes.push_back(x); },
          [this](const peer_mark& x) { marks.push_back(x); },
          [](const peer_nudge&) {},
          [](const peer_event&) {},
          [this](const peer_welcome& x) { welcomes.push_back(x); },
          [this](const peer_piece& x) { pieces.push_back(x); },
          [this](const peer_credit& x) { credits.push_back(x); },
          [this](const peer_answer& x) { answers.push_back(x); }};
    });
    peer_config args;
    args.here = 2;
    args.there = 1;
    args.address = "there:1";
    args.supervisor = supervisor;
    args.network = net;
    args.values = std::make_shared<settings>(values);
    args.shard_count = 1;
    args.random = [] { return 0.5; };
    made = sys.spawn<peer>(std::move(args));
    sched.run();
  }

  ~fixture() {
    for (auto& x : {caf::actor_cast<caf::actor>(made), remote})
      caf::anon_send_exit(x, caf::exit_reason::kill);
    sched.run();
    made = nullptr;
    net->last = nullptr;
  }

  template <class Message>
  void say(Message x) {
    caf::send_as(remote, caf::actor_cast<caf::actor>(made), std::move(x));
    sched.run();
  }

  void connect() {
    say(peer_dialed{caf::actor_cast<caf::strong_actor_ptr>(remote)});
    say(peer_welcome{hellos.back().link});
  }

  std::uint64_t link() { return hellos.back().link; }

  /// A parcel of a shard, in one piece.
  peer_piece piece(std::uint32_t lane, std::uint32_t shard, int members = 3) {
    peer_parcel x;
    x.members = guild_members_chunk{};
    x.members->shard = {shard, 1};
    x.members->members.json = frozen_buffer{member_array(members)};
    auto bytes = write_parcel(x);
    return {link(), lane, false, {bytes.begin(), bytes.end()}};
  }

  /// True if it ends the link, and another one follows.
  template <class Message>
  bool ends_link(Message x) {
    auto dials = net->dialed.size();
    auto told = welcomes.size();
    say(x);
    pass(2s);
    if (net->dialed.size() == dials)
      return false;
    CAF_CHECK_EQUAL(welcomes.size(), told + 1); // the other side is told
    connect();
    return true;
  }

  std::shared_ptr<dialing> net = std::make_shared<dialing>();
  std::vector<peer_hello> hellos;
  std::vector<peer_answer> answers;
  std::vector<peer_wish> wishes;
  std::vector<peer_mark> marks;
  std::vector<peer_welcome> welcomes;
  std::vector<peer_piece> pieces;
  std::vector<peer_credit> credits;
  int shards_told = 0;
  caf::actor remote;
  peer_actor made;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(peer_tests, fixture)

CAF_TEST(C12 a process is dialed until it welcomes) {
  CAF_CHECK_EQUAL(net->dialed, std::vector<std::string>{"there:1"});
  say(peer_unreachable{"nobody is there"});
  pass(1s);
  CAF_CHECK_EQUAL(net->dialed.size(), 2u);
  say(peer_dialed{caf::actor_cast<caf::strong_actor_ptr>(remote)});
  CAF_REQUIRE_EQUAL(hellos.size(), 1u);
  CAF_CHECK_EQUAL(hellos[0].from, 2u);
  CAF_CHECK_EQUAL(hellos[0].to, 1u);
  pass(4s);
  CAF_CHECK_EQUAL(net->dialed.size(), 2u);
  pass(1s);
  CAF_CHECK_EQUAL(net->dialed.size(), 3u);
  say(peer_welcome{hellos[0].link}); // too late, of another link
  CAF_CHECK_EQUAL(shards_told, 0);
  connect();
  CAF_CHECK_EQUAL(shards_told, 1);
  CAF_CHECK(hellos[0].link != hellos[1].link);
}

CAF_TEST(C12 what bears another link is answered as lost) {
  connect();
  peer_call x;
  x.link = link() + 1;
  x.number = 7;
  x.look = guild_state_request{a};
  say(x);
  CAF_REQUIRE_EQUAL(answers.size(), 1u);
  CAF_CHECK_EQUAL(answers[0].link, x.link);
  CAF_CHECK_EQUAL(answers[0].number, 7u);
  CAF_CHECK(static_cast<errc>(answers[0].error) == errc::link_lost);
  x.link = link();
  say(x);
  CAF_REQUIRE_EQUAL(answers.size(), 2u);
  CAF_CHECK_EQUAL(answers[1].error, 0);
  CAF_CHECK(answers[1].state);
}

CAF_TEST(C15 a call that is not known is answered) {
  connect();
  peer_call x;
  x.link = link();
  x.number = 7;
  say(x);
  CAF_REQUIRE_EQUAL(answers.size(), 1u);
  CAF_CHECK(static_cast<errc>(answers[0].error) == errc::invalid_payload);
}

CAF_TEST(C12 a welcome to another link ends this one) {
  connect();
  auto dials = net->dialed.size();
  say(peer_welcome{link()}); // again
  pass(2s);
  CAF_CHECK_EQUAL(net->dialed.size(), dials);
  say(peer_welcome{link() + 1});
  pass(2s);
  CAF_CHECK_EQUAL(net->dialed.size(), dials + 1);
}

CAF_TEST(C12 who says nothing for long is not there) {
  connect();
  auto dials = net->dialed.size();
  for (int i = 0; i < 10; ++i) {
    pass(5s);
    say(peer_shards{link(), {}, false});
  }
  CAF_CHECK_EQUAL(net->dialed.size(), dials);
  CAF_CHECK(shards_told > 9);
  pass(22s);
  CAF_CHECK_EQUAL(net->dialed.size(), dials + 1);
}

CAF_TEST(C12 what is under way is answered when the link ends) {
  connect();
  caf::error why;
  auto x = sys.spawn([&](caf::event_based_actor* self) {
    self->request(made, caf::infinite, guild_state_request{a})
        .then([](const guild_state&) {},
              [&](const caf::error& error) { why = error; });
  });
  sched.run();
  CAF_CHECK(!why);
  kill(remote);
  CAF_CHECK_EQUAL(code_of(why), errc::link_lost);
}

CAF_TEST(C13 nobody there says what listeners here want) {
  connect();
  auto before = wishes.size();
  say(peer_wish{0, ~0u});
  CAF_CHECK_EQUAL(wishes.size(), before);
  say(peer_wish{link() + 1, ~0u});
  CAF_CHECK(marks.empty());
  say(peer_wish{link(), ~0u});
  CAF_CHECK_EQUAL(wishes.size(), before);
  CAF_CHECK(!marks.empty());
}

CAF_TEST(F1 C13 what is no parcel ends its link and no more) {
  connect();
  CAF_CHECK(!ends_link(piece(0, 0)));
  CAF_CHECK(ends_link(peer_piece{link(), 0, false, "garbage"}));
  CAF_CHECK(ends_link(peer_piece{link(), 0, true, ""}));
  CAF_CHECK(
      ends_link(peer_piece{link(), 0, true, std::string(piece_size + 1, 'x')}));
  CAF_CHECK(ends_link(piece(0, 1)));           // another shard's
  CAF_CHECK(ends_link(piece(1, 1)));           // there is none
  CAF_CHECK(ends_link(piece(answer_lane, 0))); // no answer
  CAF_CHECK(ends_link(peer_credit{link(), 0, 1, 0}));
  CAF_CHECK(ends_link(peer_credit{link(), 0, 0, 1}));
  auto other = peer_piece{link() + 1, 0, false, "garbage"};
  CAF_CHECK(!ends_link(other));
  CAF_CHECK(!ends_link(piece(0, 0)));
}

CAF_TEST(C13 credit is given for what has come and is not held) {
  connect();
  subscribe_request wish = for_members(1000, overflow::stop_reading);
  wish.scope = scope::bot;
  caf::scoped_actor slow{sys};
  wish.listener = caf::actor{slow.ptr()};
  anon_send(supervisor, wish);
  // As its supervisor would pass it on.
  caf::send_as(caf::actor_cast<caf::actor>(supervisor),
               caf::actor_cast<caf::actor>(made), wish);
  sched.run();
  CAF_CHECK(wishes.back().events == event_bit::guild_members_chunk);
  std::uint64_t sent = 0, received = 0, taken = 0;
  auto count = [&] {
    for (auto& x : std::exchange(credits, {})) {
      CAF_CHECK_EQUAL(x.link, link());
      received += x.received;
      taken += x.taken;
    }
  };
  while (sent < 400'000) {
    auto x = piece(0, 0, 80);
    sent += x.bytes.size();
    say(x);
  }
  count();
  CAF_CHECK(received > sent - credit_step(link_window));
  CAF_CHECK_EQUAL(taken, 0u);
  CAF_CHECK(drain(slow) > 5);
  count();
  CAF_CHECK_EQUAL(taken, sent);
  // Who sends more than there is credit for is not heard.
  auto dials = net->dialed.size();
  for (sent = 0; sent <= lane_window; sent += piece(0, 0, 80).bytes.size())
    say(piece(0, 0, 80));
  pass(2s);
  CAF_CHECK_EQUAL(net->dialed.size(), dials + 1);
}

CAF_TEST(C13 nobody there subscribes to what comes here) {
  connect();
  auto before = wishes.size();
  auto wish = for_members();
  wish.scope = scope::bot;
  wish.listener = remote;
  say(wish);
  CAF_CHECK_EQUAL(wishes.size(), before);
}

CAF_TEST(F1 a door outlives what is no hello) {
  auto x = sys.spawn(door, std::uint64_t{2}, supervisor, nullptr);
  auto to = caf::actor_cast<caf::actor>(x);
  caf::send_as(remote, to, caf::make_error(caf::sec::bad_function_call));
  caf::send_as(remote, to, caf::exit_msg{remote.address(), caf::error{}});
  caf::send_as(remote, to, start_request{});
  caf::anon_send(to, peer_hello{9, 2, 5}); // from nobody
  sched.run();
  caf::send_as(remote, to, peer_hello{9, 2, 5});
  sched.run();
  bool ended = false;
  auto watch = sys.spawn([&](caf::event_based_actor* self) {
    self->monitor(x);
    self->set_down_handler([&](caf::down_msg&) { ended = true; });
    return caf::behavior{[](caf::unit_t) {}};
  });
  sched.run();
  CAF_CHECK(!ended);
  kill(x);
  CAF_CHECK(ended);
  kill(watch);
}

CAF_TEST_FIXTURE_SCOPE_END()
