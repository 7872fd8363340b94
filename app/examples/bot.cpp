// A bot that knows its members. Arguments: for another gateway than Discord's
// --muster.rest-url=URL, and then a guild's id. What stands between the two
// marks is the example of README.md, which tests/check_readme compares.

// [README]
#include <iostream>
#include <string>

#include <caf/all.hpp>

#include <muster/muster.hpp>

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  muster::tracker tracker{sys, cfg}; // its destructor leaves the gateway
  caf::scoped_actor self{sys};
  auto end = [me = caf::actor_cast<caf::actor>(self)](bool good) {
    caf::anon_send(me, good);
  };
  tracker.on(
      [](const muster::shard_finished_chunking& x) {
        std::cout << "shard " + std::to_string(x.shard.index) + " done\n";
      },
      [=](const muster::finished_chunking& x) {
        std::cout << std::to_string(x.members) + " members are here\n";
        end(true);
      },
      [=](const muster::shard_disconnected& x) {
        if (x.next != muster::next_step::none)
          return; // it comes back
        std::cerr << x.reason << std::endl;
        end(false);
      });
  tracker.on([](const muster::guild_members_chunk& x) {
    std::string lines; // each on() has a thread of its own: write in one go
    muster::member_cursor members{x.members}; // decodes what you look at
    while (auto m = members.next())
      lines +=
          to_string(m->user_id()) + ' ' + std::string{m->username()} + '\n';
    std::cout << lines;
  });
  tracker.set_auto_chunk_members(true).start(); // token: DISCORD_TOKEN
  auto here = false;
  self->receive([&](bool good) { here = good; });
  auto guild =
      muster::parse_snowflake(cfg.remainder.empty() ? "" : cfg.remainder[0]);
  if (!here || !guild)
    return;
  self->request(tracker.router(), std::chrono::minutes(2),
                muster::guild_members_request::search(*guild, "nel", 10))
      .receive(
          [](const muster::chunk_request_finished& x) {
            std::cout << to_string(x.outcome) + ": " + std::to_string(x.members)
                             + " members\n";
          },
          [&](const caf::error& e) {
            std::cerr << sys.render(e) << std::endl;
          });
}

CAF_MAIN()
// [/README]
