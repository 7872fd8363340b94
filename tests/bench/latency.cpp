// How soon the end of a request is told (E1) while another shard is busy: from
// the moment a bot asks for one member by id until its listener is called, over
// wss. That is more than muster's part of it: the simulator, which is writing
// members to the busy shard all the time, is in it, too.
//   bench_latency [--quiet 8] [--rounds 200] [--pause 2ms]
//                 [--methods none,zlib,zstd]
// The window of the gateway's limit of sends is shortened.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <caf/send.hpp>
#include <nlohmann/json.hpp>

#include "actors/tracker.hpp"
#include "tests/support/process.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

struct options {
  std::uint32_t quiet = 8;
  int rounds = 200;
  std::string pause = "2ms";
  std::vector<std::string> methods{"none", "zlib", "zstd"};
};

settings settings_of(const std::string& url, const std::string& authority,
                     const std::string& method) {
  settings x;
  x.rest_url = url;
  x.ca_file = authority;
  x.auto_chunk = false;
  x.identify_interval = 1ms;
  x.send_window = 20ms;
  x.cooldown = 0ms;
  x.compress = method == "zstd"   ? compression::zstd
               : method == "zlib" ? compression::zlib
                                  : compression::none;
  return x;
}

/// The guilds of a bot, once it knows so many.
class guild_list {
public:
  explicit guild_list(std::size_t wanted) : wanted_(wanted) {}

  void take(const dispatch& x) {
    auto data = nlohmann::json::parse(x.payload.view());
    ids_.push_back(*parse_snowflake(data.at("id").get<std::string>()));
    if (ids_.size() == wanted_)
      whole_.set_value();
  }

  const std::vector<snowflake>& wait() {
    whole_.get_future().wait();
    return ids_;
  }

private:
  std::size_t wanted_;
  std::vector<snowflake> ids_;
  std::promise<void> whole_;
};

/// Of the quiet shards' requests, in milliseconds, sorted.
std::vector<double> measure(const settings& values, const options& opt,
                            bool busy) {
  config cfg;
  caf::actor_system sys{cfg};
  tracker bot{sys, values, *token::parse("bench")};
  guild_list all{opt.quiet + 1};
  std::atomic<std::uint64_t> members{0};
  std::atomic<bool> over{false};
  snowflake loud;
  bool warm = false;
  std::promise<void> warmed;
  std::mutex mutex;
  std::promise<clock_type::time_point> heard;
  auto ask_loud = [&] {
    caf::anon_send(bot.router(), guild_members_request::whole_list(loud));
  };
  bot.on_dispatch("GUILD_CREATE", [&](const dispatch& x) { all.take(x); });
  bot.on([&](const guild_members_chunk& x) { members += x.members.count; });
  bot.on([&](const chunk_request_finished& x) {
    auto at = clock_type::now();
    if (x.guild_id == loud) {
      if (!std::exchange(warm, true))
        warmed.set_value();
      if (!over)
        ask_loud();
      return;
    }
    std::lock_guard guard{mutex};
    heard.set_value(at);
  });
  bot.start();
  auto guilds = all.wait();
  loud = guilds.front();
  if (busy) {
    ask_loud();
    warmed.get_future().wait(); // the simulator has made its streams
  }
  std::vector<double> result;
  for (int round = 0; round < opt.rounds; ++round)
    for (std::size_t i = 1; i < guilds.size(); ++i) {
      std::future<clock_type::time_point> when;
      {
        std::lock_guard guard{mutex};
        heard = {};
        when = heard.get_future();
      }
      auto asked = clock_type::now();
      caf::anon_send(bot.router(),
                     guild_members_request::users(guilds[i], {snowflake{7}}));
      result.push_back(
          std::chrono::duration<double, std::milli>(when.get() - asked)
              .count());
    }
  over = true;
  bot.stop();
  std::printf("  %10llu members to the busy shard",
              static_cast<unsigned long long>(members.load()));
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace

int main(int argc, char** argv) {
  options opt;
  CLI::App cli{"How soon the end of a request is told"};
  cli.add_option("--quiet", opt.quiet, "Shards that are asked");
  cli.add_option("--rounds", opt.rounds, "Requests to each of them");
  cli.add_option("--pause", opt.pause,
                 "Between two chunks of the busy shard; with none, simulator "
                 "and bot want more than two processors have");
  cli.add_option("--methods", opt.methods)->delimiter(',');
  CLI11_PARSE(cli, argc, argv);
  for (auto& method : opt.methods) {
    test::process world{{MUSTER_PROGRAM, "simulate", "--tls", "--shards",
                         std::to_string(opt.quiet + 1), "--guilds", "1",
                         "--members", "200000", "--identify-window", "0ms",
                         "--send-window", "20ms", "--cooldown", "0ms",
                         "--chunk-delay", opt.pause}};
    auto url = world.line();
    auto authority = world.line();
    for (auto busy : {false, true}) {
      auto ms = measure(settings_of(url, authority, method), opt, busy);
      auto part = [&ms](std::size_t percent) {
        return ms.at((ms.size() - 1) * percent / 100);
      };
      std::printf("\n%-5s %-5s ms: median %.2f, p90 %.2f, p99 %.2f, max %.2f\n",
                  method.c_str(), busy ? "busy" : "quiet", part(50), part(90),
                  part(99), ms.back());
      std::fflush(stdout);
    }
  }
}
