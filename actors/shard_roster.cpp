#include "actors/shard_roster.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "messages/errc.hpp"

namespace muster {

namespace {

caf::error has_ended(std::uint32_t index) {
  return make_error(errc::not_running,
                    "shard " + std::to_string(index)
                        + " has ended; see why it disconnected");
}

} // namespace

void shard_roster::plan(const std::vector<std::uint32_t>& indexes) {
  for (auto index : indexes)
    entries_.try_emplace(index);
}

std::vector<std::uint32_t> shard_roster::planned() const {
  std::vector<std::uint32_t> result;
  for (auto& [index, x] : entries_)
    result.push_back(index);
  return result;
}

std::vector<shard_owner> shard_roster::claims() const {
  std::vector<shard_owner> result;
  for (auto& [index, x] : entries_)
    if (!x.gone)
      result.push_back(x.claim);
  return result;
}

std::vector<shard_epoch> shard_roster::running() const {
  std::vector<shard_epoch> result;
  for (auto& [index, x] : entries_)
    if (x.takes_requests())
      result.push_back({index, x.claim.epoch});
  return result;
}

shard_located shard_roster::find(std::uint32_t index, caf::error& why) const {
  shard_located result;
  auto i = entries_.find(index);
  if (i == entries_.end())
    return result;
  auto& x = i->second;
  if (x.ended && !x.gone)
    why = has_ended(index);
  if (!x.takes_requests())
    return result;
  result.owner = caf::actor_cast<caf::actor>(x.handle);
  result.route = {x.claim.node, x.claim.epoch, 0};
  return result;
}

std::vector<std::uint32_t>
shard_roster::strays(const std::vector<shard_owner>& owned) const {
  std::vector<std::uint32_t> result;
  for (auto& x : owned)
    if (auto i = entries_.find(x.shard); i != entries_.end()) {
      auto& mine = i->second;
      if (x.epoch > mine.claim.epoch
          || (x == mine.claim && mine.unclaimed() && !mine.released))
        result.push_back(x.shard);
    }
  return result;
}

std::vector<std::uint32_t> shard_roster::unclaimed() const {
  std::vector<std::uint32_t> result;
  for (auto& [index, x] : entries_)
    if (x.unclaimed())
      result.push_back(index);
  return result;
}

bool shard_roster::awaits_owner_of(snowflake guild) const {
  auto i = shard_count_ == 0 ? entries_.end()
                             : entries_.find(shard_of(guild, shard_count_));
  return i != entries_.end() && (i->second.unclaimed() || i->second.leaving);
}

void shard_roster::started(const shard_owner& claim,
                           shard_internal_actor handle) {
  auto& x = entries_[claim.shard];
  x.claim = claim;
  x.handle = std::move(handle);
  x.gone = x.fallen = x.leaving = x.released = x.connected = false;
}

void shard_roster::leaves(std::uint32_t index) {
  entries_[index].leaving = true;
}

void shard_roster::stays(std::uint32_t index) {
  auto& x = entries_[index];
  x.leaving = false;
  if (x.gone)
    x.fallen = true;
}

shard_internal_actor shard_roster::handle_of(std::uint32_t index) const {
  auto i = entries_.find(index);
  return i == entries_.end() || i->second.gone || i->second.leaving
             ? shard_internal_actor{}
             : i->second.handle;
}

void shard_roster::left(const shard_owner& claim) {
  auto i = entries_.find(claim.shard);
  if (i == entries_.end() || i->second.claim != claim || !i->second.leaving)
    return;
  auto& x = i->second;
  x.handle = shard_internal_actor{};
  x.gone = x.released = true;
  x.leaving = false;
}

void shard_roster::connected(std::uint32_t index) {
  if (auto i = entries_.find(index); i != entries_.end())
    i->second.connected = true;
}

std::uint32_t shard_roster::opening() const {
  auto n = std::count_if(entries_.begin(), entries_.end(), [](auto& x) {
    return !x.second.gone && !x.second.ended && !x.second.connected;
  });
  return static_cast<std::uint32_t>(n);
}

bool shard_roster::has_fallen(std::uint32_t index) const {
  auto i = entries_.find(index);
  return i != entries_.end() && i->second.fallen;
}

shard_internal_actor shard_roster::overtaken(const shard_owner& claim) {
  auto i = entries_.find(claim.shard);
  if (i == entries_.end() || i->second.gone || i->second.claim != claim)
    return shard_internal_actor{};
  i->second.gone = true;
  i->second.leaving = false;
  return std::exchange(i->second.handle, shard_internal_actor{});
}

std::vector<std::uint32_t> shard_roster::ended() const {
  std::vector<std::uint32_t> result;
  for (auto& [index, x] : entries_)
    if (x.ended)
      result.push_back(index);
  return result;
}

void shard_roster::ended(std::uint32_t index) {
  if (auto i = entries_.find(index); i != entries_.end())
    i->second.ended = true;
}

std::optional<shard_roster::fallen>
shard_roster::down(const caf::actor_addr& who, time_point now) {
  for (auto& [index, x] : entries_) {
    if (x.gone || x.handle.address() != who)
      continue;
    x.gone = true;
    if (x.ended || x.leaving)
      return std::nullopt;
    x.fallen = true;
    return fallen{index, x.restarts.take(now)};
  }
  return std::nullopt;
}

shard_internal_actor shard_roster::owner_of(snowflake guild,
                                            caf::error& why) const {
  if (guild == snowflake{}) {
    why = make_error(errc::invalid_guild_id);
    return shard_internal_actor{};
  }
  auto index = shard_of(guild, shard_count_);
  auto i = entries_.find(index);
  if (i == entries_.end())
    why = make_error(errc::wrong_shard,
                     "guild " + to_string(guild) + " belongs to shard "
                         + std::to_string(index) + ", which is not run here");
  else if (i->second.ended)
    why = has_ended(index);
  else
    return i->second.handle;
  return shard_internal_actor{};
}

} // namespace muster
