#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/test/dsl.hpp>
#include <nlohmann/json_fwd.hpp>

#include "actors/config.hpp"
#include "messages/internal/actors.hpp"
#include "net/connection.hpp"
#include "tests/support/model.hpp"
#include "tests/support/model_chronicle.hpp"

namespace muster::test {

/// The same numbers for the same seed everywhere (splitmix64).
class dice {
public:
  explicit dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();
  /// One of 0 to n-1.
  std::uint64_t below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }
  /// From `from` to `to`, both included.
  std::uint64_t between(std::uint64_t from, std::uint64_t to) {
    return from + below(to - from + 1);
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  /// Evenly distributed up to `d`, in milliseconds.
  timespan upto(timespan d);
  template <class T, std::size_t N>
  const T& one_of(const T (&all)[N]) {
    return all[below(N)];
  }

private:
  std::uint64_t state_;
};

using model_fixture = test_coordinator_fixture<muster::config>;

/// One schedule: a bot and its gateway, whose every deed the dice decide.
struct model_schedule {
  model_schedule(model_fixture& world, std::uint64_t seed, bool trace,
                 coverage& seen);

  std::string run();

private:
  using attempt = chronicle::attempt;

  /// A connection whose other end is the gateway of the schedule.
  struct link final : connection {
    link(model_schedule& owner, std::shared_ptr<connection_sink> to, int n)
        : gateway(owner), sink(std::move(to)), number(n) {}

    void open(std::string) override { gateway.opening(*this); }
    void send(std::string text, std::uint64_t ticket) override {
      gateway.sent(*this, text, ticket);
    }
    void consumed(std::size_t) override {}
    void close(std::uint16_t code) override {
      gateway.closed_by_shard(*this, code);
    }

    model_schedule& gateway;
    std::shared_ptr<connection_sink> sink;
    int number;
    /// Known from identify or resume on.
    int shard = -1;
    /// The shard has closed it; the gateway says nothing more.
    bool closing = false;
    bool over = false;
    bool deaf = false;
    /// It has ended with a close code that ends its shard.
    bool fatal = false;
    timespan interval{0};
    std::optional<time_point> last_beat;
    time_point busy_until{};
  };

  /// A dispatch, kept for a resume.
  struct utterance {
    std::string text;
    /// Called when the shard has read it.
    std::function<void()> heard;
  };

  /// The gateway's side of a shard.
  struct shard_side {
    enum class place { absent, here, outage };

    std::uint32_t index = 0;
    /// The latest READY; 0: none.
    int session = 0;
    /// The latest READY that the shard has read.
    int heard_session = 0;
    /// What it has read of guilds before that of its session.
    std::vector<chronicle::news> early;
    bool resumable = false;
    /// It has ended in a way that the shard can't know.
    bool misled = false;
    /// Resumes in a row that the shard has tried without RESUMED or READY.
    int vain = 0;
    /// It has ended; the shard may not have read so yet.
    bool invalid = false;
    link* live = nullptr;
    /// Never starts anew: it tells all dispatches apart.
    std::uint64_t sequence = 0;
    std::uint64_t last_heard = 0;
    std::map<std::uint64_t, utterance> history;
    /// What is said when the session has been resumed.
    std::vector<std::function<void()>> missed;
    std::map<snowflake, place> guilds;
  };

  // -- model.cpp: time and course ---------------------------------------------
  time_point now() const { return base.sched.clock().current_time; }
  void after(timespan d, std::function<void()> f) {
    events.emplace(now() + d, std::move(f));
  }
  void advance(time_point until);
  /// Runs all actors, in whatever order.
  void flush();
  /// The step of what happens now: mailboxes are worked off in the next run.
  std::uint64_t stamp() const { return running ? step : step + 1; }
  void draw_settings();
  void draw_moods();
  void start();
  bool settled() const;
  bool startup_settled(const shard_side& s) const;
  bool has_finished(const shard_side& s, std::uint64_t from) const;
  void one_thing();
  void stop();
  void clean_up(std::size_t actors_before);
  void wrong(std::string text) { told.wrong.push_back(std::move(text)); }
  template <class... Ts>
  void trace(Ts&&... xs);
  void print(const std::string& text) const;

  // -- model_gateway.cpp: connections ----------------------------------------
  std::shared_ptr<connection> connect(std::shared_ptr<connection_sink> sink);
  void opening(link& x);
  void greet(link& x);
  void sent(link& x, const std::string& text, std::uint64_t ticket);
  attempt request_in(const nlohmann::json& d);
  void note_request(link& x, const nlohmann::json& d);
  void closed_by_shard(link& x, std::uint16_t code);
  void read(link& x, const nlohmann::json& payload, std::size_t number);
  void say(link& x, const std::string& text, bool binary = false);
  void end(link& x, std::uint16_t code);
  void over(link& x);
  void misled(link& x);
  void check_beats(link& x);
  void disturb(link& x);
  void babble(link& x);
  std::uint16_t passing_code();
  std::uint16_t fatal_code();

  // -- model_sessions.cpp: who identifies, who resumes ------------------------
  void identified(link& x, shard_side& s);
  void resumed(link& x, const nlohmann::json& d);
  void resume(link& x, shard_side& s, std::uint64_t from);
  bool refuse_to_resume(link& x, shard_side& s);
  void resume_in_vain(link& x, shard_side& s, std::uint64_t from);
  void begin_session(link& x, shard_side& s);
  void tell_guilds(shard_side& s, const std::vector<snowflake>& list);

  // -- model_answers.cpp: what the gateway tells ------------------------------
  /// Says a dispatch of sequence ++s.sequence on the live connection.
  void utter(shard_side& s, std::string text, std::function<void()> heard);
  /// Now, when the session has been resumed, or never.
  void deliver(shard_side& s, int session, std::function<void()> f);
  void asked(link& x, std::size_t number);
  void answer(shard_side& s, std::size_t number);
  void say_chunk(shard_side& s, const std::string& nonce, snowflake guild,
                 std::int64_t index, std::int64_t count, std::uint32_t members,
                 std::vector<snowflake> not_found = {});
  void say_nonsense(shard_side& s, const std::string& nonce, snowflake guild,
                    std::int64_t count);
  void note_arrival(shard_side& s, std::string chunk, bool dropped);
  void speak_as_another(shard_side& s);
  void refuse(shard_side& s, const attempt& to, bool with_nonce);
  /// The first `sent` attempts had left when it was said.
  void refused(shard_side& s, snowflake guild, const std::string& nonce,
               timespan wait, std::size_t sent);
  void create(shard_side& s, int session, snowflake guild);
  void lose(shard_side& s, int session, snowflake guild, bool outage);
  void come_or_go(shard_side& s, snowflake guild);
  void note(shard_side& s, snowflake guild, chronicle::news::kind is,
            std::uint64_t members = 0);
  void note_early(shard_side& s);

  // -- model_poison.cpp: what ends the connection each time -------------------
  void draw_poison();
  bool is_poison(snowflake guild, chronicle::poison::what is) const;
  /// Its poison does not end when the gateway behaves.
  bool never_calm(const shard_side& s) const;
  /// Ends a connection; on account of an attempt, if it has a nonce.
  void poison(link& x, const std::string& nonce);
  void poison_answer(shard_side& s, std::size_t number);
  void say_poison(shard_side& s, const attempt& to);
  void say_poison_creation(shard_side& s, int session, snowflake guild);

  // -- model_bot.cpp: what the bot asks ---------------------------------------
  void ask(snowflake guild, bool joins = false);
  guild_members_request some_request(snowflake guild, bool joins);
  void spoil(guild_members_request& x);
  void send_question(chronicle::question& q);
  void cancel(chronicle::question& q);
  void cancel_one();
  void kill();
  void switch_chunking();
  void flood();
  void everything_at_once();
  const attempt* open_list(shard_side& s) const;

  // -- model_listeners.cpp ----------------------------------------------------
  void spawn_recorder();
  /// One who answers events with errors, or has no handler for them.
  void spawn_erring();
  void heard(const dispatch& x);
  void listen_late();
  void dawdle();
  void catch_up(std::size_t dawdler);

  std::string nonce_name(const char* prefix) {
    return prefix + std::to_string(++names);
  }
  void count(const std::string& what) { ++seen[what]; }
  shard_side& any_shard() { return sides[roll.below(sides.size())]; }
  snowflake any_guild(shard_side& s);

  model_fixture& base;
  dice roll;
  /// Of the scheduler.
  dice order;
  /// Of the moods, so that schedules without any are as they were.
  dice mood;
  bool tracing;
  coverage& seen;
  chronicle told;
  std::multimap<time_point, std::function<void()>> events;
  std::vector<std::shared_ptr<link>> links;
  std::vector<shard_side> sides;
  /// Requests of others of which no chunk has been read.
  std::map<std::string, attempt> foreigners;
  std::vector<caf::actor> askers;
  std::vector<caf::actor> receivers;
  /// Those of `told.dawdlers`, and what they have not let go of.
  std::vector<caf::actor> dawdlers;
  std::vector<std::vector<guild_members_chunk>> piles;
  supervisor_actor supervisor;
  caf::actor recorder;
  time_point began{};
  std::uint64_t step = 0;
  std::uint64_t place = 0;
  int sessions = 0;
  int names = 0;
  std::uint64_t switched = 0;
  bool running = false;
  /// Nothing runs until all has been said.
  bool holding = false;
  bool shuffled = false;
  bool calm = false;
  bool stuck = false;
  int stops = 0;
  bool auto_chunk = true;
  /// No resume succeeds until the gateway behaves.
  bool vain_resumes = false;
  /// Percent of poisoned ends after which the session goes on.
  unsigned spares_session = 100;
  /// After READY; the others come within 1.5 s if the gateway behaves.
  std::optional<timespan> poison_wait;
  /// The poison is among what a resume brings, before RESUMED.
  bool comes_with_resume = false;
  /// Percent of answers with something wrong, and of handshakes.
  unsigned trouble = 0;
  unsigned lag = 0;
};

template <class... Ts>
void model_schedule::trace(Ts&&... xs) {
  if (!tracing)
    return;
  auto show = [](auto&& x) {
    if constexpr (std::is_arithmetic_v<std::decay_t<decltype(x)>>)
      return std::to_string(x);
    else if constexpr (std::is_same_v<std::decay_t<decltype(x)>, snowflake>)
      return "g" + std::to_string(x.value >> 22);
    else
      return std::string{x};
  };
  std::string text;
  ((text += show(xs)), ...);
  print(text);
}

} // namespace muster::test
