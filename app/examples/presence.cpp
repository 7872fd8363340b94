// Any gateway event is heard, and any command given: tells of GUILD_CREATE, and
// shows what the bot plays. Arguments: for another
// gateway than Discord's --muster.rest-url=URL, and then the game.

// [presence]
#include <iostream>
#include <string>

#include <caf/all.hpp>

#include <muster/muster.hpp>

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  auto game = cfg.remainder.empty() ? "hide and seek" : cfg.remainder[0];
  muster::tracker tracker{sys, cfg};
  caf::scoped_actor self{sys};
  auto me = caf::actor_cast<caf::actor>(self);
  tracker.on([=](const muster::shard_ready&) { caf::anon_send(me, true); },
             [=](const muster::shard_disconnected& x) {
               std::cerr << x.reason << std::endl;
               if (x.next == muster::next_step::none)
                 caf::anon_send(me, false);
             });
  tracker.on_dispatch("GUILD_CREATE", [](const muster::dispatch& x) {
    // JSON, shared with all who hear it.
    std::cout << x.name + ", " + std::to_string(x.payload.size()) + " bytes\n"
              << std::flush;
  });
  tracker.start();
  auto ready = false;
  self->receive([&](bool x) { ready = x; });
  if (!ready)
    return;
  muster::gateway_command show;
  show.op = 3; // presence update; paced with all else that is sent
  show.data = R"({"since":null,"activities":[{"type":0,"name":")" + game
              + R"("}],"status":"online","afk":false})";
  self->request(tracker.router(), std::chrono::seconds(30), show)
      .receive([&] { std::cout << "playing " << game << std::endl; },
               [&](const caf::error& why) {
                 std::cerr << sys.render(why) << std::endl;
               });
  for (std::string line; std::getline(std::cin, line);) {
  } // until stdin ends
}

CAF_MAIN()
// [/presence]
