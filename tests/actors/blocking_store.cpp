#define CAF_SUITE actors_blocking_store

#include <chrono>
#include <condition_variable>
#include <mutex>

#include <caf/all.hpp>

#include "actors/config.hpp"
#include "actors/supervisor.hpp"
#include "net/memory_store.hpp"
#include "tests/support/payloads.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

/// A database that answers when the test says so, on whatever thread asked.
class slow_store final : public memory_store {
public:
  bool blocks() const override { return true; }

  caf::error join(const join_store& x, joined_store& out) override {
    wait();
    return memory_store::join(x, out);
  }
  caf::error save(const std::vector<save_cut>& all,
                  std::vector<saved>& out) override {
    wait();
    return memory_store::save(all, out);
  }

  void answer(bool on) {
    std::lock_guard guard{mutex_};
    answers_ = on;
    changed_.notify_all();
  }

  /// Waits until somebody waits.
  bool asked() {
    std::unique_lock guard{mutex_};
    return changed_.wait_for(guard, 20s, [this] { return waiting_ > 0; });
  }

private:
  void wait() {
    std::unique_lock guard{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(guard, [this] { return answers_; });
    --waiting_;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool answers_ = false;
};

/// What the test plays the gateway with.
class line final : public connection {
public:
  explicit line(std::shared_ptr<connection_sink> sink)
      : sink_(std::move(sink)) {}

  void open(std::string) override {
    sink_->opened();
    sink_->received(frozen_buffer{test::hello(41'250ms)}, false);
  }
  void send(std::string text, std::uint64_t ticket) override {
    sink_->written(ticket);
    if (text.find("\"op\":2}") != text.npos)
      sink_->received(frozen_buffer{test::ready({})}, false);
  }
  void consumed(std::size_t) override {}
  void close(std::uint16_t code) override {
    sink_->closed(code, errc{}, "closed", timespan{0});
  }

private:
  std::shared_ptr<connection_sink> sink_;
};

} // namespace

CAF_TEST(F1 C8 a store that blocks keeps nobody else waiting) {
  config cfg;
  cfg.set("scheduler.max-threads", 1); // all others share this one
  caf::actor_system sys{cfg};
  auto store = std::make_shared<slow_store>();
  supervisor_config args;
  settings values;
  values.rest_url = "http://localhost/api";
  values.auto_chunk = true;
  args.values = std::make_shared<const settings>(values);
  args.secret = std::make_shared<const token>(*token::parse("a.bot.token"));
  args.random = [] { return 0.5; };
  args.store = store;
  args.lookup = [](std::function<void(gateway_answer)> f) {
    gateway_answer x;
    x.info.url = "ws://gateway";
    f(std::move(x));
  };
  args.connect = [](std::shared_ptr<connection_sink> sink) {
    return std::make_shared<line>(std::move(sink));
  };
  {
    auto bot = sys.spawn<supervisor>(std::move(args));
    caf::scoped_actor self{sys};
    subscribe_request wish;
    wish.listener = self;
    wish.events = event_bit::shard_ready | event_bit::shard_finished_chunking
                  | event_bit::finished_chunking;
    self->send(bot, wish);
    caf::anon_send(bot, start_request{});
    CAF_REQUIRE(store->asked());
    auto answers = [&] {
      bool result = false;
      self->request(bot, 20s, statistics_request{})
          .receive([&](const statistics&) { result = true; },
                   [](const caf::error&) {});
      return result;
    };
    CAF_CHECK(answers()); // joining, on a thread of its own
    store->answer(true);
    int heard = 0;
    auto hear = [&](int events) {
      for (; heard < events; ++heard) {
        bool in_time = true;
        self->receive([](const shard_ready&) {},
                      [](const shard_finished_chunking&) {},
                      [](const finished_chunking&) {},
                      caf::after(20s) >> [&] { in_time = false; });
        CAF_REQUIRE(in_time);
      }
    };
    hear(3);
    self->request(bot, 20s, stop_request{})
        .receive([](const stopped&) {},
                 [](const caf::error& e) { CAF_ERROR(e); });
  }
}
