// What a shard goes on from, and what it leaves to the next owner (C6).

#include <algorithm>
#include <utility>

#include "actors/log.hpp"
#include "actors/session_text.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"
#include "net/payload.hpp"

namespace muster {

namespace {

/// Between two writes of what has moved.
constexpr auto save_interval = std::chrono::seconds(1);

/// For what is on the wire when a process stops (C4).
constexpr auto drain_time = std::chrono::seconds(5);

/// For the caller of a request that wants its members (C12).
constexpr auto caller_time = std::chrono::seconds(10);

/// All shards of a process save at the same times, so that their writes share
/// a transaction.
time_point next_save(time_point now) {
  auto passed = now.time_since_epoch() % save_interval;
  return now + (save_interval - passed);
}

/// What a startup begins anew with that knows its guilds by name only.
startup_cut begin_anew(guild_records guilds, bool auto_chunk) {
  startup_cut x;
  for (auto& [id, g] : guilds) {
    g.asked = g.tried = g.all_came = g.some_came = false;
    g.begun += g.begun > 0 ? 1 : 0; // the nonce of before has had its end
    g.open = g.phase != guild_phase::unavailable;
    if (!g.open)
      x.result.unavailable.push_back(id);
    else if (g.phase != guild_phase::awaited) {
      g.phase = auto_chunk ? guild_phase::chunking : guild_phase::idle;
      g.created = true;
    }
  }
  x.guilds = std::move(guilds);
  x.result.with_event = x.auto_chunk = auto_chunk;
  x.began = true;
  return x;
}

} // namespace

void shard::start(const start_request&) {
  shard_books books;
  auto session = read_cut(books);
  if (untouchable_) {
    link_.session().give_up(
        errc::store_refused,
        "another version of muster has saved its state; run that one, or with "
        "another store");
    return;
  }
  inherited_ = !session.id.empty();
  link_.session().start(cfg_.gateway_url, now(), std::move(session), cfg_.wait);
  restore_requests(books);
  waits_ = cfg_.wait.count() > 0;
  if (!inherited_)
    return;
  if (cfg_.cut.report)
    session_at_ = cfg_.cut.report->session_at;
  restore_startup(books.startup);
}

saved_session shard::read_cut(shard_books& books) {
  session_cut saved;
  auto lost = false;
  auto& from = cfg_.cut;
  auto session = read_session(from.session ? *from.session : "", saved);
  auto how = read_rows(from.rows, books, lost);
  untouchable_ = session == cut_reading::foreign || how == cut_reading::foreign;
  if (untouchable_)
    return {};
  if (lost)
    log().warn("shard {}: its saved requests cannot be read; they are lost",
               cfg_.id.index);
  auto same =
      saved.intents == cfg_.intents && saved.shard_count == cfg_.id.count;
  auto resumes = session == cut_reading::good && same;
  if (session == cut_reading::good && !same)
    log().info("shard {}: the saved session has other intents or another "
               "number of shards; it is not resumed",
               cfg_.id.index);
  if (how == cut_reading::damaged)
    books.startup =
        begin_anew(std::move(books.startup.guilds), cfg_.auto_chunk);
  if (session == cut_reading::damaged || how == cut_reading::damaged)
    log().warn("shard {}: what was saved of it cannot be read; it {}",
               cfg_.id.index,
               resumes && !books.startup.guilds.empty()
                   ? "resumes, and asks for all of its guilds"
                   : "identifies anew");
  // Of no guild, a damaged startup may have known all the same.
  resumes = resumes && books.startup.began
            && (how == cut_reading::good || !books.startup.guilds.empty());
  if (!resumes)
    return {};
  log().debug("shard {}: goes on with {} guilds after sequence {}",
              cfg_.id.index, books.startup.guilds.size(),
              *saved.session.sequence);
  return saved.session;
}

void shard::restore_requests(shard_books& from) {
  for (auto& nonce : from.ended_nonces)
    book_.restore_ended(std::move(nonce), now());
  book_.restore(from.requests, now());
  for (auto& nonce : cfg_.told)
    book_.set_told(nonce, now());
  for (auto& nonce : book_.all()) {
    begin_request(nonce);
    auto& x = *book_.find(nonce);
    // Its chunks are nowhere, and nobody asks again.
    if (x.from == origin::foreign || validate(x.request, cfg_.intents, cfg_.id)
        || largest_request(x.request) > max_sent_payload)
      finish_request(nonce, outcome::session_lost);
    // Who wanted the members is gone (C10), or will ask again (C12).
    else if (x.streamed || x.request.answer_limit > 0) {
      if (x.calls.empty()) {
        finish_request(nonce, outcome::cancelled);
        continue;
      }
      book_.await_caller(nonce);
      callers_due_ = now() + caller_time;
    }
  }
}

void shard::give_up_callers() {
  if (callers_due_ == never || now() < callers_due_)
    return;
  callers_due_ = never;
  for (auto& nonce : book_.all())
    if (book_.find(nonce)->awaits_caller)
      finish_request(nonce, outcome::cancelled);
}

bool shard::rechunks() const {
  if (!cfg_.auto_chunk)
    return false;
  if (values_.takeover == takeover_policy::automatic)
    return subscribers_.want_members_here();
  return values_.takeover == takeover_policy::rechunk;
}

void shard::restore_startup(startup_cut& from) {
  if (from.finished) {
    startup_ledger before{values_};
    before.restore(from, quiet_now());
    chunking_progress x;
    before.report(x);
    inherited_end_ =
        shard_settled{cfg_.id, cfg_.start_id, x.guilds_complete, x.members, {}};
  }
  if (rechunks()) {
    log().info("shard {}: asks for all of its guilds again: their members "
               "went with the process before",
               cfg_.id.index);
    auto departed = std::move(from.departed);
    from = begin_anew(std::move(from.guilds), true);
    from.departed = std::move(departed);
  }
  auto wanted = startup_.restore(from, quiet_now(), [this](snowflake guild) {
    return book_.list_of(guild) != nullptr;
  });
  book_.hold(startup_.awaited());
  for (auto guild : wanted)
    ask_for_startup(guild, true);
  set_auto_chunk({cfg_.auto_chunk, cfg_.chunk_presences});
  pace_.news_now(now());
}

shard_cut shard::cut(bool leaving) {
  shard_cut x;
  x.owner = cfg_.cut.owner;
  x.number = ++cuts_;
  if (!cfg_.keeps || untouchable_)
    return x;
  // A session that was lent is the bot's to resume (A1).
  auto session = link_.lent() ? saved_session{} : link_.session().saved();
  saved_sequence_ = link_.session().sequence();
  x.session = write_session({std::move(session), cfg_.intents, cfg_.id.count});
  rows_.write(startup_, book_, {quiet_now(), now()}, unrecorded_, leaving, x);
  x.report = report();
  x.report->begins = std::exchange(begins_, false);
  saved_state_ = x.report->state;
  save_due_ = never;
  return x;
}

shard_state shard::state() const {
  if (link_.ready() && link_.connected() && !failed_)
    return shard_state::connected;
  return progressed_ || failed_ ? shard_state::closed : shard_state::starting;
}

shard_report shard::report() const {
  shard_report x;
  x.state = state();
  chunking_progress figures;
  startup_.report(figures);
  x.guilds = figures.guilds;
  x.guilds_complete = figures.guilds_complete;
  if (!link_.session().session_id().empty())
    x.session_at = session_at_;
  return x;
}

void shard::save() {
  if (!cfg_.keeps || failed_)
    return;
  save_again_ = saving_;
  if (save_again_)
    return; // the store may be away for long
  saving_ = true;
  auto done = [this] {
    saving_ = false;
    if (std::exchange(save_again_, false) && !stopping_)
      save();
    settle();
  };
  // What came of it the supervisor is told.
  request(cfg_.keeper, caf::infinite, save_cut{cut(), {}})
      .then([done](const cut_saved&) { done(); },
            [done](const caf::error&) { done(); });
}

void shard::save_in_time() {
  auto may = cfg_.keeps && !stopping_ && !saving_ && !recording_ && !failed_
             && startup_.began();
  auto moved =
      may
      && (link_.session().sequence() != saved_sequence_
          || state() != saved_state_ || rows_.due(startup_, book_, now()));
  if (!moved)
    save_due_ = may ? rows_.again_at(book_) : never;
  else if (now() >= save_due_)
    save();
  else
    save_due_ = std::min(save_due_, next_save(now()));
}

void shard::record(shard_settled x) {
  if (recording_) {
    ++unrecorded_;
    untold_.push_back({nullptr, false, std::move(x)});
    return;
  }
  recording_ = true;
  request(cfg_.keeper, caf::infinite, save_cut{cut(), std::move(x)})
      .then([this](const cut_saved&) { tell_the_rest(); },
            [this](const caf::error&) { tell_the_rest(); });
}

void shard::tell_the_rest() {
  recording_ = false;
  // What is not recorded when it stops is left to the next owner.
  while (!recording_ && !untold_.empty()
         && !(stopping_ && untold_.front().settled)) {
    auto next = std::move(untold_.front());
    untold_.pop_front();
    if (next.tell) {
      next.tell();
    } else {
      --unrecorded_;
      record(*std::move(next.settled));
    }
  }
  settle();
}

caf::result<shard_cut> shard::stop(const stop_request& x) {
  auto promise = make_response_promise<shard_cut>();
  if (stopping_) {
    overtaken_ |= x.overtaken;
    moves_ &= x.moves;
    if (x.at_once)
      drain_until_ = now();
    also_stopping_.push_back(promise);
    return promise;
  }
  stopping_ = promise;
  overtaken_ = x.overtaken;
  moves_ = x.moves;
  // Without a next owner nothing is worth a wait.
  auto busy =
      (link_.hears() && book_.on_wire() > 0) || (moves_ && book_.ending() > 0);
  auto wait = !x.at_once && cfg_.keeps && busy;
  drain_until_ = wait ? now() + drain_time : now();
  return promise;
}

void shard::drain() {
  // What goes on elsewhere must not be about to end here.
  auto busy =
      (book_.on_wire() > 0 && link_.hears()) || (moves_ && book_.ending() > 0);
  if (!stopping_ || left_ || (busy && now() < drain_until_))
    return;
  left_ = true;
  if (overtaken_)
    disown();
  else if (!failed_)
    hand_over();
  for (auto& nonce : book_.all())
    finish_request(nonce, outcome::cancelled);
  link_.session().stop();
  link_.run(now());
}

void shard::disown() {
  for (auto& nonce : book_.all()) {
    to_request(nonce, release_request{true});
    book_.ended(nonce, now());
  }
}

void shard::hand_over() {
  if (moves_) { // it takes back what is on the wire, and ends nothing
    last_cut_ = cut();
    disown();
    return;
  }
  for (auto guild : book_.guilds())
    // What is asked of it ends here: the startup has to begin another one.
    if (!book_.hands_over(guild))
      startup_.set_begun(guild, startup_.begun(guild) + 1);
  // Before what is open ends; no later event is handled.
  last_cut_ = cut(true);
  if (!cfg_.keeps)
    return;
  for (auto& nonce : book_.all())
    if (book_.find(nonce)->is_handed_over()) {
      to_request(nonce, release_request{book_.find(nonce)->remote});
      book_.ended(nonce, now());
    }
}

void shard::count_settled() {
  // It may be another start of the bot than the one it settled in (C8).
  if (auto end = std::exchange(inherited_end_, std::nullopt))
    record(*std::move(end));
}

} // namespace muster
