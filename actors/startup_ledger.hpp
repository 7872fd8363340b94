#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "actors/guild_record.hpp"
#include "actors/startup_cut.hpp"
#include "actors/startup_order.hpp"
#include "actors/startup_result.hpp"
#include "actors/vain_ends.hpp"
#include "messages/event.hpp"
#include "messages/settings.hpp"
#include "messages/status.hpp"
#include "net/clock.hpp"
#include "net/event_data.hpp"

namespace muster {

/// The guilds of one shard, and when its startup is done (S1-S5, S7, S8).
/// Pure; `at` is always a reading of the shard's quiet_clock.
class startup_ledger {
public:
  /// What is to be done about a guild.
  enum class step : std::uint8_t {
    none,
    /// Ask for its members.
    chunk,
    /// Its members came with it (S2).
    whole,
  };

  using result = startup_result;

  explicit startup_ledger(const settings& cfg)
      : order_(cfg), create_timeout_(cfg.guild_create_timeout) {}

  /// READY: a startup begins and overtakes an unfinished one (S5).
  void begin(const std::vector<snowflake>& guilds, bool auto_chunk,
             timespan at);

  /// With `list_pending` requests for its whole list have not ended; what
  /// list_ended() is told of them then settles the guild.
  step created(const guild_create& x, bool list_pending, timespan at);
  void gone(const guild_delete& x, timespan at);

  /// The bot itself has asked for the whole list (S3).
  void requested(snowflake guild);

  /// A request for the whole list of a guild has ended. With `more_to_come`
  /// another one for this guild has not, and the verdict waits for that one.
  /// A verdict that there is already can only become better.
  void list_ended(const chunk_request_finished& x, bool more_to_come = false);

  /// A connection has ended. When that has happened `limit` times in a row
  /// without more guilds having been created than ever, those still awaited
  /// count as missed (Q13); gives them. What the bot may still ask itself is
  /// waited for no longer either.
  std::vector<snowflake> connection_ended(std::uint32_t limit);

  /// A guild whose request ends connections: missed, and not asked for again
  /// until a startup has ended (Q13).
  void spoil(snowflake guild) {
    spoiled_.insert(guild);
    ++version_;
  }
  bool is_spoiled(snowflake guild) const { return spoiled_.count(guild) != 0; }

  /// Switches chunking; gives the guilds to be asked for now.
  std::vector<snowflake> set_auto_chunk(bool on);

  void member_added(snowflake guild);
  void member_removed(snowflake guild);

  /// Guilds whose GUILD_CREATE is overdue count as missed from here on; gives
  /// those that have just become so.
  std::vector<snowflake> tick(timespan at);
  /// When tick() has something to do, as a reading of the quiet_clock.
  std::optional<timespan> due() const;

  /// The end of the startup, once.
  std::optional<result> take_result(timespan at);

  /// Requests that the startup has begun for a guild in this session.
  std::uint32_t begun(snowflake guild) const {
    auto g = find(guild);
    return g == nullptr ? 0 : g->begun;
  }
  void set_begun(snowflake guild, std::uint32_t n);

  // -- cuts (C6) --------------------------------------------------------------
  /// What another process can go on from, without its guilds.
  startup_cut cut(timespan at) const;
  using guilds_with_lists = std::function<bool(snowflake)>;
  /// Goes on from one with its guilds. `has_list`: requests for whole lists
  /// that go on, too. Gives the guilds to be asked for now.
  std::vector<snowflake> restore(const startup_cut& x, timespan at,
                                 const guilds_with_lists& has_list = nullptr);
  /// What has changed of the guilds since this was asked last.
  guild_changes take_changes();
  guild_changes all_guilds() const;
  /// Grows when a cut would be another one.
  std::uint64_t version() const { return version_; }
  /// Guilds whose GUILD_CREATE has not come.
  std::vector<snowflake> awaited() const;

  bool began() const { return began_; }
  bool finished() const { return finished_; }
  /// True if the bot is in this guild, as far as is known.
  bool knows(snowflake guild) const { return guilds_.count(guild) != 0; }
  /// True for a guild of the startup that has no verdict.
  bool counts(snowflake guild) const {
    auto g = find(guild);
    return g != nullptr && g->open;
  }
  /// Guilds of the startup that have not been created.
  std::size_t awaiting() const { return open_in(phase::awaited); }
  bool is_unavailable(snowflake guild) const {
    auto g = find(guild);
    return g != nullptr && g->phase == phase::unavailable;
  }
  guild_state state_of(snowflake guild) const;
  /// For the order of startup: pinned first, then small ones (S7).
  std::uint64_t rank_of(snowflake guild) const;
  /// Guilds, complete, failed and members of the present startup; the rest of
  /// the figures is for the shard to fill in.
  void report(chunking_progress& out) const;
  std::size_t guild_count() const { return guilds_.size(); }
  /// Guilds of the startup without a verdict.
  std::size_t pending() const;

private:
  using phase = guild_phase;
  using guild = guild_record;

  const guild* find(snowflake id) const;
  void touch(snowflake id) {
    changed_.insert(id);
    ++version_;
  }
  void move(guild& x, phase to);
  std::size_t open_in(phase x) const {
    return open_[static_cast<std::size_t>(x)];
  }
  /// Takes a bad verdict back, for a newer one; that of an outage only if the
  /// guild is complete after all.
  void reopen(snowflake id, guild& x, bool complete = false);
  /// It waits for what the bot may ask itself (S3).
  bool is_silent() const;
  /// The startup's verdict on a guild; later changes are not its business.
  void close(guild& x);
  /// One that was awaited is here, or gone.
  void count_created() {
    ++created_;
    hurried_ = hurried_ && !vain_ends_.exceeded_by(created_);
  }
  /// What came of lists that have ended, without one that is to come.
  static phase verdict_of(guild& x) {
    x.tried = false;
    auto all = std::exchange(x.all_came, false);
    auto some = std::exchange(x.some_came, false);
    return all ? phase::complete : some ? phase::incomplete : phase::missed;
  }
  /// Nobody waits for its GUILD_CREATE any longer.
  void give_up(snowflake id, guild& x);
  void close_as(snowflake id, guild& x, phase verdict);

  startup_order order_;
  timespan create_timeout_;
  std::unordered_map<snowflake, guild> guilds_;
  departed_guilds departed_;
  /// Complete in another process: their members are there (C10).
  std::unordered_set<snowflake> elsewhere_;
  /// Open guilds by phase.
  std::size_t open_[guild_phases] = {};
  /// Guilds, open or not, whose GUILD_CREATE has not come.
  std::size_t awaited_ = 0;
  /// Not to be asked for before a startup has ended.
  std::unordered_set<snowflake> spoiled_;
  /// Guilds that this startup has seen.
  std::size_t created_ = 0;
  /// Since a startup has ended.
  vain_ends vain_ends_;
  /// It waits for no request of the bot's: connections end all the time.
  bool hurried_ = false;
  result result_;
  timespan last_create_{0};
  bool auto_chunk_ = false;
  bool began_ = false;
  bool finished_ = false;
  /// Since take_changes(): these guilds, or all of them.
  std::unordered_set<snowflake> changed_;
  bool all_changed_ = false;
  std::uint64_t version_ = 0;
};

} // namespace muster
