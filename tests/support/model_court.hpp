#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/model_chronicle.hpp"

namespace muster::test {

/// Judges one schedule. What happens within a step has no order but that of
/// events to one listener, so each rule allows for all orders there.
struct model_court {
  explicit model_court(const chronicle& c);

  void judge_all();

  std::string text;

private:
  using attempt = chronicle::attempt;
  using question = chronicle::question;
  using delivery = chronicle::delivery;
  using news = chronicle::news;
  using begun = chronicle::begun;
  using ended = chronicle::told<chunk_request_finished>;
  using settled = chronicle::told<shard_finished_chunking>;
  using numbers = std::vector<std::size_t>;

  /// What an attempt has, by the rules of Q5.
  struct tally {
    std::int64_t count = 0;
    std::set<std::int64_t> seen;
    std::uint64_t members = 0;
    std::set<snowflake> not_found;

    bool add(const delivery& x);
    std::size_t missing() const {
      return static_cast<std::size_t>(count) - seen.size();
    }
    bool fits(const chunk_request_finished& x) const;
  };

  template <class... Ts>
  void wrong(Ts&&... parts) {
    text += "\n  ";
    ((text += parts), ...);
  }

  // -- model_judge.cpp: requests and their figures ----------------------------
  void assign();
  std::vector<const delivery*> deliveries_of(const attempt& a) const;
  /// Before the step of `e`, and after each chunk in it.
  std::vector<tally> tallies(const attempt& a, std::uint64_t step) const;
  void judge_ends();
  void judge_end(const ended& e);
  void judge_figures(const std::string& name, const ended& e,
                     const numbers& mine);
  void judge_attempts(const std::string& name, const ended& e,
                      const numbers& mine);
  /// Who is known to have called the request.
  std::vector<const question*> callers(const std::string& nonce) const;
  bool is_list(const ended& e) const;
  /// Of its sends, those that nobody got included; the largest number if
  /// there is none.
  std::uint64_t first_sent(const ended& e) const;
  bool is_certain(const std::string& nonce) const {
    return uncertain.count(nonce) == 0;
  }

  // -- model_judge_causes.cpp: why requests end -------------------------------
  void judge_causes();
  void judge_cause(const ended& e);
  bool guild_was_lost(const ended& e) const;
  bool session_was_lost(const ended& e) const;
  bool has_ended_connections(const ended& e) const;
  bool was_cancelled(const ended& e) const;
  bool was_refused(const ended& e) const;
  void judge_patience(const std::string& name, const ended& e);
  void judge_effects();
  timespan quiet(std::uint32_t shard, time_point from, time_point to) const;
  /// The last news of a guild in its session, or null.
  const news* last_news(snowflake guild, std::uint64_t step) const;
  std::uint64_t accepted(const ended& e) const;

  // -- model_judge_answers.cpp: callers and listeners -------------------------
  void judge_answers();
  void judge_answer(const std::string& name, const question& q);
  void judge_stream(const std::string& name, const question& q);
  void judge_refusal(const std::string& name, const question& q);
  void judge_latecomer(const chronicle::latecomer& x);
  void judge_dawdler(const chronicle::dawdler& x);

  // -- model_judge_startup.cpp: E2-E4 -----------------------------------------
  void judge_startups();
  void judge_startup(const begun& r, std::uint64_t until);
  void judge_lists(const std::string& name, const begun& r, const settled& e);
  void judge_guild(const std::string& name, const begun& r, const settled& e,
                   snowflake guild);
  void judge_order(const std::string& name, const begun& r, const settled& e);
  std::uint64_t last_end(const begun& r) const;
  bool given_up(const begun& r, std::uint64_t step) const;
  bool spoiled(const begun& r, const settled& e, snowflake guild) const;
  bool created_in_time(const begun& r, const settled& e, snowflake guild) const;
  bool came_back(const begun& r, const settled& e, snowflake guild) const;
  void judge_finish();
  void judge_sums(const chronicle::told<finished_chunking>& e);
  struct sum {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
  };
  void add_up(const begun& r, const settled& e, sum& guilds,
              sum& members) const;

  // -- model_judge_poison.cpp: what ends connections --------------------------
  void judge_poison();
  void judge_suspect(const ended& e);
  bool is_spoiled_for_ever(const begun& r) const;
  std::size_t enough_ends(snowflake guild) const;
  const attempt* struck_attempt(const chronicle::strike& s,
                                const numbers& mine) const;
  std::size_t chunks_by(const numbers& mine, std::uint64_t step) const;

  // -- model_judge_wire.cpp ---------------------------------------------------
  void judge_wire();
  const delivery* first_chunk(const attempt& a, std::uint64_t before) const;
  bool left(const attempt& a, std::uint64_t before) const;
  /// Its request has, or may have, ended by then.
  bool surely_over(const attempt& a, std::uint64_t step) const;
  bool maybe_over(const attempt& a, std::uint64_t step) const;
  void judge_in_flight();
  void judge_nonce(std::size_t i);
  void judge_cooldown(std::size_t i);
  time_point allowed(const attempt& next, const attempt& earlier) const;

  const chronicle& x;
  std::map<std::string, const ended*> ends;
  std::map<std::string, const question*> asked;
  /// Of each attempt: the requests that it may belong to.
  std::map<std::size_t, std::vector<std::string>> owners;
  std::map<std::string, numbers> of_request;
  /// Requests whose attempts cannot be told from another's.
  std::set<std::string> uncertain;
};

} // namespace muster::test
