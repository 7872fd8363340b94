#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <caf/error.hpp>

#include "actors/ended_nonces.hpp"
#include "messages/event.hpp"
#include "messages/request.hpp"
#include "messages/settings.hpp"
#include "net/clock.hpp"
#include "net/guild_cooldown.hpp"

namespace muster {

/// Who wants a request.
enum class origin : std::uint8_t {
  user,
  startup,
  /// Someone else: only its chunks are seen (Q4).
  foreign,
};

/// All requests of one shard that have not ended: what each waits for, which
/// goes out next, and whose a chunk is (Q4, Q7-Q10, S5-S7). Pure: it decides,
/// and the shard does.
class request_book {
public:
  enum class stage : std::uint8_t {
    /// Waits for its guild's GUILD_CREATE.
    held,
    /// Waits for its turn, for the cooldown or for the window.
    queued,
    /// Given to the connection.
    posted,
    /// On the wire.
    written,
    /// Waits for its chunk_request to end.
    ending,
  };

  struct entry {
    std::string nonce;
    guild_members_request request;
    origin from = origin::user;
    request_book::stage stage = request_book::stage::queued;
    bool whole_list = false;
    /// Settles its guild at startup, whoever asked first.
    bool for_startup = false;
    /// The startup joined it late: with another number of attempts.
    bool joined_by_startup = false;
    /// Something came for the present attempt.
    bool heard = false;
    /// The nonce of the present or the next attempt.
    std::string attempt;
    std::vector<std::string> attempts;
    std::unordered_set<std::string> callers;
    /// Members that came for the present attempt, for the progress only.
    std::uint64_t members = 0;
    std::uint32_t refusals = 0;
    std::uint32_t losses = 0;
    std::uint64_t rank = 0;
    std::uint64_t order = 0;
    time_point not_before{};
    time_point cooldown_before{};
  };

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
    /// Of the request, when known.
    std::string nonce;
    /// The chunk is the first news that its attempt has been written.
    bool proves_write = false;
  };

  /// What follows for a request.
  struct consequence {
    std::string nonce;
    enum kind { again, resumed, refused, give_up, lost } is = again;
    /// The attempt that it is about.
    std::string attempt;
  };

  explicit request_book(const settings& cfg);

  /// Takes a validated request. `rank` orders those of equal priority, lower
  /// first.
  acceptance accept(guild_members_request x, origin from, std::uint64_t rank,
                    time_point now);

  /// The best request of a priority that may go out now, or null; it counts
  /// as posted.
  const entry* next(bool startup_too, time_point now);

  /// When next() may give one that it does not give now.
  time_point due() const;

  /// The first attempt with this nonce is on the wire; null if it has ended.
  const entry* written(const std::string& attempt, time_point now);

  /// A chunk of `guild` with so many members has come under `attempt`.
  owner chunk(const std::string& attempt, snowflake guild,
              std::uint32_t members, time_point now);

  /// Another attempt under a new nonce; false if the request has ended.
  bool ask_again(const std::string& nonce, time_point now);

  /// RATE_LIMITED for an attempt, or without nonce for a guild.
  std::vector<consequence> refused(const std::string& attempt, snowflake guild,
                                   timespan retry_after, time_point now);

  /// The session goes on after a disconnect (S6).
  std::vector<consequence> session_resumed(time_point now);

  /// A new session has begun (S5).
  std::vector<consequence> session_lost(time_point now);

  /// Requests for these guilds wait until released.
  void hold(const std::vector<snowflake>& guilds);
  /// Forgets all holds.
  void clear_holds() { held_guilds_.clear(); }
  void release(snowflake guild);

  /// Takes a request out of the queue and waits for its end.
  void end_soon(const std::string& nonce);

  /// It has ended.
  void ended(const std::string& nonce, time_point now);

  /// The request that `caller_nonce` made or joined; null if there is none.
  const entry* of_caller(const std::string& caller_nonce) const;
  void withdraw(const std::string& caller_nonce, time_point now);

  const entry* find(const std::string& nonce) const;
  /// The whole list of `guild` that is queued or in flight.
  const entry* list_of(snowflake guild) const;

  std::vector<std::string> of_guild(snowflake guild);
  std::vector<std::string> all();
  /// Members that have come for startup requests in flight.
  std::uint64_t members_in_flight() const;
  std::vector<snowflake> guilds() const;

  std::size_t size() const { return entries_.size(); }
  std::size_t queued() const;
  std::size_t in_flight() const { return lists_in_flight_; }

private:
  // Class of priority, rank, order of arrival.
  using key = std::tuple<int, std::uint64_t, std::uint64_t>;

  static key key_of(const entry& x);
  entry* get(const std::string& nonce);
  bool known(const std::string& nonce, time_point now) const;
  void enqueue(entry& x, time_point not_before);
  void dequeue(entry& x);
  void leave_wire(entry& x);
  void new_attempt(entry& x);
  void retire_attempts(entry& x, time_point now);
  /// Entries in the order of their arrival.
  std::vector<entry*> in_order();
  void wake(time_point now);
  entry* head(std::map<key, entry*>& queue, bool startup_too, time_point now);

  guild_cooldown cooldown_;
  ended_nonces ended_;
  std::uint32_t max_in_flight_;
  std::uint32_t max_refusals_;
  std::unordered_map<std::string, entry> entries_;
  /// Attempts and requests by any nonce that is on the wire.
  std::unordered_map<std::string, std::string> by_attempt_;
  std::unordered_map<std::string, std::string> by_caller_;
  std::unordered_map<snowflake, std::string> lists_;
  /// The last attempt that asked for a guild's whole list, until its first
  /// chunk comes, which may be long after its end (Q7).
  std::unordered_map<snowflake, std::string> unheard_lists_;
  std::unordered_set<snowflake> held_guilds_;
  std::map<key, entry*> lists_queue_;
  std::map<key, entry*> others_queue_;
  std::multimap<time_point, entry*> delayed_;
  std::size_t lists_in_flight_ = 0;
  std::uint64_t orders_ = 0;
  std::uint64_t ends_ = 0;
};

} // namespace muster
