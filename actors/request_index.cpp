#include "actors/request_index.hpp"

#include <algorithm>
#include <utility>

namespace muster {

request_index::entry& request_index::add(entry x) {
  x.order = ++orders_;
  by_guild_[x.request.guild_id].push_back(x.nonce);
  auto nonce = x.nonce;
  return entries_.emplace(std::move(nonce), std::move(x)).first->second;
}

void request_index::remove(const std::string& nonce) {
  auto i = entries_.find(nonce);
  if (i == entries_.end())
    return;
  auto& x = i->second;
  for (auto& attempt : x.attempts)
    by_attempt_.erase(attempt);
  for (auto& caller : x.callers)
    by_caller_.erase(caller);
  auto guild = by_guild_.find(x.request.guild_id);
  std::erase(guild->second, nonce);
  if (guild->second.empty())
    by_guild_.erase(guild);
  entries_.erase(i);
}

void request_index::add_attempt(entry& x) {
  if (by_attempt_.emplace(x.attempt, x.nonce).second)
    x.attempts.push_back(x.attempt);
}

void request_index::remove_attempt(entry& x) {
  std::erase(x.attempts, x.attempt);
  by_attempt_.erase(x.attempt);
}

std::vector<std::string> request_index::take_attempts(entry& x) {
  for (auto& attempt : x.attempts)
    by_attempt_.erase(attempt);
  return std::exchange(x.attempts, {});
}

void request_index::add_caller(entry& x, const std::string& caller_nonce) {
  x.callers.insert(caller_nonce);
  by_caller_[caller_nonce] = x.nonce;
}

request_index::entry*
request_index::remove_caller(const std::string& caller_nonce) {
  auto called = by_caller_.extract(caller_nonce);
  if (!called)
    return nullptr;
  auto x = find(called.mapped());
  if (x != nullptr)
    x->callers.erase(caller_nonce);
  return x;
}

request_index::entry* request_index::find(const std::string& nonce) {
  auto i = entries_.find(nonce);
  return i == entries_.end() ? nullptr : &i->second;
}

const request_index::entry*
request_index::find(const std::string& nonce) const {
  auto i = entries_.find(nonce);
  return i == entries_.end() ? nullptr : &i->second;
}

request_index::entry* request_index::of_attempt(const std::string& attempt) {
  auto i = by_attempt_.find(attempt);
  return i == by_attempt_.end() ? nullptr : find(i->second);
}

request_index::entry*
request_index::of_caller(const std::string& caller_nonce) {
  auto i = by_caller_.find(caller_nonce);
  return i == by_caller_.end() ? nullptr : find(i->second);
}

const request_index::entry*
request_index::of_caller(const std::string& caller_nonce) const {
  auto i = by_caller_.find(caller_nonce);
  return i == by_caller_.end() ? nullptr : find(i->second);
}

const request_index::entry* request_index::list_of(snowflake guild) const {
  const entry* result = nullptr;
  for (auto& nonce : of_guild(guild))
    if (auto x = find(nonce); x->whole_list && x->stage != request_stage::ending
                              && (result == nullptr || x->on_wire()))
      result = x;
  return result;
}

bool request_index::knows(const std::string& nonce) const {
  return entries_.count(nonce) != 0 || is_attempt(nonce)
         || by_caller_.count(nonce) != 0;
}

bool request_index::has_list(snowflake guild) const {
  auto all = of_guild(guild);
  return std::any_of(all.begin(), all.end(),
                     [this](auto& nonce) { return find(nonce)->whole_list; });
}

bool request_index::has_waited(snowflake guild) const {
  auto all = of_guild(guild);
  return std::any_of(all.begin(), all.end(), [this](auto& nonce) {
    auto x = find(nonce);
    return x->waits >= x->enough_ends();
  });
}

std::vector<std::string> request_index::of_guild(snowflake guild) const {
  auto i = by_guild_.find(guild);
  return i == by_guild_.end() ? std::vector<std::string>{} : i->second;
}

namespace {

template <class Entry, class Entries>
std::vector<Entry*> by_order(Entries& all) {
  std::vector<Entry*> result;
  result.reserve(all.size());
  for (auto& [nonce, x] : all)
    result.push_back(&x);
  std::sort(result.begin(), result.end(),
            [](auto a, auto b) { return a->order < b->order; });
  return result;
}

} // namespace

std::vector<request_index::entry*> request_index::in_order() {
  return by_order<entry>(entries_);
}

std::vector<const request_index::entry*> request_index::in_order() const {
  return by_order<const entry>(entries_);
}

template <class Predicate>
std::vector<snowflake> request_index::guilds_if(Predicate holds) const {
  std::vector<snowflake> result;
  for (auto& [guild, nonces] : by_guild_)
    if (holds(guild, nonces))
      result.push_back(guild);
  return result;
}

std::vector<snowflake> request_index::guilds() const {
  auto ours = [this](const std::string& nonce) { return is_ours(nonce); };
  return guilds_if([ours](auto, auto& nonces) {
    return std::any_of(nonces.begin(), nonces.end(), ours);
  });
}

std::vector<snowflake> request_index::guilds_with_lists() const {
  return guilds_if(
      [this](auto guild, auto&) { return list_of(guild) != nullptr; });
}

std::vector<snowflake> request_index::guilds_in_flight() const {
  return guilds_if([this](auto guild, auto&) {
    auto list = list_of(guild);
    return list != nullptr && list->on_wire();
  });
}

std::uint64_t request_index::members_in_flight() const {
  std::uint64_t result = 0;
  for (auto& [nonce, x] : entries_)
    if (x.for_startup)
      result += x.members;
  return result;
}

} // namespace muster
