// What ends the connection each time.

#include <utility>

#include "tests/support/model_schedule.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

/// Close codes after which the session goes on, and those after which it does
/// not.
constexpr std::uint16_t sparing_codes[] = {0, 4000, 4001, 4002, 4008};
constexpr std::uint16_t costly_codes[] = {1000, 1001, 4003, 4007, 4009};

} // namespace

void model_schedule::draw_poison() {
  auto& s = sides[mood.below(sides.size())];
  if (!mood.chance(10) || s.guilds.empty())
    return;
  using kind = chronicle::poison;
  constexpr kind::what kinds[] = {kind::request, kind::answer,
                                  kind::half_answer, kind::creation};
  constexpr const char* names[] = {"request", "answer", "half answer",
                                   "GUILD_CREATE"};
  auto is = mood.one_of(kinds);
  told.poisoned = {s.guilds.begin()->first, is, mood.chance(50)};
  spares_session = mood.chance(60) ? 100 : mood.chance(60) ? 0 : 50;
  comes_with_resume = mood.chance(40);
  if (mood.chance(50))
    poison_wait = mood.chance(30) ? 0s : 2s;
  count("mood poison");
  trace("poison: ", names[is], " of ", told.poisoned->guild,
        ", session spared ", spares_session, "%",
        comes_with_resume ? ", comes with a resume" : "",
        !poison_wait         ? ""
        : *poison_wait == 0s ? ", comes first"
                             : ", comes last",
        told.poisoned->lasts ? ", lasts" : "");
}

bool model_schedule::is_poison(snowflake guild,
                               chronicle::poison::what is) const {
  auto& p = told.poisoned;
  return p && p->guild == guild && p->is == is && (!calm || p->lasts);
}

bool model_schedule::never_calm(const shard_side& s) const {
  auto& p = told.poisoned;
  return p && p->lasts && s.guilds.count(p->guild) != 0;
}

void model_schedule::poison(link& x, const std::string& nonce) {
  if (x.closing || x.over)
    return;
  trace("it is poison");
  if (calm)
    count("fault poison that lasts");
  auto& spans = told.connected[static_cast<std::size_t>(x.shard)];
  if (!nonce.empty() && !spans.empty() && spans.back().to == never)
    told.struck.push_back({stamp(), x.number, now(), nonce});
  auto spare = mood.chance(spares_session);
  if (!mood.chance(30)) {
    end(x, spare ? mood.one_of(sparing_codes) : mood.one_of(costly_codes));
  } else if (spare && mood.chance(60)) {
    count("fault op 7");
    say(x, reconnect());
  } else {
    count(spare ? "fault op 9 true" : "fault op 9 false");
    auto& s = sides[static_cast<std::size_t>(x.shard)];
    s.invalid |= !spare;
    say(x, invalid_session(spare));
  }
}

void model_schedule::poison_answer(shard_side& s, std::size_t number) {
  auto wait = mood.upto(mood.chance(80) ? 300ms : 4s);
  after(wait, [this, &s, to = told.attempts[number]] {
    deliver(s, to.session, [this, &s, to] { say_poison(s, to); });
  });
}

void model_schedule::say_poison(shard_side& s, const attempt& to) {
  if (s.live == nullptr)
    return;
  auto half = is_poison(to.guild, chronicle::poison::half_answer);
  if (!half && !is_poison(to.guild, chronicle::poison::answer))
    return; // the gateway has come to its senses and forgotten it
  count(half ? "fault poison half answer" : "fault poison answer");
  if (half)
    say_chunk(s, to.nonce, to.guild, 0, to.whole_list ? 3 : 2, 2);
  if (s.live == nullptr)
    return;
  poison(*s.live, to.nonce);
  if (!half && comes_with_resume)
    s.missed.push_back([this, &s, to] { say_poison(s, to); });
}

void model_schedule::say_poison_creation(shard_side& s, int session,
                                         snowflake guild) {
  count("fault poison GUILD_CREATE");
  poison(*s.live, {});
  s.missed.push_back([this, &s, session, guild] {
    if (comes_with_resume)
      create(s, session, guild);
    else
      after(mood.upto(1500ms), [this, &s, session, guild] {
        if (s.guilds[guild] == shard_side::place::here)
          create(s, session, guild);
      });
  });
}

} // namespace muster::test
