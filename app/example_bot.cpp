// A bot that knows its members; see README.md. Arguments: for another gateway
// than Discord's --muster.rest-url=URL, and then a guild's id.
#include <future>
#include <iostream>
#include <utility>

#include <caf/all.hpp>

#include "actors/tracker.hpp"

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  std::promise<bool> done;
  auto end = [&, open = true](bool good) mutable {
    if (std::exchange(open, false))
      done.set_value(good);
  };
  muster::tracker tracker{sys, cfg}; // its destructor leaves the gateway
  tracker.on(
      [](const muster::shard_finished_chunking& x) {
        std::cout << "shard " << x.shard.index << " done" << std::endl;
      },
      [&](const muster::finished_chunking& x) {
        std::cout << x.members << " members are here" << std::endl;
        end(true);
      },
      [&](const muster::shard_disconnected& x) {
        if (x.next != muster::next_step::none)
          return; // it comes back
        std::cerr << x.reason << std::endl;
        end(false);
      });
  tracker.set_auto_chunk_members(true).start();
  if (!done.get_future().get())
    return;
  auto guild = muster::parse_snowflake(
      cfg.remainder.empty() ? "" : cfg.remainder.front());
  caf::scoped_actor self{sys};
  self->request(tracker.router(), std::chrono::minutes(2),
                muster::guild_members_request::search(
                    guild.value_or(muster::snowflake{}), "nel", 10))
      .receive(
          [](const muster::chunk_request_finished& x) {
            std::cout << to_string(x.outcome) << ": " << x.members << " members"
                      << std::endl;
          },
          [&](const caf::error& e) {
            std::cerr << sys.render(e) << std::endl;
          });
}

CAF_MAIN()
