#include "tests/support/fleet.hpp"

// What the gateway says to a fleet.

namespace muster::test {

scripted_connection& fleet::identify(std::uint32_t shard) {
  auto& x = link(shard);
  x.opened();
  x.say(hello(std::chrono::milliseconds(41'250)));
  sched.run();
  pass(std::chrono::seconds(6)); // the identify gate may have us wait
  return x;
}

scripted_connection& fleet::greet(const std::vector<snowflake>& guilds,
                                  std::uint32_t shard) {
  auto& x = identify(shard);
  x.say(ready(guilds));
  sched.run();
  return x;
}

scripted_connection& fleet::start_with(const std::vector<snowflake>& guilds) {
  start();
  return greet(guilds);
}

scripted_connection& fleet::begin(const std::vector<snowflake>& guilds,
                                  std::uint64_t members) {
  auto& x = start_with(guilds);
  create(guilds, members);
  return x;
}

void fleet::say(const std::string& text, std::uint32_t shard) {
  link(shard).say(text);
  sched.run();
}

void fleet::create(const std::vector<snowflake>& guilds,
                   std::uint64_t members) {
  for (auto id : guilds)
    link(shard_of(id, shard_count)).say(guild_create(id, members));
  sched.run();
}

void fleet::answer(snowflake id, int members) {
  say(chunk(id, last_nonce(), 0, 1, members), shard_of(id, shard_count));
}

void fleet::answer(const nlohmann::json& request, int members, int chunks) {
  auto id = guild_asked(request);
  auto nonce = request["nonce"].get<std::string>();
  for (int i = 0; i < chunks; ++i)
    link(shard_of(id, shard_count)).say(chunk(id, nonce, i, chunks, members));
  sched.run();
}

void fleet::answer_last(int members, int chunks) {
  answer(last_request(), members, chunks);
}

void fleet::answer_all(int members) {
  for (std::size_t i = 0; i < requests().size(); ++i)
    answer(requests()[i], members);
}

scripted_connection& fleet::reconnect() {
  for (int i = 0; i < 1000 && link().ended(); ++i)
    pass(std::chrono::milliseconds(100));
  link().opened();
  say(hello(std::chrono::milliseconds(41'250)));
  return link();
}

scripted_connection& fleet::resume() {
  reconnect();
  say(resumed(9));
  return link();
}

void fleet::lose_session(const std::vector<snowflake>& guilds) {
  say(invalid_session(false));
  reconnect();
  pass(std::chrono::seconds(6));
  say(ready(guilds, "s2"));
}

void fleet::fail_lookup(errc why, caf::timespan retry_after) {
  failed_lookups.push_back({gateway_info{}, make_error(why), retry_after});
}

} // namespace muster::test
