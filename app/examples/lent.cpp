// A bot with a gateway connection of its own, which it lends to muster: the bot
// identifies and beats, muster only asks for members (A1). Argument: the port
// of a gateway on this machine, which `muster simulate` is.

#include <deque>
#include <iostream>
#include <string>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/websocket.hpp>
#include <caf/all.hpp>
#include <nlohmann/json.hpp>

#include <muster/muster.hpp>

namespace asio = boost::asio;
namespace beast = boost::beast;

/// The bot's connection, on a thread of its own. What muster calls may come
/// from any thread, and returns at once; muster may keep it for a while after
/// the end.
class gateway final : public muster::connection {
public:
  explicit gateway(const std::string& port) {
    asio::ip::tcp::resolver names{io_};
    asio::connect(ws_.next_layer(), names.resolve("127.0.0.1", port));
    ws_.handshake("127.0.0.1", "/?v=10&encoding=json");
    thread_ = std::thread{[this] { io_.run(); }};
  }

  ~gateway() override {
    io_.stop();
    thread_.join();
  }

  void lend(std::shared_ptr<muster::connection_sink> to) {
    sink_ = std::move(to);
  }

  // -- what muster calls ------------------------------------------------------

  bool managed_by_bot() const override { return true; }
  void open(std::string) override {
    post([this] {
      sink_->opened();
      read();
    });
  }
  void send(std::string text, std::uint64_t ticket) override {
    post([this, text, ticket] { write(text, ticket); });
  }
  void consumed(std::size_t) override {} // one that reads less would count
  void close(std::uint16_t) override {
    post([this] { end(); });
  }

private:
  template <class F>
  void post(F f) {
    asio::post(io_, f);
  }

  void read() {
    ws_.async_read(buffer_, [this](beast::error_code ec, std::size_t) {
      if (ec)
        return end();
      auto text = beast::buffers_to_string(buffer_.data());
      buffer_.clear();
      auto x = nlohmann::json::parse(text, nullptr, false);
      // Of a gateway that speaks nonsense nothing is made.
      const nlohmann::json::json_pointer interval{"/d/heartbeat_interval"};
      if (x.is_object() && x.contains(interval)
          && x.at(interval).is_number_unsigned()) { // HELLO, opcode 10
        interval_ = std::chrono::milliseconds(x.at(interval));
        write(R"({"op":2,"d":{"token":"a.bot.token","intents":3,)"
              R"("properties":{"os":"linux","browser":"b","device":"d"}}})");
        keep_beating();
      }
      if (sink_)
        sink_->received(muster::frozen_buffer{text}, false);
      read();
    });
  }

  void keep_beating() {
    beat_.expires_after(interval_);
    beat_.async_wait([this](beast::error_code ec) {
      if (ec)
        return;
      write(R"({"op":1,"d":null})");
      keep_beating();
    });
  }

  void write(std::string text, std::uint64_t ticket = 0) {
    unsent_.push_back({std::move(text), ticket});
    if (unsent_.size() == 1)
      write_on();
  }

  void write_on() {
    ws_.async_write(asio::buffer(unsent_.front().first),
                    [this](beast::error_code ec, std::size_t) {
                      if (ec)
                        return; // reading ends, too
                      if (sink_)
                        sink_->written(unsent_.front().second);
                      unsent_.pop_front();
                      if (!unsent_.empty())
                        write_on();
                    });
  }

  void end() {
    beat_.cancel();
    beast::error_code ignored;
    ws_.next_layer().close(ignored);
    if (auto sink = std::exchange(sink_, nullptr))
      sink->closed(0, muster::errc::connection_lost, "the bot's has ended");
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{
      io_.get_executor()};
  beast::websocket::stream<asio::ip::tcp::socket> ws_{io_};
  asio::steady_timer beat_{io_};
  std::thread thread_;
  beast::flat_buffer buffer_;
  std::chrono::milliseconds interval_{0};
  std::deque<std::pair<std::string, std::uint64_t>> unsent_;
  std::shared_ptr<muster::connection_sink> sink_;
};

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  if (cfg.remainder.empty()) {
    std::cerr << "usage: example_lent PORT\n";
    return;
  }
  std::shared_ptr<gateway> mine;
  try {
    mine = std::make_shared<gateway>(cfg.remainder[0]);
  } catch (const std::exception& e) {
    std::cerr << e.what() << std::endl;
    return;
  }
  // [lent]
  muster::tracker::parts own;
  own.connect = [mine](std::shared_ptr<muster::connection_sink> sink) {
    mine->lend(std::move(sink));
    return mine;
  };
  own.lookup = [](const std::function<void(muster::gateway_answer)>& answer) {
    muster::gateway_answer x; // nobody is asked
    x.info.url = "ws://of.the.bot";
    answer(x);
  };
  muster::tracker tracker{sys, cfg.settings, cfg.token, own};
  // [/lent]
  caf::scoped_actor self{sys};
  auto end = [me = caf::actor_cast<caf::actor>(self)] {
    caf::anon_send(me, true);
  };
  tracker.on(
      [=](const muster::finished_chunking& x) {
        std::cout << x.members << " members are here" << std::endl;
        end();
      },
      [=](const muster::shard_disconnected& x) {
        std::cerr << x.reason << std::endl;
        end(); // a bot would connect again, and lend that
      });
  tracker.set_auto_chunk_members(true).start();
  self->receive([](bool) {});
}

CAF_MAIN()
