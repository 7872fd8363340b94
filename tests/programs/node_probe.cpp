// A process of a bot that shares its shards with others, for tests: prints what
// its listeners hear as one JSON object a line, and asks what it is told to on
// stdin ("GUILD NONCE"), until that ends or SIGTERM comes.
//   node_probe REST_URL STATE NODE ADVERTISE WEIGHT NODE_TIMEOUT_MS [TLS_DIR]

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>

#include <caf/event_based_actor.hpp>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "actors/node_network.hpp"
#include "actors/tracker.hpp"
#include "app/event_json.hpp"
#include "messages/errc.hpp"

namespace {

using namespace muster;
using namespace std::chrono_literals;

void say(const std::string& line) {
  static std::mutex mutex;
  std::lock_guard guard{mutex};
  std::puts(line.c_str());
  std::fflush(stdout);
}

/// Limits for a simulator with short ones.
settings settings_of(int argc, char** argv) {
  settings x;
  x.rest_url = argv[1];
  x.state = argv[2];
  x.insecure_store = true; // of a test_network
  x.cluster.node = argv[3];
  x.cluster.advertise = argv[4];
  x.cluster.weight = static_cast<std::uint32_t>(std::atoi(argv[5]));
  x.node_timeout = std::chrono::milliseconds(std::atoi(argv[6]));
  if (argc > 7)
    x.cluster.tls_dir = argv[7];
  x.cluster.rebalance_after = 1s;
  x.auto_chunk = true;
  x.identify_interval = 800ms;
  x.network_margin = 20ms;
  x.cooldown = 320ms;
  x.backoff_min = 20ms;
  x.backoff_max = 500ms;
  x.takeover = takeover_policy::keep;
  return x;
}

void listen(tracker& bot) {
  auto show = [](const auto& x) { say(app::to_json(x)); };
  bot.on(
      scope::bot, [show](const chunk_request_finished& x) { show(x); },
      [show](const shard_finished_chunking& x) { show(x); },
      [show](const finished_chunking& x) { show(x); },
      [show](const shard_ready& x) { show(x); },
      [show](const shard_resumed& x) { show(x); },
      [show](const shard_moved& x) { show(x); },
      [show](const shard_disconnected& x) { show(x); },
      [show](const node_joined& x) { show(x); },
      [show](const node_left& x) { show(x); },
      [show](const events_missed& x) { show(x); });
  bot.on_dispatch("TICK", [](const dispatch& x) {
    auto text = x.payload.view();
    say(R"({"event":"tick","shard":)" + std::to_string(x.shard.index)
        + R"(,"d":)" + std::string{text} + '}');
  });
}

void ask(caf::actor_system& sys, const router_actor& router, snowflake guild,
         const std::string& nonce) {
  sys.spawn([=](caf::event_based_actor* self) {
    auto request = guild_members_request::whole_list(guild).with_nonce(nonce);
    self->request(router, 2min, request)
        .then(
            [=](const chunk_request_finished& x) {
              say(R"({"event":"answer","nonce":")" + nonce + R"(","outcome":")"
                  + to_string(x.outcome) + R"(","members":)"
                  + std::to_string(x.members) + '}');
            },
            [=](const caf::error& why) {
              say(R"({"event":"answer","nonce":")" + nonce
                  + R"(","outcome":"refused","why":)"
                  + nlohmann::json(sentence_of(why)).dump() + '}');
            });
  });
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 7)
    return 2;
  // Before there are other threads, which inherit it.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  config cfg;
  prepare_nodes(cfg);
  caf::actor_system sys{cfg};
  tracker bot{sys, settings_of(argc, argv), cfg.token};
  listen(bot);
  bot.start();
  std::thread{[&sys, router = bot.router()] {
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words{line};
      std::string guild;
      std::string nonce;
      words >> guild >> nonce;
      if (auto id = parse_snowflake(guild))
        ask(sys, router, *id, nonce);
    }
    kill(getpid(), SIGTERM);
  }}.detach();
  int number = 0;
  sigwait(&ends, &number);
  bot.stop();
  std::_Exit(0); // stdin may be waited for
}
