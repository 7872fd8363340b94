#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <caf/error.hpp>

#include "actors/ended_nonces.hpp"
#include "actors/request_cut.hpp"
#include "actors/request_entry.hpp"
#include "actors/request_index.hpp"
#include "actors/request_queue.hpp"
#include "messages/event.hpp"
#include "messages/request.hpp"
#include "messages/settings.hpp"
#include "net/clock.hpp"
#include "net/derived_nonce.hpp"
#include "net/guild_cooldown.hpp"

namespace muster {

/// All requests of one shard that have not ended: what each waits for, which
/// goes out next, and whose a chunk is (Q4, Q7-Q10, S5-S7). Pure: it decides,
/// and the shard does.
class request_book {
public:
  using entry = request_entry;

  /// What came of a request: an error, or the nonce of the request that it
  /// has become or joined.
  struct acceptance {
    caf::error error;
    std::string nonce;
    bool joined = false;
  };

  /// Whose a chunk is.
  struct owner {
    enum kind { none, known, late, foreign, wrong_guild } is = none;
    /// When known.
    const entry* request = nullptr;
    /// The chunk is the first news that its attempt has been written.
    bool proves_write = false;
    /// Its attempt went out before the cut, which does not tell of it.
    bool found = false;
  };

  /// What follows for a request.
  struct consequence {
    std::string nonce;
    enum kind { again, resumed, delayed, give_up, lost, poison } is = again;
    /// The attempt that it is about.
    std::string attempt;
  };

  using consequences = std::vector<consequence>;

  /// Nonces of attempts are made under `epoch`, that of the shard's claim.
  explicit request_book(const settings& cfg, std::uint64_t epoch = 1);

  request_book(const request_book&) = delete;
  request_book& operator=(const request_book&) = delete;

  /// Takes a validated request. `rank` orders those of equal priority, lower
  /// first. `call` is its number if it has one (C12).
  acceptance accept(guild_members_request x, origin from, std::uint64_t rank,
                    time_point now, std::uint64_t call = 0);

  // -- calls (C12) ------------------------------------------------------------
  /// A caller's request has a number; the caller may be `remote`.
  void set_call(const std::string& caller_nonce, std::uint64_t call,
                bool remote);
  /// What was called under this number, and has not ended; null if there is no
  /// such call.
  const entry* of_call(const std::string& caller_nonce, std::uint64_t call,
                       bool remote);
  /// A request that was restored goes out when its caller has asked again.
  void await_caller(const std::string& nonce);
  /// What it ended with; null if that is not known.
  const chunk_request_finished* end_of(const std::string& caller_nonce,
                                       std::uint64_t call,
                                       time_point now) const {
    return ended_.end_of(caller_nonce, call, now);
  }

  /// Who collects the chunks of a request that was accepted.
  void set_collector(const std::string& nonce, chunk_request_actor x) {
    if (auto request = index_.find(nonce))
      request->collector = std::move(x);
  }

  /// Its nonce is derived; if `spent`, it may have gone out under it before
  /// (C6).
  void set_derived(const std::string& nonce, bool spent);
  /// Its members go to one actor as they come.
  void set_streamed(const std::string& nonce);

  /// The best request of a priority that may go out now, or null; it counts
  /// as posted.
  const entry* next(bool startup_too, time_point now);

  /// When next() may give one that it does not give now.
  time_point due() const { return wire_.suspects > 0 ? never : queue_.due(); }

  /// The opcode 8 of `attempt` is on the wire; null if that is no news of a
  /// present attempt.
  const entry* written(const std::string& attempt, snowflake guild,
                       time_point now);

  /// A chunk of `guild` with so many members has come under `attempt`.
  owner chunk(const std::string& attempt, snowflake guild,
              std::uint32_t members, time_point now);

  /// `attempt` has failed: another one under a new nonce, if it is the
  /// present one. `spent` have failed and count (Q8).
  void ask_again(const std::string& nonce, const std::string& attempt,
                 time_point now, std::uint32_t spent = 0);

  /// RATE_LIMITED for an attempt, or without nonce for a guild; it came at
  /// `said`, maybe long before it was read.
  consequences rate_limited(const std::string& attempt, snowflake guild,
                            timespan retry_after, time_point said,
                            time_point now);

  /// A connection has ended. What was on the wire is suspected of having ended
  /// it, and given up when it has been so too often (Q13).
  consequences connection_ended();

  /// The session goes on after a disconnect (S6).
  consequences session_resumed(time_point now);

  /// A new session has begun (S5).
  consequences session_lost(time_point now);

  /// Requests for these guilds wait until released, unless one has waited over
  /// too many connections.
  void hold(const std::vector<snowflake>& guilds);
  /// Forgets all holds.
  void clear_holds() { held_guilds_.clear(); }
  void release(snowflake guild);

  /// Takes a request out of the queue and waits for its end.
  void end_soon(const std::string& nonce, outcome how = outcome::cancelled);

  /// It has ended, with this; null: for its callers it has not.
  void ended(const std::string& nonce, time_point now,
             const chunk_request_finished* with = nullptr);

  /// Takes one caller away, who is answered with this (Q10).
  void withdraw(const std::string& caller_nonce, time_point now,
                const chunk_request_finished& with = {});

  // -- cuts (C6) --------------------------------------------------------------
  /// What another process can go on from; of the requests that end with this
  /// one only what the startup wants, if `leaving`.
  request_cut cut(time_point now, bool leaving = false) const;
  /// Goes on from that; it was made under an epoch before.
  void restore(const request_cut& x, time_point now);
  /// Its startup's request goes on with the next owner.
  bool hands_over(snowflake guild) const;
  /// Nonces whose late chunks the next owner cannot tell for ours by itself.
  std::vector<ended_nonce> ended_nonces(time_point now,
                                        bool leaving = false) const;
  void restore_ended(ended_nonce x, time_point now, bool told = false) {
    ended_.add(std::move(x.nonce), now, {false, true, told}, std::move(x.call));
  }
  /// This process has told its E1, after the cut that is restored (C5).
  void set_told(std::string nonce, time_point now);
  /// Epochs whose opcodes 8 may still be answered in this session.
  epoch_range former_epochs() const { return former_; }
  /// Grows when a cut would be another one.
  std::uint64_t version() const { return version_; }

  // -- look-ups: see request_index --------------------------------------------
  const entry* find(const std::string& nonce) const {
    return index_.find(nonce);
  }
  /// True if it is in use, or has been not long ago.
  bool known(const std::string& nonce, time_point now) const;
  /// The request that `caller_nonce` made or joined; null if there is none.
  const entry* of_caller(const std::string& caller_nonce) const {
    return index_.of_caller(caller_nonce);
  }
  const entry* list_of(snowflake guild) const { return index_.list_of(guild); }
  bool has_list(snowflake guild) const { return index_.has_list(guild); }
  std::vector<std::string> of_guild(snowflake guild) const {
    return index_.of_guild(guild);
  }
  std::vector<std::string> all();
  std::uint64_t members_in_flight() const { return index_.members_in_flight(); }
  std::vector<snowflake> guilds() const { return index_.guilds(); }
  std::vector<snowflake> guilds_with_lists() const {
    return index_.guilds_with_lists();
  }
  std::vector<snowflake> guilds_in_flight() const {
    return index_.guilds_in_flight();
  }

  std::size_t size() const { return index_.size(); }
  std::size_t queued() const { return queue_.size(); }
  /// Whole lists on the wire.
  std::size_t in_flight() const { return wire_.lists; }
  /// All that is on the wire.
  std::size_t on_wire() const { return wire_.all; }
  /// Requests whose end has been decided and not been told yet.
  std::size_t ending() const { return ending_; }

private:
  void enqueue(entry& x, time_point not_before);
  void enqueue_when_free(entry& x, time_point now);
  void dequeue(entry& x);
  void enter_wire(entry& x);
  void leave_wire(entry& x);
  void suspect(entry& x, bool on);
  void set_ending(entry& x);
  /// A caller's nonce is spent, and its call, if it has one, has ended.
  void end_caller(const entry& x, const std::string& caller_nonce,
                  time_point now, const chunk_request_finished* with);
  /// What a call will have ended with, whose end has been decided.
  std::shared_ptr<const ended_call>
  end_of(const entry& x, const std::string& caller_nonce) const;
  /// The next attempt gets a new nonce.
  /// The nonce of its present attempt is another one's, or was.
  bool is_taken(const entry& x, time_point now);
  void renew_attempt(entry& x);
  /// The request that an owner before had asked under `attempt`; null if none.
  entry* find_former(const std::string& attempt, snowflake guild,
                     time_point now);
  /// There is news of an attempt that was taken back: it is on the wire after
  /// all. False if it was not.
  bool had_left(entry& x, const std::string& attempt, time_point now);
  /// What a former owner had asked under this nonce, and looked foreign: it is
  /// this request's (C6). Null if there is none.
  entry* take_over(const guild_members_request& x, time_point now);
  entry* list_to_join(const guild_members_request& x);
  void join(entry& into, const guild_members_request& x, origin from);
  void retire_attempts(entry& x, time_point now);

  /// Requests of our own that are on the wire.
  struct wire_load {
    std::size_t all = 0;
    std::size_t lists = 0;
    std::size_t suspects = 0;
  };

  guild_cooldown cooldown_;
  request_queue queue_;
  request_index index_;
  muster::ended_nonces ended_;
  std::uint32_t max_in_flight_;
  std::uint32_t max_refusals_;
  std::unordered_set<snowflake> held_guilds_;
  wire_load wire_;
  std::size_t ending_ = 0;
  std::uint64_t ends_ = 0;
  std::uint64_t epoch_;
  epoch_range former_;
  std::uint64_t version_ = 0;
};

} // namespace muster
