#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "tests/support/stall_meter.hpp"
#include "tests/support/wire_bot.hpp"

namespace muster::test {

/// So many seeds have every kind of fault, and so many every plan.
extern const std::uint32_t seeds_for_kinds;
extern const std::uint32_t seeds_for_all;

/// A request that the test makes, and what its answer is if it is complete.
struct wire_wish {
  enum kind { list, own_list, search, users, nobody_there, reused } is = list;

  wire_question question;
  std::uint32_t chunk_count = 1;
  std::uint64_t members = 0;
  std::vector<snowflake> not_found;
  /// Asked right before the bot stopped.
  bool late = false;
  /// A cancel was sent for it.
  bool withdrawn = false;
  /// What its receiver got, if it was streamed.
  caf::actor receiver;
  std::shared_ptr<std::vector<guild_members_chunk>> stream;
};

/// One run: a gateway with a seed's faults, and a bot whose user asks for all
/// kinds of things.
class wire_schedule {
public:
  explicit wire_schedule(std::uint32_t seed)
      : random_(seed), world_(make_world(seed)), gateway_(world_),
        ids_(gateway_.guild_ids()), bot_(make_settings()) {}

  /// Gives what was wrong, or nothing.
  std::string play();

  /// What was asked and heard, a line each.
  std::string trace() const;

  const sim::counters& counts() const { return counts_; }

private:
  static constexpr std::uint32_t shard_count = 2;
  static constexpr std::uint32_t list_chunks = 7;
  /// What `corrupt:what=nonce` sends (Q4).
  static constexpr const char* foreign_nonce = "nobody-asked";

  std::uint32_t below(std::uint32_t n) { return random_() % n; }
  sim::options make_world(std::uint32_t seed);
  settings make_settings();

  // -- the bot's user
  wire_wish choose();
  void ask(int times, bool late = false);
  void cancel_one();
  void drain_streams();

  // -- what has been heard, in order
  template <class T, class F>
  void each(F f, std::size_t from, std::size_t to) const {
    for (auto i = from; i < to; ++i)
      if (auto x = std::get_if<T>(&bot_.log[i]))
        f(*x, i);
  }
  template <class T, class F>
  void each(F f) const {
    each<T>(f, 0, bot_.log.size());
  }
  bool settled() const;
  bool failed(std::uint32_t shard) const;
  std::size_t readies(std::uint32_t shard) const;
  bool struck(const char* kind) const { return counts_.faults.count(kind) > 0; }

  // -- the judge
  template <class... Ts>
  void wrong(const Ts&... xs) {
    ((text_ << xs), ..., (text_ << '\n'));
  }
  template <class... Ts>
  void must(bool holds, const Ts&... xs) {
    if (!holds)
      wrong(xs...);
  }
  void judge();
  void judge_ends();
  void judge_end(const chunk_request_finished& x, std::size_t place);
  void judge_answers();
  void judge_answer(const wire_wish& w);
  void judge_refusal(const wire_wish& w);
  void judge_stream(const wire_wish& w);
  void judge_startups(std::uint32_t shard);
  void judge_startup(std::uint32_t shard, std::size_t ready, std::size_t end);
  void judge_finish();
  void judge_members();
  void judge_wire();
  /// The most attempts that an E1 may tell of, and the fewest before it may
  /// give up.
  struct bounds {
    std::uint32_t least = 1;
    std::uint32_t most = 1;
  };
  bounds attempts_of(const chunk_request_finished& x) const;
  const wire_wish* wish_of(const chunk_request_finished& x) const;
  bool is_list(const chunk_request_finished& x) const;
  bool owned(snowflake guild) const {
    return std::find(ids_.begin(), ids_.end(), guild) != ids_.end();
  }
  bool completed(snowflake guild, std::size_t from, std::size_t to) const;

  std::ostringstream text_;
  std::mt19937 random_;
  std::string chosen_;
  sim::options world_;
  sim::simulator gateway_;
  stall_meter stalls_{[this] { gateway_.counts(); }};
  stall_meter::clock::duration longest_stall_{0};
  std::vector<snowflake> ids_;
  wire_bot bot_;
  std::vector<wire_wish> wishes_;
  sim::counters counts_;
  /// Events before these places had been heard when the bot was last seen
  /// settled, and when it was told to stop.
  std::size_t at_rest_ = 0;
  std::size_t at_stop_ = 0;
  std::map<std::pair<std::uint32_t, std::string>, std::size_t> ends_;
};

} // namespace muster::test
