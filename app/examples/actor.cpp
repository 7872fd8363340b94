// An actor of a bot's own hears muster's events and asks for members: both are
// messages. Arguments: for another gateway than Discord's
// --muster.rest-url=URL, and then a guild's id and the beginning of a name.

// [actor]
#include <iostream>
#include <string>

#include <caf/all.hpp>

#include <muster/muster.hpp>

caf::behavior seeker(caf::event_based_actor* self, muster::router_actor router,
                     muster::snowflake guild, const std::string& name) {
  muster::subscribe_request wish;
  wish.listener = self;
  wish.events =
      muster::event_bit::shard_ready | muster::event_bit::shard_disconnected;
  self->send(router, wish);
  return {
      [=](const muster::shard_ready& x) {
        if (!owns(x.shard, guild))
          return;
        auto what = muster::guild_members_request::search(guild, name, 5);
        what.with_members(5); // they come with the answer
        self->request(router, std::chrono::minutes(2), what)
            .then(
                [=](const muster::chunk_request_finished& end) {
                  for (auto& list : end.chunks) {
                    muster::member_cursor members{list};
                    while (auto m = members.next())
                      std::cout << m->username() << '\n';
                  }
                  std::cout << to_string(end.outcome) << std::endl;
                  self->quit();
                },
                [=](const caf::error& why) {
                  std::cerr << self->system().render(why) << std::endl;
                  self->quit();
                });
      },
      [=](const muster::shard_disconnected& x) {
        std::cerr << x.reason << std::endl;
        if (x.next == muster::next_step::none)
          self->quit();
      },
  };
}

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  auto& words = cfg.remainder;
  auto guild = muster::parse_snowflake(words.empty() ? "" : words[0]);
  if (!guild || words.size() != 2) {
    std::cerr << "usage: example_actor GUILD NAME\n";
    return;
  }
  muster::tracker tracker{sys, cfg};
  auto who = sys.spawn(seeker, tracker.router(), *guild, words[1]);
  tracker.start();
  caf::scoped_actor self{sys};
  self->wait_for(who);
}

CAF_MAIN()
// [/actor]
