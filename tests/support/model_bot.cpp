// What the bot asks.

#include <algorithm>
#include <iterator>
#include <utility>

#include "messages/errc.hpp"
#include "tests/support/model_schedule.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

snowflake model_schedule::any_guild(shard_side& s) {
  if (s.guilds.empty())
    return snowflake{(std::uint64_t{9000} * sides.size() + s.index) << 22};
  auto i = s.guilds.begin();
  std::advance(i, static_cast<std::ptrdiff_t>(roll.below(s.guilds.size())));
  return i->first;
}

guild_members_request model_schedule::some_request(snowflake guild,
                                                   bool joins) {
  guild_members_request x;
  auto what = joins ? 9 : roll.below(10);
  if (what < 2) {
    count("request search");
    x = guild_members_request::search(guild, nonce_name("name"), 10);
    x.nonce = nonce_name("u");
  } else if (what < 4) {
    count("request users");
    x = guild_members_request::users(
        guild, {snowflake{static_cast<std::uint64_t>(++names)}});
    x.nonce = nonce_name("u");
  } else if (what < 5) {
    count("request whole list of its own");
    x = guild_members_request::whole_list(guild);
    x.with_nonce(nonce_name("u"));
  } else {
    count("request whole list");
    x = guild_members_request::whole_list(guild);
    x.nonce = roll.chance(90) ? nonce_name("u") : "";
  }
  if (roll.chance(40))
    x.with_attempts(static_cast<std::int32_t>(roll.between(1, 3)));
  if (roll.chance(15))
    x.with_presences();
  if (roll.chance(10))
    x.timeout = std::chrono::seconds(roll.between(1, 20));
  if (roll.chance(10))
    x.first_response_timeout = std::chrono::seconds(roll.between(1, 20));
  if (!joins && roll.chance(15)) {
    count("request with members");
    x.with_members(static_cast<std::uint32_t>(roll.between(1, 10)));
  }
  return x;
}

void model_schedule::spoil(guild_members_request& x) {
  count("request refused");
  switch (roll.below(6)) {
  case 0:
    x.nonce.append(40, 'x');
    break;
  case 1:
    x.limit = 101;
    break;
  case 2:
    x.max_attempts = -1;
    break;
  case 3:
    x.guild_id = snowflake{};
    break;
  case 4:
    x.timeout = -1s;
    break;
  default:
    // Nonces are a shard's, so the same shard has to be asked.
    if (!told.questions.empty()) {
      auto& other = *told.questions.back();
      // Who was killed may not have got round to asking.
      if (other.valid && !other.error && !other.killed
          && !other.request.nonce.empty() && now() < other.at + 4min) {
        x.guild_id = other.request.guild_id;
        x.nonce = other.request.nonce;
        break;
      }
    }
    x.nonce.append(33, 'x');
    break;
  }
}

void model_schedule::ask(snowflake guild, bool joins) {
  auto q = std::make_unique<chronicle::question>();
  auto& x = q->request;
  x = some_request(guild, joins);
  q->streamed = !joins && roll.chance(15);
  if (q->streamed)
    count("request streamed");
  if (!holding && !joins && roll.chance(10)) {
    q->valid = false;
    spoil(x);
  }
  trace("the bot asks for ", guild, " as ", x.nonce,
        x.asks_whole_list() ? " (whole" : " (some",
        x.joinable ? ", joinable" : "", q->streamed ? ", streamed" : "",
        ", attempts ", x.max_attempts, ", members ", x.answer_limit,
        q->valid ? ")" : ") wrongly");
  q->step = stamp();
  q->at = now();
  q->after_stop = told.stopped.has_value();
  q->shard =
      static_cast<std::uint32_t>((x.guild_id.value >> 22) % sides.size());
  told.questions.push_back(std::move(q));
  send_question(*told.questions.back());
  if (roll.chance(80))
    flush();
}

void model_schedule::send_question(chronicle::question& q) {
  auto to = &q;
  caf::actor receiver;
  if (q.streamed) {
    receiver = base.sys.spawn([this, to](caf::event_based_actor*) {
      return caf::behavior{[this, to](const guild_members_chunk& y) {
        to->stream.push_back({step, y});
      }};
    });
    receivers.push_back(receiver);
  }
  askers.push_back(
      base.sys.spawn([this, to, receiver](caf::event_based_actor* asker) {
        auto done = [this, to](const chunk_request_finished& y) {
          to->answer = y;
          to->answered = step;
          ++to->answers;
        };
        auto refused = [this, to](const caf::error& e) {
          to->error = e;
          to->answered = step;
          ++to->answers;
          count("answer " + to_string(code_of(e)));
        };
        if (receiver)
          asker
              ->request(supervisor, caf::infinite,
                        stream_members_request{to->request, receiver})
              .then(done, refused);
        else
          asker->request(supervisor, caf::infinite, to->request)
              .then(done, refused);
      }));
}

void model_schedule::cancel(chronicle::question& q) {
  auto to = &q;
  trace("the bot cancels ", q.request.nonce);
  count("request cancel");
  // A new actor's first message would come after all that is waiting.
  auto open = q.answers == 0 && !q.killed && q.valid && !holding;
  base.sys.spawn([this, to, open](caf::event_based_actor* self) {
    self->request(supervisor, caf::infinite,
                  cancel_request{to->request.guild_id, to->request.nonce})
        .then([this, to] { to->withdrawn = step; },
              [this, to, open](const caf::error& e) {
                if (open && code_of(e) != errc::not_running)
                  wrong("the open request " + to->request.nonce
                        + " could not be cancelled: " + to_string(e));
              });
  });
  flush();
}

void model_schedule::cancel_one() {
  if (told.questions.empty())
    return;
  flush();
  auto& q = *told.questions[roll.below(told.questions.size())];
  if (!q.valid || q.request.nonce.empty())
    return; // its nonce may be another's
  if (roll.chance(90)) {
    cancel(q);
    return;
  }
  count("request cancel of nothing");
  base.sys.spawn(
      [this, guild = q.request.guild_id](caf::event_based_actor* self) {
        self->request(supervisor, caf::infinite,
                      cancel_request{guild, "unheard-of"})
            .then([this] { wrong("a request was cancelled that never was"); },
                  [](const caf::error&) {});
      });
  flush();
}

void model_schedule::kill() {
  if (askers.empty())
    return;
  auto i = roll.below(askers.size());
  auto& q = *told.questions[i];
  if (q.answers == 0 && !q.killed) {
    trace("the caller of ", q.request.nonce, " is killed");
    count("request whose caller dies");
    q.killed = true;
  }
  anon_send_exit(askers[i], caf::exit_reason::kill);
}

void model_schedule::switch_chunking() {
  auto_chunk = !auto_chunk;
  told.auto_chunk_always = false;
  switched = stamp();
  trace("chunking is switched ", auto_chunk ? "on" : "off");
  count(auto_chunk ? "setting chunking on" : "setting chunking off");
  anon_send(supervisor, auto_chunk_request{auto_chunk, roll.chance(50)});
  flush();
}

void model_schedule::flood() {
  trace("the bot sends much");
  count("request command");
  auto n = roll.between(100, 300);
  if (mood.chance(20)) {
    count("request command beyond the queue");
    n += 1000;
  }
  for (std::uint64_t i = 0; i < n; ++i) {
    gateway_command x;
    x.op = 3;
    x.data = "{\"since\":null}";
    anon_send(supervisor, x);
  }
  flush();
}

const chronicle::attempt* model_schedule::open_list(shard_side& s) const {
  for (auto i = told.attempts.rbegin(); i != told.attempts.rend(); ++i)
    if (i->whole_list && !i->foreign && i->shard == s.index
        && i->session == s.session && now() < i->sent + 10s)
      return &*i;
  return nullptr;
}

/// The last chunks of a list, who joins it, who cancels it, the end of its
/// guild and of its connection meet in the mailboxes.
void model_schedule::everything_at_once() {
  auto& s = any_shard();
  std::vector<std::function<void()>> all;
  auto maybe = [&](unsigned percent, auto f) {
    if (roll.chance(percent))
      all.emplace_back(std::move(f));
  };
  auto guild = any_guild(s);
  if (auto open = open_list(s); open != nullptr) {
    auto list = *open;
    guild = list.guild;
    auto n = list.planned != 0 ? list.planned
                               : static_cast<std::int64_t>(roll.between(1, 3));
    for (std::int64_t i = 0; i < n; ++i)
      maybe(90, [this, &s, list, i, n] {
        if (s.session == list.session)
          say_chunk(s, list.nonce, list.guild, i, n, 2);
      });
    maybe(15, [this, &s, list] { refuse(s, list, true); });
  }
  flush();
  for (auto& q : told.questions)
    if (q->answers == 0 && q->valid && q->request.guild_id == guild
        && !q->request.nonce.empty())
      maybe(25, [this, to = q.get()] { cancel(*to); });
  maybe(40, [this, guild] { ask(guild, true); });
  maybe(20, [this, guild] { ask(guild, true); });
  maybe(10, [this, guild] { ask(guild); });
  if (s.session != 0 && s.guilds.count(guild) != 0) {
    maybe(25,
          [this, &s, guild] { lose(s, s.session, guild, roll.chance(50)); });
    maybe(15, [this, &s, guild] { create(s, s.session, guild); });
  }
  maybe(5, [this] { switch_chunking(); });
  maybe(5, [this] { kill(); });
  maybe(5, [this] { listen_late(); });
  if (s.live != nullptr)
    maybe(10, [this, x = s.live] { disturb(*x); });
  for (auto i = all.size(); i > 1; --i)
    std::swap(all[i - 1], all[roll.below(i)]);
  trace("all at once: ", all.size());
  count("race");
  holding = true;
  for (auto& f : all)
    f();
  holding = false;
  flush();
}

} // namespace muster::test
