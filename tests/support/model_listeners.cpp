// Who listens, and what is kept of it.

#include <algorithm>
#include <utility>

#include "tests/support/model_schedule.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

std::string ids(const std::vector<snowflake>& list) {
  std::string result;
  for (auto id : list)
    result += " " + std::to_string(id.value);
  return result;
}

} // namespace

std::string chunk_text(snowflake guild, const std::string& nonce,
                       std::int64_t index, std::int64_t count,
                       std::uint32_t members) {
  return std::to_string(guild.value) + " " + nonce + " " + std::to_string(index)
         + "/" + std::to_string(count) + " " + std::to_string(members);
}

std::string event_text(const chunk_request_finished& x) {
  return "E1 " + x.nonce + " " + to_string(x.outcome);
}

std::string event_text(const shard_finished_chunking& x) {
  return "E2 " + std::to_string(x.shard.index) + " incomplete"
         + ids(x.incomplete_guild_ids) + " missed" + ids(x.missed_guild_ids)
         + " unavailable" + ids(x.unavailable_guild_ids);
}

std::string event_text(const finished_chunking& x) {
  return "E3 " + std::to_string(x.guilds) + " " + std::to_string(x.members);
}

void model_schedule::spawn_recorder() {
  recorder = base.sys.spawn([this](caf::event_based_actor*) {
    return caf::behavior{
        [this](const chunk_request_finished& x) {
          trace("E1 ", x.guild_id, " ", x.nonce, " ", to_string(x.outcome),
                ", count ", x.chunk_count, ", missed ", x.missed_chunks.size(),
                ", members ", x.members, ", attempts ", x.attempts);
          count("outcome " + to_string(x.outcome));
          told.requests_finished.push_back({step, ++place, now(), x});
          told.story.emplace_back(step, event_text(x));
        },
        [this](const shard_finished_chunking& x) {
          trace(event_text(x));
          count("E2");
          told.shards_finished.push_back({step, ++place, now(), x});
          told.story.emplace_back(step, event_text(x));
        },
        [this](const finished_chunking& x) {
          trace(event_text(x));
          count("E3");
          told.finished.push_back({step, ++place, now(), x});
          told.story.emplace_back(step, event_text(x));
        },
        [](const shard_ready&) {},
        [](const shard_resumed&) {},
        [this](const shard_disconnected& x) {
          told.disconnected[x.shard.index].push_back(step);
        },
        [this](const dispatch& x) { heard(x); },
    };
  });
  subscribe_request wish;
  wish.listener = recorder;
  wish.events = event_bit::books;
  wish.dispatches = {
      "GUILD_MEMBERS_CHUNK", "GUILD_CREATE", "GUILD_DELETE", "GUILD_MEMBER_ADD",
      "GUILD_MEMBER_REMOVE", "RATE_LIMITED", "READY",        "RESUMED"};
  anon_send(supervisor, wish);
}

void model_schedule::spawn_erring() {
  auto lacks = mood.chance(50);
  trace(lacks ? "a listener without handlers" : "a listener that errs");
  count(lacks ? "listener lacks handlers" : "listener errs");
  receivers.push_back(base.sys.spawn([lacks](caf::event_based_actor* self) {
    self->set_default_handler(caf::drop);
    if (lacks)
      return caf::behavior{[](int) {}};
    auto err = [](auto&) { return caf::make_error(caf::sec::runtime_error); };
    return caf::behavior{
        [err](const chunk_request_finished& x) { return err(x); },
        [err](const shard_finished_chunking& x) { return err(x); },
        [err](const chunking_progress& x) { return err(x); },
        [err](const guild_members_chunk& x) { return err(x); },
    };
  }));
  subscribe_request wish;
  wish.listener = receivers.back();
  wish.events = ~std::uint32_t{0};
  wish.dispatches = {"READY", "GUILD_CREATE"};
  anon_send(supervisor, wish);
}

/// Only what a shard has read has happened for it.
void model_schedule::heard(const dispatch& x) {
  auto& s = sides[x.shard.index];
  auto i = s.history.find(x.sequence);
  if (i == s.history.end())
    return;
  if (x.sequence <= s.last_heard)
    wrong("a " + x.name + " came twice, or in another order");
  s.last_heard = x.sequence;
  if (i->second.heard)
    i->second.heard();
}

void model_schedule::listen_late() {
  trace("one more listener");
  count("listener late");
  told.latecomers.push_back(std::make_unique<chronicle::latecomer>());
  auto to = told.latecomers.back().get();
  to->step = stamp();
  receivers.push_back(base.sys.spawn([to](caf::event_based_actor*) {
    return caf::behavior{
        [to](const chunk_request_finished& x) {
          to->told.push_back(event_text(x));
        },
        [to](const shard_finished_chunking& x) {
          to->told.push_back(event_text(x));
        },
        [to](const finished_chunking& x) { to->told.push_back(event_text(x)); },
    };
  }));
  subscribe_request wish;
  wish.listener = receivers.back();
  wish.events = event_bit::chunk_request_finished
                | event_bit::shard_finished_chunking
                | event_bit::finished_chunking;
  anon_send(supervisor, wish);
}

void model_schedule::dawdle() {
  if (told.dawdlers.size() >= 2)
    return;
  auto n = told.dawdlers.size();
  told.dawdlers.push_back(std::make_unique<chronicle::dawdler>());
  piles.emplace_back();
  auto to = told.dawdlers.back().get();
  to->step = stamp();
  to->loses = roll.chance(30);
  to->told.resize(told.shards);
  trace("a listener that falls behind", to->loses ? " and loses" : "");
  count(to->loses ? "listener loses" : "listener dawdles");
  dawdlers.push_back(base.sys.spawn([this, to, n](caf::event_based_actor*) {
    return caf::behavior{[this, to, n](const guild_members_chunk& x) {
      if (x.nonce.empty())
        return;
      piles[n].push_back(x);
      to->told[x.shard.index].push_back(chunk_text(
          x.guild_id, x.nonce, x.chunk_index, x.chunk_count, x.members.count));
    }};
  }));
  subscribe_request wish;
  wish.listener = dawdlers.back();
  wish.events = event_bit::guild_members_chunk;
  wish.bound = roll.between(1, 1000);
  wish.on_overflow = to->loses ? overflow::drop : overflow::stop_reading;
  anon_send(supervisor, wish);
  catch_up(n);
}

void model_schedule::catch_up(std::size_t n) {
  if (!piles[n].empty())
    trace("a listener catches up with ", piles[n].size());
  piles[n].clear();
  if (!calm && !told.dawdlers[n]->killed && roll.chance(5)) {
    trace("a listener that was behind is killed");
    told.dawdlers[n]->killed = true;
    anon_send_exit(dawdlers[n], caf::exit_reason::kill);
  }
  after(calm ? roll.upto(1s) : roll.upto(roll.chance(70) ? 3s : 20s),
        [this, n] { catch_up(n); });
}

} // namespace muster::test
