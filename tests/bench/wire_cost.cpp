// What a member costs, in CPU of this process, over wss: muster against a
// floor that reads the same bytes through the same TLS, WebSocket and
// decompression and looks at nothing. Run by hand:
//
//   build/bench_wire_cost [--compress zstd|zlib|none] [--members 100000]
//                         [--pairs 5]
//
// The simulator is a process of its own. Floor and muster run in turn, each
// in a process of its own; the medians and the ratios of pairs are printed.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <future>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/tracker.hpp"
#include "messages/member_cursor.hpp"
#include "net/inflater.hpp"
#include "net/io_loop.hpp"
#include "net/payload.hpp"
#include "net/url.hpp"
#include "net/ws_connection.hpp"
#include "tests/support/process.hpp"

using namespace muster;

namespace {

struct options {
  std::string compress = "zstd";
  std::uint32_t members = 100'000;
  int pairs = 5;
};

struct sample {
  double cpu = 0;
  double wall = 0;
  std::uint64_t bytes = 0;
  std::uint64_t members = 0;
};

double cpu_seconds() {
  rusage x{};
  getrusage(RUSAGE_SELF, &x);
  return static_cast<double>(x.ru_utime.tv_sec + x.ru_stime.tv_sec)
         + static_cast<double>(x.ru_utime.tv_usec + x.ru_stime.tv_usec) / 1e6;
}

double now() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

settings base(const std::string& url, const std::string& ca,
              const options& opt) {
  settings x;
  x.rest_url = url;
  x.ca_file = ca;
  x.auto_chunk = true;
  x.shard_count = 1;
  x.compress = opt.compress == "zstd"   ? compression::zstd
               : opt.compress == "zlib" ? compression::zlib
                                        : compression::none;
  return x;
}

/// Speaks just enough of the protocol to be sent the same chunks, finds the
/// answers by size alone, and parses none of them.
class floor_client : public connection_sink {
public:
  floor_client(const settings& cfg, snowflake guild, std::uint32_t chunks)
      : cfg_(cfg), guild_(guild), left_(chunks),
        inflater_(make_inflater(cfg.compress, cfg.max_payload)) {}

  std::shared_ptr<connection> link;
  std::promise<void> done;
  std::uint64_t bytes = 0;

  void opened() override {}
  void written(std::uint64_t) override {}
  void received_piece(frozen_buffer) override {}
  void skipped(frozen_buffer, std::uint64_t) override {}
  void closed(std::uint16_t, errc, std::string, timespan) override {}

  void received(frozen_buffer x, bool binary) override {
    auto raw = x.size();
    bytes += raw;
    if (binary && inflater_) {
      auto result = inflater_->feed(x.view());
      if (result.status != inflater::status::payload)
        return;
      x = std::move(result.payload);
    }
    link->consumed(raw + connection::frame_overhead);
    if (step_ < 3) {
      // HELLO, READY, GUILD_CREATE; then chunks only.
      if (++step_ == 1)
        link->send(
            encode_identify(*token::parse("bench"), cfg_.intents, {0, 1}, 250),
            0);
      if (step_ == 3)
        link->send(
            encode_request(guild_members_request::whole_list(guild_), "floor"),
            0);
      return;
    }
    if (--left_ == 0)
      done.set_value();
  }

private:
  settings cfg_;
  snowflake guild_;
  std::uint32_t left_;
  int step_ = 0;
  std::unique_ptr<inflater> inflater_;
};

sample run_floor(const settings& cfg, snowflake guild, const options& opt) {
  auto chunks = (opt.members + 999) / 1000;
  std::shared_ptr<tls_context> tls;
  if (tls_context::make(cfg.ca_file, tls))
    std::abort();
  auto u = *parse_url(cfg.rest_url);
  u.scheme = "wss";
  std::string query = "v=10&encoding=json";
  if (cfg.compress != compression::none)
    query.append("&compress=").append(query_value(cfg.compress));
  sample result;
  auto began = now();
  auto before = cpu_seconds();
  io_loop io;
  auto client = std::make_shared<floor_client>(cfg, guild, chunks);
  client->link = make_ws_factory(io, tls, cfg)(client);
  client->link->open("wss://" + u.authority() + "/?" + query);
  client->done.get_future().wait();
  result.cpu = cpu_seconds() - before;
  result.wall = now() - began;
  result.bytes = client->bytes;
  result.members = opt.members;
  io.stop();
  return result;
}

sample run_muster(const settings& cfg, bool decode) {
  config system_config;
  caf::actor_system sys{system_config};
  sample result;
  std::promise<finished_chunking> done;
  std::atomic<std::uint64_t> counted{0};
  std::atomic<std::uint64_t> used{0};
  {
    tracker bot{sys, cfg, *token::parse("bench")};
    bot.on([&](const finished_chunking& x) { done.set_value(x); });
    bot.on([&](const guild_members_chunk& x) {
      counted += x.members.count;
      if (!decode)
        return;
      member_cursor members{x.members};
      std::vector<snowflake> roles;
      std::uint64_t sum = 0;
      while (auto m = members.next()) {
        m->roles(roles);
        sum += m->user_id().value + m->username().size() + roles.size();
      }
      used += sum;
    });
    // As with the floor, certificates have been read by now.
    auto began = now();
    auto before = cpu_seconds();
    bot.start();
    done.get_future().wait();
    bot.stop(); // every callback has run
    result.cpu = cpu_seconds() - before;
    result.wall = now() - began;
  }
  result.members = counted;
  return result;
}

/// Runs `f` in a process of its own.
template <class F>
sample isolated(F f) {
  int pipes[2];
  if (pipe(pipes) != 0)
    std::abort();
  auto child = fork();
  if (child == 0) {
    auto x = f();
    if (write(pipes[1], &x, sizeof(x)) != sizeof(x))
      _exit(1);
    _exit(0);
  }
  ::close(pipes[1]);
  sample x;
  auto n = read(pipes[0], &x, sizeof(x));
  ::close(pipes[0]);
  waitpid(child, nullptr, 0);
  if (n != sizeof(x)) {
    std::fprintf(stderr, "a run failed\n");
    std::exit(1);
  }
  return x;
}

double median(std::vector<double> x) {
  std::sort(x.begin(), x.end());
  return x[x.size() / 2];
}

} // namespace

int main(int argc, char** argv) {
  options opt;
  CLI::App app{"CPU per member over wss, against a floor"};
  app.add_option("--compress", opt.compress, "zstd, zlib or none");
  app.add_option("--members", opt.members, "Members of the one guild");
  app.add_option("--pairs", opt.pairs, "Runs of each");
  CLI11_PARSE(app, argc, argv);
  test::process simulator{{MUSTER_PROGRAM, "simulate", "--tls", "--shards", "1",
                           "--guilds", "1", "--members",
                           std::to_string(opt.members), "--identify-window",
                           "0ms", "--cooldown", "0ms"}};
  auto url = simulator.line();
  auto ca = simulator.line();
  auto cfg = base(url, ca, opt);
  cfg.cooldown = std::chrono::seconds(0);
  cfg.identify_interval = std::chrono::seconds(0);
  cfg.network_margin = std::chrono::seconds(0);
  auto guild = snowflake{0};
  {
    // Ask the gateway itself which guild it has.
    auto seen = test::run_process({MUSTER_PROGRAM, "run", "--rest-url", url,
                                   "--ca-file", ca, "--once", "--events",
                                   "json", "--shard-count", "1"});
    auto at = seen.out.find("\"guild_id\":\"");
    guild = parse_snowflake(
                seen.out.substr(at + 12, seen.out.find('"', at + 12) - at - 12))
                .value_or(snowflake{});
  }
  std::vector<double> floors, counts, decodes, count_ratio, decode_ratio;
  std::uint64_t bytes = 0;
  for (int i = -1; i < opt.pairs; ++i) {
    auto a = isolated([&] { return run_floor(cfg, guild, opt); });
    auto b = isolated([&] { return run_muster(cfg, false); });
    auto c = isolated([&] { return run_muster(cfg, true); });
    if (b.members != opt.members || c.members != opt.members) {
      std::fprintf(stderr, "members were lost\n");
      return 1;
    }
    bytes = a.bytes;
    if (i < 0)
      continue; // a warm-up
    floors.push_back(a.cpu);
    counts.push_back(b.cpu);
    decodes.push_back(c.cpu);
    count_ratio.push_back(b.cpu / a.cpu);
    decode_ratio.push_back(c.cpu / a.cpu);
  }
  auto per_second = [&](double cpu) { return opt.members / cpu; };
  std::printf("%u members, %s, %llu bytes on the wire, %d pairs\n", opt.members,
              opt.compress.c_str(), static_cast<unsigned long long>(bytes),
              opt.pairs);
  std::printf("%-28s %10s %16s %8s\n", "", "CPU s", "members/CPU s", "x floor");
  auto row = [&](const char* name, std::vector<double>& cpu, double ratio) {
    std::printf("%-28s %10.3f %16.0f %8.2f\n", name, median(cpu),
                per_second(median(cpu)), ratio);
  };
  row("floor", floors, 1.0);
  row("muster, members counted", counts, median(count_ratio));
  row("muster, id name roles read", decodes, median(decode_ratio));
  simulator.end(SIGINT);
}
