// What the gateway tells a shard.

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "actors/chunk_ledger.hpp"
#include "actors/log.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"
#include "net/opcode.hpp"

namespace muster {

void shard::dispatched(const frozen_buffer& payload, envelope& x) {
  route(payload, x);
  check_startup();
}

void shard::route(const frozen_buffer& payload, envelope& x) {
  // Who reads what is large finds its end, too (B2).
  auto large = x.name == "GUILD_MEMBERS_CHUNK" || x.name == "GUILD_CREATE";
  auto wanted = subscribers_.want_dispatch(x.name);
  if ((wanted || !large) && !x.cut() && x.data.empty()) {
    malformed("an event", errc::malformed_json);
    return;
  }
  if (x.name.empty())
    malformed("an event without a name", errc::malformed_field);
  if (wanted) {
    auto event = stamped<dispatch>();
    event.name = std::string{x.name};
    event.sequence = x.sequence.value_or(0);
    event.payload = payload.slice(x.data);
    if (x.data.empty())
      malformed("an event", errc::malformed_json);
    else
      subscribers_.publish(event);
  }
  if (x.name == "GUILD_MEMBERS_CHUNK")
    chunk_arrived(payload, x);
  else if (x.name == "GUILD_CREATE")
    guild_created(payload, x);
  else if (x.name == "GUILD_DELETE")
    guild_deleted(x.data);
  else if (x.name == "RATE_LIMITED")
    hit_rate_limit(x.data);
  else if (x.name == "READY")
    became_ready(x.data);
  else if (x.name == "RESUMED")
    became_resumed();
  else if (x.name == "GUILD_MEMBER_ADD")
    count_member(x.data, true);
  else if (x.name == "GUILD_MEMBER_REMOVE")
    count_member(x.data, false);
}

void shard::count_member(std::string_view data, bool added) {
  auto guild = read_guild_id(data);
  if (!usable("a member event", guild ? errc{} : errc::malformed_field,
              guild.value_or(snowflake{})))
    return;
  if (added)
    startup_.member_added(*guild);
  else
    startup_.member_removed(*guild);
}

void shard::malformed(const char* what, errc error, std::uint64_t times) {
  figures_.counts.malformed += times;
  log().warn("shard {}: {} was dropped{}: {}", cfg_.id.index, what,
             times > 1 ? ", " + std::to_string(times) + " times" : "",
             sentence_of(make_error(error)));
}

bool shard::usable(const char* what, errc error, snowflake guild) {
  if (error != errc{}) {
    malformed(what, error);
    return false;
  }
  if (owns(cfg_.id, guild))
    return true;
  ++figures_.counts.malformed;
  // One line a session: there may be as many of these as of the shard's own.
  auto level =
      std::exchange(strays_told_, true) ? log_level::debug : log_level::warn;
  log().log(level,
            "shard {}: {} was dropped: guild {} belongs to shard {}; the "
            "gateway ignores sharding",
            cfg_.id.index, what, guild.value, shard_of(guild, cfg_.id.count));
  return false;
}

void shard::keep_own_guilds(ready& x) {
  if (x.unreadable_guilds > 0) {
    figures_.counts.malformed += x.unreadable_guilds;
    log().warn(
        "shard {}: of the guilds of READY {} could not be read; no event "
        "names them",
        cfg_.id.index, x.unreadable_guilds);
  }
  auto first = std::partition(x.guilds.begin(), x.guilds.end(),
                              [this](auto id) { return owns(cfg_.id, id); });
  auto others = x.guilds.end() - first;
  strays_told_ = others > 0;
  if (others == 0)
    return;
  figures_.counts.malformed += static_cast<std::uint64_t>(others);
  log().warn("shard {}: of the guilds of READY {} are not awaited here: they "
             "belong to other shards, such as guild {} to shard {}; the "
             "gateway ignores sharding",
             cfg_.id.index, others, first->value,
             shard_of(*first, cfg_.id.count));
  x.guilds.erase(first, x.guilds.end());
}

void shard::became_ready(std::string_view data) {
  ready x;
  if (auto error = read_ready(data, x); error != errc{}) {
    malformed("READY", error);
    link_.session().corrupt(error, now());
    return;
  }
  keep_own_guilds(x);
  link_.session().became_ready(x, now());
  update_quiet_clock();
  carry_out(book_.session_lost(now()));
  inherited_ = false;
  inherited_end_.reset();
  std::unordered_set<snowflake> here{x.guilds.begin(), x.guilds.end()};
  for (auto* filter : {&values_.pinned_guilds, &values_.only_guilds})
    for (auto guild : *filter)
      if (owns(cfg_.id, guild) && here.count(guild) == 0)
        log().warn("shard {}: the bot is not in guild {} of the filter",
                   cfg_.id.index, guild.value);
  for (auto guild : book_.guilds())
    if (here.count(guild) == 0)
      end_requests_of(guild, outcome::guild_left);
  book_.clear_holds();
  book_.hold(x.guilds);
  startup_.begin(x.guilds, auto_chunk_, quiet_now());
  for (auto guild : book_.guilds_with_lists())
    startup_.requested(guild);
  for (auto& news : early_.take())
    std::visit([this](auto& y) { take(y); }, news);
  log().debug("shard {}: READY with {} guilds", cfg_.id.index, x.guilds.size());
  auto event = stamped<shard_ready>();
  event.guilds = static_cast<std::uint32_t>(x.guilds.size());
  event.unreadable_guilds = x.unreadable_guilds;
  session_at_ = event.at;
  progressed_ = true;
  tell(std::move(event));
  save();
  pace_.news_now(now());
}

void shard::became_resumed() {
  if (!link_.session().became_resumed(now()))
    return; // an older one, replayed
  early_.clear();
  log().debug("shard {}: RESUMED", cfg_.id.index);
  update_quiet_clock();
  last_chunk_ = quiet_now();
  carry_out(book_.session_resumed(now()));
  tell(stamped<shard_resumed>());
  progressed_ = true;
  save();
  count_settled();
}

void shard::guild_created(const frozen_buffer& payload, envelope& from) {
  guild_create x;
  auto error = read_guild_create(from.data, x);
  from.cut(x.behind);
  if (!usable("GUILD_CREATE", error, x.id))
    return;
  auto whole =
      keep_for_ready(x) ? x.whole() : take(x) == startup_ledger::step::whole;
  if (whole && subscribers_.want_members()) {
    auto event = stamped<guild_members_chunk>();
    event.guild_id = x.id;
    event.members = {payload.slice(x.members_json), x.members, x.id};
    event.presences = {payload.slice(x.presences_json), x.id};
    subscribers_.publish(event);
  }
}

startup_ledger::step shard::take(const guild_create& x) {
  auto step = startup_.created(x, book_.has_list(x.id), quiet_now());
  if (x.unavailable)
    end_requests_of(x.id, outcome::guild_left);
  book_.release(x.id);
  if (step == startup_ledger::step::chunk)
    ask_for_startup(x.id);
  if (!x.unavailable)
    pace_.news();
  return step;
}

void shard::take(const guild_delete& x) {
  startup_.gone(x, quiet_now());
  end_requests_of(x.id, outcome::guild_left);
  book_.release(x.id);
}

template <class News>
bool shard::keep_for_ready(const News& x) {
  using phase = gateway_session::phase;
  auto now = link_.session().state();
  // A lent connection may be about to resume as well.
  if (now != phase::identifying && now != phase::queued)
    return false;
  if (!early_.keep(x))
    malformed("too much before READY", errc::malformed_field);
  return now == phase::identifying;
}

void shard::guild_deleted(std::string_view data) {
  guild_delete x;
  auto error = read_guild_delete(data, x);
  if (usable("GUILD_DELETE", error, x.id) && !keep_for_ready(x))
    take(x);
}

void shard::end_requests_of(snowflake guild, outcome how) {
  for (auto& nonce : book_.of_guild(guild))
    finish_request(nonce, how);
}

void shard::chunk_arrived(const frozen_buffer& payload, envelope& from) {
  members_chunk x;
  auto error = read_chunk(from.data, x);
  from.cut(x.behind);
  if (!usable("GUILD_MEMBERS_CHUNK", error, x.guild_id))
    return;
  ++figures_.counts.chunks;
  figures_.counts.members += x.members;
  last_chunk_ = quiet_now();
  pace_.news();
  auto owner = owner_of(x);
  if (owner.is == request_book::owner::wrong_guild) {
    malformed("a chunk with another guild's nonce", errc::malformed_field);
    return;
  }
  if (owner.is == request_book::owner::late)
    count_late(1, x.guild_id);
  member_list list{payload.slice(x.members_json), x.members, x.guild_id};
  // The members leave first, so that who gets both sees them before the end
  // of the request.
  if (chunk_ledger::is_sound(x.index, x.count))
    publish(x, list, payload.slice(x.presences_json), owner);
  else if (x.nonce.empty())
    malformed("a chunk without nonce", errc::malformed_field);
  if (owner.is == request_book::owner::known)
    pass_on(std::move(x), std::move(list), owner);
}

request_book::owner shard::owner_of(const members_chunk& x) {
  auto owner = book_.chunk(x.nonce, x.guild_id, x.members, now());
  if (owner.is != request_book::owner::foreign)
    return owner;
  if (was_of_startup(x.nonce, x.guild_id))
    return {request_book::owner::late};
  guild_members_request theirs;
  theirs.guild_id = x.guild_id;
  theirs.nonce = x.nonce;
  theirs.joinable = false;
  fill_in(theirs, values_);
  auto taken = book_.accept(theirs, origin::foreign, 0, now());
  if (taken.error)
    return owner;
  ++figures_.counts.foreign_requests;
  begin_request(taken.nonce);
  return {request_book::owner::known, book_.find(taken.nonce)};
}

bool shard::was_of_startup(const std::string& nonce, snowflake guild) const {
  if (!inherited_ || nonce.size() != derived_nonce_size)
    return false;
  auto begun = startup_.begun(guild);
  for (auto n = begun; n > 0 && n + 3 > begun; --n) {
    auto ours = startup_nonce(link_.session().session_id(), guild, n);
    if (nonce == ours || is_attempt_of(nonce, ours, book_.former_epochs()))
      return true;
  }
  return false;
}

void shard::publish(const members_chunk& x, const member_list& list,
                    frozen_buffer presences, const request_book::owner& owner) {
  auto streamed = owner.request != nullptr
                  && subscribers_.want_stream(owner.request->nonce);
  if (!streamed && !subscribers_.want_members())
    return;
  auto event = stamped<guild_members_chunk>();
  event.guild_id = x.guild_id;
  event.nonce = x.nonce;
  event.chunk_index = static_cast<std::uint32_t>(x.index);
  event.chunk_count = static_cast<std::uint32_t>(x.count);
  event.members = list;
  event.presences = {std::move(presences), x.guild_id};
  event.not_found = x.not_found;
  if (streamed)
    subscribers_.publish_to(owner.request->nonce, event);
  subscribers_.publish(event);
}

void shard::pass_on(members_chunk x, member_list list,
                    const request_book::owner& owner) {
  auto& to = owner.request->collector;
  if (owner.found)
    send(to, attempt_news{x.nonce, attempt_event::found, last_chunk_});
  if (owner.proves_write)
    send(to, attempt_news{x.nonce, attempt_event::written, last_chunk_});
  chunk_received news;
  news.nonce = std::move(x.nonce);
  news.chunk_index = x.index;
  news.chunk_count = x.count;
  news.not_found = std::move(x.not_found);
  news.members = x.members;
  if (owner.request->request.answer_limit > 0)
    news.list = std::move(list);
  news.received_at = caf::make_timestamp();
  news.at = last_chunk_;
  send(to, std::move(news));
}

void shard::count_late(std::uint64_t chunks, snowflake guild) {
  if (chunks == 0)
    return;
  figures_.counts.late_chunks += chunks;
  log().debug("shard {}: {} chunks of guild {} came after the end of their "
              "request",
              cfg_.id.index, chunks, guild.value);
}

void shard::hit_rate_limit(std::string_view data) {
  rate_limited x;
  if (auto error = read_rate_limited(data, x); error != errc{}) {
    malformed("RATE_LIMITED", error);
    return;
  }
  if (x.opcode != static_cast<int>(opcode::request_guild_members))
    return;
  ++figures_.counts.rate_limited;
  carry_out(book_.rate_limited(x.nonce, x.guild_id, x.retry_after,
                               link_.arrived(), now()));
}

} // namespace muster
