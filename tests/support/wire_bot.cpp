#include "tests/support/wire_bot.hpp"

#include <utility>

namespace muster::test {

using namespace std::chrono_literals;

namespace {

/// Longer than anything takes on the slowest machine.
constexpr auto patience = 60s;

} // namespace

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
  // The gateway may be busy when an identify comes, and not with the next.
  x.identify_interval = 800ms * slowness;
  x.network_margin = 20ms;
  x.cooldown = 320ms;
  x.backoff_min = 20ms;
  x.backoff_max = 200ms;
  x.invalid_session_min = 20ms;
  x.invalid_session_max = 60ms;
  // Gateway and bot share a small machine: what is silent for less than this
  // may only be slow.
  x.guild_create_timeout = 4s * slowness;
  x.timeout = 2s * slowness;
  x.first_response_timeout = 2s * slowness;
  return x;
}

settings settings_for(const sim::simulator& world,
                      caf::timespan heartbeat_interval) {
  auto x = settings_for(world);
  x.send_window = 50 * heartbeat_interval;
  return x;
}

void wire_question::fetch() {
  if (auto f = std::exchange(receive, nullptr))
    f(*this);
}

wire_bot::wire_config::wire_config(std::size_t threads) {
  if (threads > 0)
    set("scheduler.max-threads", threads);
}

wire_bot::wire_bot(settings values, std::string secret, std::size_t threads)
    : cfg(threads), sys(cfg) {
  bot.emplace(sys, std::move(values), *token::parse(secret));
  bot->on(keep(requests), keep(shards), keep(finished), keep(readies),
          keep(resumes), keep(disconnects));
  bot->on([this](const guild_members_chunk& x) {
    std::lock_guard guard{mutex_};
    ++streamed_chunks;
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

void wire_bot::stop() {
  bot->stop();
}

void wire_bot::follow_members() {
  bot->on([this](const guild_members_chunk& x) {
    std::vector<snowflake> users;
    member_cursor members{x.members};
    while (auto* m = members.next())
      users.push_back(m->user_id());
    std::lock_guard guard{mutex_};
    for (auto user : users)
      ++delivered[x.guild_id][user];
    changed_.notify_all();
  });
}

bool wire_bot::wait(const std::function<bool()>& done) {
  std::unique_lock guard{mutex_};
  return changed_.wait_for(guard, patience, done);
}

bool wire_bot::poll(const std::function<bool()>& done) {
  auto until = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > until)
      return false;
    // Any event may bring it about, and so may what is not one.
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, 10ms);
  }
  return true;
}

std::optional<chunk_request_finished> wire_bot::ask(guild_members_request x,
                                                    caf::error* error) {
  std::optional<chunk_request_finished> result;
  caf::scoped_actor self{sys};
  self->request(bot->router(), patience, std::move(x))
      .receive([&](const chunk_request_finished& y) { result = y; },
               [&](const caf::error& e) {
                 if (error != nullptr)
                   *error = e;
               });
  return result;
}

wire_question wire_bot::ask_later(guild_members_request x,
                                  caf::actor stream_to) {
  wire_question result;
  result.request = x;
  result.caller = std::make_unique<caf::scoped_actor>(sys);
  auto& self = *result.caller;
  auto take = [](auto handle) {
    return [handle](wire_question& to) mutable {
      handle.receive([&](const chunk_request_finished& y) { to.answer = y; },
                     [&](const caf::error& e) { to.error = e; });
    };
  };
  if (stream_to)
    result.receive =
        take(self->request(bot->router(), 2 * patience,
                           stream_members_request{std::move(x), stream_to}));
  else
    result.receive =
        take(self->request(bot->router(), 2 * patience, std::move(x)));
  return result;
}

guild_state wire_bot::state_of(snowflake guild) {
  guild_state result;
  caf::scoped_actor self{sys};
  self->request(bot->router(), patience, guild_state_request{guild})
      .receive([&](const guild_state& x) { result = x; },
               [](const caf::error&) {});
  return result;
}

statistics wire_bot::figures() {
  statistics result;
  caf::scoped_actor self{sys};
  self->request(bot->router(), patience, statistics_request{})
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
