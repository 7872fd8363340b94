#include "actors/event_journal.hpp"

#include <utility>

namespace muster {

namespace {

/// "3 guilds", "1 guild".
std::string counted(std::uint64_t n, const char* one) {
  return std::to_string(n) + ' ' + one + (n == 1 ? "" : "s");
}

void add_count(std::string& to, std::size_t n, const char* what) {
  if (n > 0)
    to += ", " + std::to_string(n) + ' ' + what;
}

} // namespace

void event_journal::note(caf::timestamp now,
                         const optional<std::uint32_t>& shard,
                         const char* event, std::string text, weight is) {
  if (text.size() > longest_text) {
    text.resize(longest_text);
    text += " ...";
  }
  entries_.push_back({++count_, now, shard, event, std::move(text), is});
  if (entries_.size() > most_entries)
    entries_.pop_front();
}

void event_journal::add(const shard_ready& x, caf::timestamp now) {
  links_[x.shard.index] = {link::open, now};
  auto text = "a new session with " + counted(x.guilds, "guild");
  add_count(text, x.unreadable_guilds, "that could not be read");
  note(now, x.shard.index, "shard_ready", std::move(text), weight::good);
}

void event_journal::add(const shard_resumed& x, caf::timestamp now) {
  links_[x.shard.index] = {link::open, now};
  note(now, x.shard.index, "shard_resumed", "the session goes on",
       weight::good);
}

void event_journal::add(const shard_disconnected& x, caf::timestamp now) {
  auto& state = links_[x.shard.index];
  state.since = now;
  auto text = x.reason;
  if (x.code)
    text += " (" + std::to_string(*x.code) + ')';
  switch (x.next) {
  case next_step::resume:
    state.state = link::resuming;
    text += "; its session is to go on";
    break;
  case next_step::identify:
    state.state = link::identifying;
    text += "; a new session follows";
    break;
  case next_step::none:
    state.state = link::ended;
    text += "; it has ended for good";
    break;
  }
  note(now, x.shard.index, "shard_disconnected", std::move(text), weight::bad);
}

void event_journal::add(const shard_finished_chunking& x, caf::timestamp now) {
  std::string text = "its startup is done";
  add_count(text, x.incomplete_guild_ids.size(), "guilds incomplete");
  add_count(text, x.missed_guild_ids.size(), "missed");
  add_count(text, x.unavailable_guild_ids.size(), "unavailable");
  // From now on it is ready, and was in its startup before.
  if (auto i = links_.find(x.shard.index); i != links_.end()
                                           && i->second.state == link::open
                                           && i->second.since < now)
    i->second.since = now;
  auto whole = x.incomplete_guild_ids.empty() && x.missed_guild_ids.empty();
  note(now, x.shard.index, "shard_finished_chunking", std::move(text),
       whole ? weight::good : weight::bad);
}

void event_journal::add(const finished_chunking& x, caf::timestamp now) {
  note(now, {}, "finished_chunking",
       "the startup of all " + counted(x.shards, "shard") + " is done: "
           + counted(x.members, "member") + " of " + counted(x.guilds, "guild"),
       weight::good);
}

void event_journal::add(const chunk_request_finished& x, caf::timestamp now) {
  if (x.outcome == outcome::complete)
    return;
  auto text = to_string(x.outcome) + ": guild " + to_string(x.guild_id);
  add_count(text, x.missed_chunks.size(), "chunks missed");
  if (x.attempts > 1)
    text += " after " + std::to_string(x.attempts) + " attempts";
  auto usual =
      x.outcome == outcome::cancelled || x.outcome == outcome::guild_left;
  note(now, x.shard.index, "chunk_request_finished", std::move(text),
       usual ? weight::usual : weight::bad);
}

void event_journal::add(const shard_moved& x, caf::timestamp now) {
  links_[x.shard.index] = {link::waiting, now};
  note(now, x.shard.index, "shard_moved", "from " + x.from + " to " + x.to);
}

void event_journal::add(const node_joined& x, caf::timestamp now) {
  note(now, {}, "node_joined", x.node + " at " + x.address, weight::good);
}

void event_journal::add(const node_left& x, caf::timestamp now) {
  note(now, {}, "node_left", x.node + ": " + x.reason, weight::bad);
}

event_journal::shard_link event_journal::link_of(std::uint32_t shard) const {
  auto i = links_.find(shard);
  return i == links_.end() ? shard_link{link::waiting, began_} : i->second;
}

const char* to_string(event_journal::link x) {
  switch (x) {
  case event_journal::link::waiting:
    return "waiting";
  case event_journal::link::open:
    return "open";
  case event_journal::link::resuming:
    return "resuming";
  case event_journal::link::identifying:
    return "identifying";
  case event_journal::link::ended:
    return "ended";
  }
  return "unknown";
}

const char* to_string(event_journal::weight x) {
  switch (x) {
  case event_journal::weight::usual:
    return "usual";
  case event_journal::weight::good:
    return "good";
  case event_journal::weight::bad:
    return "bad";
  }
  return "usual";
}

} // namespace muster
