// A bot that keeps the members of its guilds, and knows when all are there.
// Argument: for another gateway than Discord's --muster.rest-url=URL.

// [cache]
#include <iostream>
#include <string>
#include <unordered_map>

#include <caf/all.hpp>

#include <muster/muster.hpp>

struct known_member {
  std::string name;
  std::optional<muster::discord_time> joined_at;
  std::vector<muster::snowflake> roles;
};

using guild_cache = std::unordered_map<muster::snowflake, known_member>;

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  std::unordered_map<muster::snowflake, guild_cache> guilds;
  caf::scoped_actor self{sys};
  auto end = [me = caf::actor_cast<caf::actor>(self)](bool good) {
    caf::anon_send(me, good);
  };
  muster::tracker tracker{sys, cfg};
  // The functions of one on() run one after the other: what only they use needs
  // no lock. A guild's members come before its end, and before E3 (E4).
  tracker.on(
      [&](const muster::guild_members_chunk& x) {
        auto& guild = guilds[x.guild_id];
        std::string scratch; // holds what has to be decoded
        muster::member_cursor members{x.members};
        while (auto m = members.next()) {
          auto& known = guild[m->user_id()];
          auto nick = m->nick(scratch);
          known.name = nick ? *nick : m->username(scratch);
          known.joined_at = muster::parse_timestamp(m->joined_at(scratch));
          m->roles(known.roles);
        }
      },
      [&](const muster::chunk_request_finished& x) {
        if (x.outcome != muster::outcome::complete)
          std::cerr << to_string(x.guild_id) + ": " + to_string(x.outcome)
                           + '\n';
      },
      [=](const muster::finished_chunking&) { end(true); },
      [=](const muster::shard_disconnected& x) {
        std::cerr << x.reason + '\n';
        if (x.next == muster::next_step::none)
          end(false);
      });
  tracker.set_auto_chunk_members(true).start();
  auto here = false;
  self->receive([&](bool good) { here = good; });
  tracker.stop(); // nobody else uses the cache from now on
  if (!here)
    return;
  for (auto& [id, members] : guilds)
    std::cout << to_string(id) << ": " << members.size() << " members\n";
}

CAF_MAIN()
// [/cache]
