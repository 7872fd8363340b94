#include "tests/support/wire_bot.hpp"

namespace muster::test {

using namespace std::chrono_literals;

sim::options small_world() {
  sim::options x;
  x.shards = 2;
  x.guilds = 4;
  x.members = 1234;
  x.chunk_size = 200;
  x.max_concurrency = 16;
  x.identify_window = 50ms;
  x.chunk_cooldown = 300ms;
  return x;
}

settings settings_for(const sim::simulator& world) {
  settings x;
  x.rest_url = world.rest_url();
  x.ca_file = world.ca_path();
  x.auto_chunk = true;
  x.identify_interval = 60ms;
  x.network_margin = 20ms;
  x.cooldown = 320ms;
  x.backoff_min = 20ms;
  x.backoff_max = 200ms;
  x.invalid_session_min = 20ms;
  x.invalid_session_max = 60ms;
  // Gateway and bot share a small machine: what is silent for less than this
  // may only be slow.
#if defined(__SANITIZE_ADDRESS__)
  constexpr int slowness = 4;
#else
  constexpr int slowness = 1;
#endif
  x.guild_create_timeout = 4s * slowness;
  x.timeout = 2s * slowness;
  x.first_response_timeout = 2s * slowness;
  return x;
}

wire_bot::wire_bot(settings values, std::string secret) : sys(cfg) {
  bot.emplace(sys, std::move(values), *token::parse(secret));
  bot->on(keep(requests), keep(shards), keep(finished), keep(readies),
          keep(resumes), keep(disconnects));
  bot->on([this](const guild_members_chunk& x) {
    std::lock_guard guard{mutex_};
    streamed_members += x.members.count;
    changed_.notify_all();
  });
}

wire_bot::~wire_bot() {
  bot.reset();
}

void wire_bot::start() {
  bot->start();
}

bool wire_bot::wait(const std::function<bool()>& done) {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(guard, 60s, done);
}

std::optional<chunk_request_finished> wire_bot::ask(guild_members_request x,
                                                    caf::error* error) {
  std::optional<chunk_request_finished> result;
  caf::scoped_actor self{sys};
  self->request(bot->router(), 60s, std::move(x))
      .receive([&](const chunk_request_finished& y) { result = y; },
               [&](const caf::error& e) {
                 if (error != nullptr)
                   *error = e;
               });
  return result;
}

statistics wire_bot::figures() {
  statistics result;
  caf::scoped_actor self{sys};
  self->request(bot->router(), 60s, statistics_request{})
      .receive([&](const statistics& x) { result = x; },
               [](const caf::error&) {});
  return result;
}

std::uint64_t
wire_bot::members_of(const std::vector<chunk_request_finished>& all) const {
  std::uint64_t n = 0;
  for (auto& x : all)
    n += x.members;
  return n;
}

} // namespace muster::test
