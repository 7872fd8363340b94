#include "app/simulator/gateway.hpp"

#include <algorithm>
#include <limits>
#include <random>
#include <utility>

#include "app/simulator/client_link.hpp"

namespace muster::sim {

namespace {

// Nothing is unsent: a session without a connection may forget anything.
constexpr auto all_sent = std::numeric_limits<std::uint64_t>::max();

// A million members over zlib or zstd.
constexpr std::size_t max_packed = std::size_t{128} << 20;

std::string outage_text(const guild& g) {
  return R"({"unavailable":true,"id":")" + to_string(g.id) + R"("})";
}

} // namespace

gateway::gateway(options o, time_point now)
    : opts([&] {
        o.chunk_size = std::clamp(o.chunk_size, 1u, 1000u);
        o.max_concurrency = std::max(1u, o.max_concurrency);
        return std::move(o);
      }()),
      packed(members, max_packed), guilds(opts), plan(opts.faults),
      identifies(opts), cooldown(opts.chunk_cooldown), start_(now) {}

std::chrono::milliseconds gateway::age(time_point now) const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
}

client_session& gateway::make_session(const identify_request& wish) {
  std::mt19937_64 random{next_session_++};
  std::string id;
  for (int i = 0; i < 32; ++i)
    id += "0123456789abcdef"[random() % 16];
  auto s = std::make_unique<client_session>(opts, id, wish);
  return *(sessions_[id] = std::move(s));
}

client_session* gateway::find_session(const std::string& id) {
  auto i = sessions_.find(id);
  return i != sessions_.end() ? i->second.get() : nullptr;
}

void gateway::attach(client_session& s, client_link& to) {
  for_links([&](client_link& x) {
    auto* other = x.current();
    if (&x == &to || other == nullptr || other->shard() != s.shard())
      return;
    ++seen.superseded;
    x.lose_session();
    if (other == &s)
      s.owner = nullptr;
    else
      end(*other);
    x.close(close_code::unknown_error);
  });
  s.owner = &to;
}

void gateway::detach(client_session& s, time_point now) {
  s.owner = nullptr;
  s.detached_at = now;
}

void gateway::end(client_session& s) {
  if (s.owner != nullptr)
    s.owner->lose_session();
  // The key must not be a reference into what is being erased.
  auto id = s.id();
  sessions_.erase(id);
}

void gateway::count_request(snowflake guild, time_point now) {
  auto& x = requests_of_[guild];
  if (x.times > 0) {
    auto gap =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - x.last);
    auto& shortest = seen.shortest_request_gap;
    shortest = shortest ? std::min(*shortest, gap) : gap;
  }
  x.last = now;
  ++x.times;
  seen.most_requests_for_a_guild =
      std::max(seen.most_requests_for_a_guild, x.times);
}

void gateway::tick(time_point now) {
  for (std::uint32_t i = 0; i < guilds.guilds().size(); ++i) {
    auto& g = guilds.at(i);
    if (g.back_at && now >= *g.back_at)
      set_unavailable(g, false);
  }
  std::erase_if(sessions_, [&](const auto& x) {
    const auto& s = *x.second;
    return s.owner == nullptr && now - s.detached_at > opts.session_ttl;
  });
}

void gateway::dispatch_to(std::uint32_t shard, const std::string& name,
                          const std::string& data) {
  for (auto& [id, s] : sessions_) {
    if (s->shard().index != shard)
      continue;
    s->push({text_event{name, data}}, s->owner ? s->owner->cursor() : all_sent);
    if (s->owner)
      s->owner->wake();
  }
}

void gateway::tell_about(const guild& g, session_event x) {
  for (auto& [id, s] : sessions_) {
    if (!owns(s->shard(), g.id))
      continue;
    s->push(x, s->owner ? s->owner->cursor() : all_sent);
    if (s->owner)
      s->owner->wake();
  }
}

void gateway::set_unavailable(guild& g, bool unavailable) {
  g.back_at.reset();
  auto state =
      unavailable ? guild::condition::unavailable : guild::condition::present;
  if (g.state == guild::condition::removed || g.state == state)
    return;
  g.state = state;
  if (unavailable)
    tell_about(g, {text_event{"GUILD_DELETE", outage_text(g)}});
  else
    tell_about(g, {guild_created{g.index}});
}

void gateway::remove_guild(guild& g) {
  if (g.state == guild::condition::removed)
    return;
  g.state = guild::condition::removed;
  tell_about(g, {text_event{"GUILD_DELETE",
                            R"({"id":")" + to_string(g.id) + R"("})"}});
}

snowflake gateway::add_guild(std::uint32_t size) {
  const auto& g = guilds.add(size);
  tell_about(g, {guild_created{g.index}});
  return g.id;
}

// Links and sessions may go while they are visited, so visit a copy.
template <class F>
void gateway::for_links(F f) {
  for (auto* x : std::set<client_link*>{links_})
    f(*x);
}

template <class F>
void gateway::for_links_of(std::uint32_t shard, F f) {
  for_links([&](client_link& x) {
    if (x.current() != nullptr && x.current()->shard().index == shard)
      f(x);
  });
}

void gateway::kill_connections(std::uint32_t shard) {
  for_links_of(shard, [](client_link& x) { x.kill(); });
}

void gateway::close_connections(std::uint16_t code) {
  for_links([&](client_link& x) { x.close(code); });
}

void gateway::send_reconnect(std::uint32_t shard) {
  for_links_of(shard, [](client_link& x) { x.send_reconnect(); });
}

void gateway::invalidate(std::uint32_t shard, bool resumable) {
  for_links_of(shard,
               [&](client_link& x) { x.send_invalid_session(resumable); });
}

counters gateway::snapshot() const {
  auto result = seen;
  for (const auto* x : links_) {
    if (x->current() != nullptr)
      ++result.live[to_string(x->current()->shard())];
  }
  for (const auto& [kind, count] : plan.struck())
    result.faults[std::string{to_string(kind)}] = count;
  return result;
}

} // namespace muster::sim
