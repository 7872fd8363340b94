// What the bot and the startup ask of a shard.

#include <utility>

#include "actors/chunk_request.hpp"
#include "actors/log.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"
#include "messages/intent.hpp"
#include "net/payload.hpp"

namespace muster {

caf::error shard::refuse(caf::error x) {
  ++figures_.counts.refused_requests;
  return x;
}

shard::answer shard::ask(const guild_members_request& x) {
  return take_request(x, {});
}

shard::answer shard::ask_streaming(const stream_members_request& x) {
  return take_request(x.request, x.receiver);
}

shard::answer shard::ask_calling(const called_request& x) {
  auto& nonce = x.request.nonce;
  auto wants_members = x.request.answer_limit > 0 || x.receiver;
  if (auto end = book_.end_of(nonce, x.call, now())) {
    // Its answer was lost on the way, and its members with it.
    if (wants_members && end->members > 0)
      return make_error(errc::answer_lost);
    return *end;
  }
  // Nor does anybody know which of these have come to its receiver.
  if (auto entry = book_.of_caller(nonce); x.receiver && entry != nullptr
                                           && entry->call_of(nonce) == x.call
                                           && entry->chunks > 0)
    return make_error(errc::answer_lost);
  if (auto entry = book_.of_call(nonce, x.call, x.remote)) {
    join_request again{nonce, x.request.answer_limit, entry->patience};
    if (x.receiver)
      stream(entry->nonce, x.receiver);
    auto to = entry->collector;
    return delegate(to, std::move(again));
  }
  return take_request(x.request, x.receiver, &x);
}

void shard::stream(const std::string& nonce, const caf::actor& receiver) {
  if (subscribers_.add_stream(nonce, receiver))
    monitor(receiver);
}

shard::answer shard::take_request(guild_members_request x, caf::actor receiver,
                                  const called_request* call) {
  if (stopping_ || failed_)
    return refuse(make_error(errc::not_running));
  if (auto error = validate(x, values_.intents, cfg_.id))
    return refuse(std::move(error));
  if (startup_.began() && !startup_.knows(x.guild_id))
    return refuse(make_error(errc::unknown_guild, "the bot is not in guild "
                                                      + to_string(x.guild_id)
                                                      + "; check the id"));
  if (largest_request(x) > max_sent_payload)
    return refuse(make_error(errc::payload_too_large));
  if (receiver)
    x.joinable = false; // the members are for this receiver only
  fill_in(x, values_);
  // What bears its nonce is somebody else's; of an end, a call knows more.
  if (receiver
      && (call == nullptr ? book_.known(x.nonce, now())
                          : book_.find(x.nonce) != nullptr))
    return refuse(make_error(errc::nonce_in_use));
  join_request caller{x.nonce, x.answer_limit, {}};
  auto taken =
      book_.accept(x, origin::user, 0, now(), call == nullptr ? 0 : call->call);
  if (taken.error)
    return refuse(std::move(taken.error));
  if (call != nullptr)
    book_.set_call(x.nonce, call->call, call->remote);
  if (receiver) {
    book_.set_streamed(taken.nonce);
    stream(taken.nonce, receiver);
  }
  auto guild = x.guild_id;
  auto whole = x.asks_whole_list();
  if (!taken.joined)
    begin_request(taken.nonce);
  if (whole)
    startup_.requested(guild);
  auto entry = book_.find(taken.nonce);
  caller.patience = entry->patience;
  auto to = entry->collector;
  auto result = delegate(to, std::move(caller));
  if (startup_.is_unavailable(guild))
    finish_request(taken.nonce, outcome::guild_left);
  return result;
}

void shard::begin_request(const std::string& nonce) {
  auto entry = book_.find(nonce);
  chunk_request_config args;
  args.shard = cfg_.id;
  args.start_id = cfg_.start_id;
  args.guild_id = entry->request.guild_id;
  args.nonce = nonce;
  args.patience = entry->patience;
  args.answer_limit = entry->request.answer_limit;
  args.foreign = entry->from == origin::foreign;
  args.past = {entry->spent, entry->asked};
  args.past_attempts = entry->attempts;
  args.told = entry->told;
  args.owner = this;
  args.supervisor = cfg_.supervisor;
  args.unit = cfg_.unit;
  args.strays = cfg_.strays;
  auto made = spawn<chunk_request>(std::move(args));
  monitor(made);
  book_.set_collector(nonce, std::move(made));
}

void shard::ask_for_startup(snowflake guild, bool goes_on) {
  if (stopping_ || failed_)
    return; // nobody would end it
  auto x = guild_members_request::whole_list(guild);
  x.presences = chunk_presences_;
  x.max_attempts = values_.max_attempts;
  fill_in(x, values_);
  auto begun = startup_.begun(guild);
  begun += goes_on && begun > 0 ? 0 : 1;
  auto& session = link_.session().session_id();
  if (!session.empty()) {
    x.nonce = startup_nonce(session, guild, begun);
    while (book_.known(x.nonce, now()))
      x.nonce = startup_nonce(session, guild, ++begun);
  }
  auto taken = book_.accept(x, origin::startup, startup_.rank_of(guild), now());
  if (taken.error || taken.joined)
    return;
  if (!session.empty()) {
    startup_.set_begun(guild, begun);
    book_.set_derived(taken.nonce, inherited_);
  }
  begin_request(taken.nonce);
}

caf::result<void> shard::cancel(const cancel_request& x) {
  auto entry = book_.of_caller(x.nonce);
  if (entry == nullptr)
    return make_error(left_ ? errc::not_running : errc::unknown_nonce);
  auto nonce = entry->nonce;
  auto last = entry->callers.size() == 1 && !entry->for_startup;
  auto end = stamped<chunk_request_finished>();
  end.guild_id = entry->request.guild_id;
  end.nonce = nonce;
  end.outcome = outcome::cancelled;
  if (!last || entry->call_of(x.nonce) == 0) // who asks again hears the end
    book_.withdraw(x.nonce, now(), end);
  subscribers_.remove_stream(x.nonce);
  if (last)
    finish_request(nonce, outcome::cancelled);
  else
    to_request(nonce, withdraw_request{x.nonce});
  return caf::unit;
}

caf::result<void> shard::take_command(const gateway_command& x) {
  if (stopping_ || failed_)
    return make_error(errc::not_running);
  if (auto error = link_.line().add(x))
    return error;
  return caf::unit;
}

void shard::set_auto_chunk(const auto_chunk_request& x) {
  auto enabled = x.enabled;
  if (enabled && (values_.intents & intent::guild_members) == 0) {
    log().warn("shard {}: chunking is off, for it needs the intent "
               "guild_members",
               cfg_.id.index);
    enabled = false;
  }
  chunk_presences_ =
      x.presences && (values_.intents & intent::guild_presences) != 0;
  auto_chunk_ = enabled;
  for (auto guild : startup_.set_auto_chunk(enabled))
    ask_for_startup(guild);
}

void shard::again(const ask_again& x) {
  book_.ask_again(x.nonce, x.attempt, now(), x.spent);
}

void shard::finish_request(const std::string& nonce, outcome how) {
  book_.end_soon(nonce, how);
  to_request(nonce, end_request{how});
}

void shard::look_for_poison() {
  carry_out(book_.connection_ended());
  auto missed = startup_.connection_ended(
      static_cast<std::uint32_t>(values_.max_attempts) + 1);
  if (!missed.empty())
    log().warn("shard {}: connections end before all guilds are created; no "
               "longer awaited: {}",
               cfg_.id.index, names_of(missed));
  for (auto guild : missed)
    book_.release(guild);
  check_startup();
}

void shard::carry_out(const std::vector<request_book::consequence>& all) {
  using what = request_book::consequence;
  for (auto& x : all)
    switch (x.is) {
    case what::again:
      to_request(x.nonce,
                 attempt_news{x.attempt, attempt_event::lost, quiet_now()});
      break;
    case what::resumed:
      to_request(x.nonce,
                 attempt_news{x.attempt, attempt_event::resumed, quiet_now()});
      break;
    case what::delayed:
      to_request(x.nonce,
                 attempt_news{x.attempt, attempt_event::refused, quiet_now()});
      break;
    case what::give_up:
      to_request(x.nonce,
                 attempt_news{x.attempt, attempt_event::refused, quiet_now()});
      to_request(x.nonce, end_request{outcome::rate_limited});
      break;
    case what::poison: {
      auto entry = book_.find(x.nonce);
      auto guild = entry->request.guild_id;
      log().warn("shard {}: connections end while guild {} is asked for; the "
                 "request is given up after {} of them",
                 cfg_.id.index, guild.value, entry->ends);
      if (entry->for_startup)
        startup_.spoil(guild);
      to_request(x.nonce, end_request{outcome::session_lost});
      break;
    }
    case what::lost:
      to_request(x.nonce, end_request{outcome::session_lost});
      break;
    }
}

void shard::ended(const request_ended& x) {
  auto entry = book_.find(x.event.nonce);
  if (entry == nullptr)
    return; // told twice
  auto counts = entry->whole_list;
  // The bot asked with fewer attempts than the startup has (Q8).
  auto once_more =
      entry->joined_by_startup && x.event.outcome != outcome::complete
      && startup_.knows(x.event.guild_id)
      && !startup_.is_spoiled(x.event.guild_id)
      && !startup_.is_unavailable(x.event.guild_id) && !stopping_ && !failed_;
  ++figures_.counts.outcomes[static_cast<std::size_t>(x.event.outcome)];
  log().debug("shard {}: the request for guild {} ended as {}, {} chunks, "
              "{} members",
              cfg_.id.index, x.event.guild_id.value, to_string(x.event.outcome),
              x.event.chunk_count, x.event.members);
  figures_.counts.duplicates += x.duplicates;
  figures_.counts.malformed += x.malformed;
  count_late(entry->chunks - x.chunks_taken, x.event.guild_id);
  if (x.first_response)
    figures_.first_response.add(*x.first_response);
  if (x.completion)
    figures_.completion.add(*x.completion);
  if (!entry->told)
    tell(x.event);
  to_request(x.event.nonce, release_request{});
  book_.ended(x.event.nonce, now(), &x.event);
  subscribers_.remove_stream(x.event.nonce);
  if (once_more)
    ask_for_startup(x.event.guild_id);
  if (counts)
    startup_.list_ended(x.event, book_.has_list(x.event.guild_id));
  pace_.news();
}

void shard::answer_quiet_checks() {
  if (quiet_.paused() || quiet_checks_.empty())
    return;
  for (auto& nonce : std::exchange(quiet_checks_, {}))
    to_request(nonce, quiet_report{quiet_now(), last_chunk_});
}

} // namespace muster
