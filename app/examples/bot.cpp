// A bot that knows its members. For another gateway than Discord's:
// --muster.rest-url=URL. What stands between the two marks is in README.md.

// [bot]
#include <iostream>
#include <semaphore>

#include <caf/all.hpp>
#include <muster/muster.hpp>

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  std::counting_semaphore<> end{0};
  muster::tracker bot{sys, cfg}; // its destructor leaves the gateway
  bot.on(
      [](const muster::guild_members_chunk& x) {
        for (muster::member_cursor all{x.members}; auto m = all.next();)
          std::cout << to_string(m->user_id()) << ' ' << m->username() << '\n';
      },
      [&](const muster::finished_chunking& x) {
        std::cout << x.members << " members are here\n";
        end.release();
      },
      [&](const muster::shard_disconnected& x) {
        std::cerr << x.reason << std::endl;
        if (x.next == muster::next_step::none) // it does not come back
          end.release();
      });
  bot.set_auto_chunk_members(true).start(); // token: DISCORD_TOKEN
  end.acquire();
}
CAF_MAIN()
// [/bot]
