// One bot in several processes, all on one machine here:
//   export DISCORD_TOKEN=...
//   example_nodes --muster.state=sqlite:bot.db --muster.node=127.0.0.1:7001
//   example_nodes --muster.state=sqlite:bot.db --muster.node=127.0.0.1:7002 ID
// The first runs shards until stdin ends, and so may more of them. The second
// runs none: it asks for the members of guild ID, whoever has its shard.

#include <iostream>
#include <string>

#include <caf/all.hpp>

#include <muster/muster.hpp>

// [nodes]
struct nodes_config : muster::config {
  nodes_config() { muster::prepare_nodes(*this); }
};

void caf_main(caf::actor_system& sys, const nodes_config& cfg) {
  auto settings = cfg.settings;
  auto guild =
      muster::parse_snowflake(cfg.remainder.empty() ? "" : cfg.remainder[0]);
  if (guild)
    settings.cluster.weight = 0;
  muster::tracker tracker{sys, settings, cfg.token};
  tracker.on(
      muster::scope::bot, // of all processes
      [](const muster::node_joined& x) {
        std::cout << "node at " + x.address + "\n" << std::flush;
      },
      [](const muster::shard_ready& x) {
        std::cout << "shard " + std::to_string(x.shard.index) + " ready\n"
                  << std::flush;
      },
      [](const muster::shard_disconnected& x) {
        if (x.next == muster::next_step::none)
          std::cerr << x.reason << std::endl;
      });
  tracker.start();
  // [/nodes]
  if (!guild) {
    for (std::string line; std::getline(std::cin, line);) {
    }
    return;
  }
  // An actor of one's own gets the members, a chunk at a time.
  auto receiver = sys.spawn([](caf::event_based_actor* me) -> caf::behavior {
    return {[](const muster::guild_members_chunk& x) {
              std::string lines;
              muster::member_cursor members{x.members};
              while (auto m = members.next())
                lines += to_string(m->user_id()) + ' '
                         + std::string{m->username()} + '\n';
              std::cout << lines << std::flush;
            },
            [me](caf::ok_atom) { me->quit(); }};
  });
  muster::stream_members_request what;
  what.request = muster::guild_members_request::whole_list(*guild);
  what.receiver = receiver;
  caf::scoped_actor self{sys};
  self->request(tracker.router(), std::chrono::minutes(2), what)
      .receive(
          [](const muster::chunk_request_finished& x) {
            std::cout << to_string(x.outcome) + ": " + std::to_string(x.members)
                             + " members\n";
          },
          [&](const caf::error& e) {
            std::cerr << sys.render(e) << std::endl;
          });
  caf::anon_send(receiver, caf::ok_atom_v); // behind the members
}

CAF_MAIN()
