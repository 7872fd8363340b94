#define CAF_SUITE actors_attaching

#include "actors/tracker.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include <nlohmann/json.hpp>

#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

// A tracker in a bot, on CAF's own scheduler; what it needs from outside is
// replaced, so nothing here touches the network.

namespace {

/// A value that another thread sets, waited for with a bound.
template <class T>
class awaited {
public:
  void set(T x) {
    std::lock_guard guard{mutex_};
    if (!value_)
      value_ = std::move(x);
    changed_.notify_all();
  }

  std::optional<T> get() {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, 60s, [this] { return value_.has_value(); });
    return value_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<T> value_;
};

/// A bot's own connection. The bot greets, beats and identifies.
class lent_connection final : public connection {
public:
  explicit lent_connection(std::shared_ptr<connection_sink> sink)
      : sink_(std::move(sink)) {}

  void open(std::string) override { sink_->opened(); }

  void send(std::string text, std::uint64_t ticket) override {
    {
      std::lock_guard guard{mutex_};
      texts_.push_back(text);
    }
    sink_->written(ticket);
    first_sent.set(std::move(text));
  }

  void consumed(std::size_t) override {}

  void close(std::uint16_t) override {
    if (!closed_.exchange(true))
      sink_->closed(0, errc::connection_lost, "closed");
  }

  bool managed_by_bot() const override { return true; }

  /// What the bot hears from the gateway, it passes on.
  void feed(const std::string& text) {
    sink_->received(frozen_buffer{text}, false);
  }

  std::vector<std::string> texts() {
    std::lock_guard guard{mutex_};
    return texts_;
  }

  awaited<std::string> first_sent;

private:
  std::shared_ptr<connection_sink> sink_;
  std::mutex mutex_;
  std::vector<std::string> texts_;
  std::atomic<bool> closed_{false};
};

struct fixture {
  tracker::parts parts() {
    tracker::parts result;
    result.connect = [this](std::shared_ptr<connection_sink> sink) {
      auto made = std::make_shared<lent_connection>(std::move(sink));
      link.set(made);
      return made;
    };
    result.lookup = [this](std::function<void(gateway_answer)> f) {
      ++lookups;
      gateway_answer x;
      x.info.url = "ws://of.the.bot";
      f(std::move(x));
    };
    return result;
  }

  awaited<std::shared_ptr<lent_connection>> link;
  std::atomic<int> lookups{0};
  config cfg;
  caf::actor_system sys{cfg};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(attaching_tests, fixture)

CAF_TEST(A1 a tracker takes its connection and its lookup from the bot) {
  const snowflake a{std::uint64_t{1001} << 22};
  awaited<chunk_request_finished> ended;
  awaited<finished_chunking> done;
  awaited<guild_members_chunk> members;
  std::vector<std::string> texts;
  {
    tracker bot{sys, settings{}, *token::parse("a.bot.token"), parts()};
    bot.on([&](const chunk_request_finished& x) { ended.set(x); },
           [&](const finished_chunking& x) { done.set(x); })
        .on([&](const guild_members_chunk& x) { members.set(x); })
        .set_auto_chunk_members(true)
        .start();
    auto theirs = link.get();
    CAF_REQUIRE(theirs);
    auto& gate = **theirs;
    gate.feed(hello(41'250ms)); // the bot's business
    gate.feed(ready({a}));
    gate.feed(guild_create(a, 5));
    auto sent = gate.first_sent.get();
    CAF_REQUIRE(sent);
    auto request = nlohmann::json::parse(*sent);
    CAF_CHECK(request["op"] == 8);
    CAF_CHECK(request["d"]["guild_id"] == to_string(a));
    std::string nonce = request["d"]["nonce"];
    gate.feed(chunk(a, nonce, 0, 1, 5));
    auto end = ended.get();
    CAF_REQUIRE(end);
    CAF_CHECK(end->outcome == outcome::complete);
    CAF_CHECK_EQUAL(end->nonce, nonce);
    auto all = done.get();
    CAF_REQUIRE(all);
    CAF_CHECK_EQUAL(all->guilds, 1u);
    CAF_CHECK_EQUAL(all->members, 5u);
    CAF_CHECK_EQUAL(all->start_id, end->start_id);
    auto list = members.get();
    CAF_REQUIRE(list);
    CAF_CHECK_EQUAL(list->members.count, 5u);
    texts = gate.texts();
  }
  // Nothing but the request, and nobody was asked twice.
  CAF_CHECK_EQUAL(texts.size(), 1u);
  CAF_CHECK_EQUAL(lookups.load(), 1);
}

CAF_TEST(A1 a tracker that is stopped leaves the bot no open request) {
  const snowflake a{std::uint64_t{1001} << 22};
  awaited<chunk_request_finished> ended;
  {
    tracker bot{sys, settings{}, *token::parse("a.bot.token"), parts()};
    bot.on([&](const chunk_request_finished& x) { ended.set(x); })
        .set_auto_chunk_members(true)
        .start();
    auto theirs = link.get();
    CAF_REQUIRE(theirs);
    (*theirs)->feed(ready({a}));
    (*theirs)->feed(guild_create(a, 5));
    CAF_REQUIRE((*theirs)->first_sent.get());
  }
  auto end = ended.get();
  CAF_REQUIRE(end);
  CAF_CHECK(end->outcome == outcome::cancelled);
}

CAF_TEST(A1 E7 C13 a tracker brings dispatches of its process or of the bot) {
  awaited<std::string> near, far;
  {
    tracker bot{sys, settings{}, *token::parse("a.bot.token"), parts()};
    bot.on_dispatch("TYPING_START",
                    [&](const muster::dispatch& x) { near.set(x.name); })
        .on_dispatch(scope::bot, "MESSAGE_CREATE",
                     [&](const muster::dispatch& x) { far.set(x.name); })
        .start();
    auto theirs = link.get();
    CAF_REQUIRE(theirs);
    (*theirs)->feed(ready({}));
    for (auto name : {"TYPING_START", "MESSAGE_CREATE"})
      (*theirs)->feed(muster::test::dispatch(name, 2, "{}"));
    CAF_CHECK_EQUAL(near.get().value_or(""), "TYPING_START");
    CAF_CHECK_EQUAL(far.get().value_or(""), "MESSAGE_CREATE");
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
