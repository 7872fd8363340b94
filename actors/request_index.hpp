#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/request_entry.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// The requests of one shard that have not ended, by their nonce, by the
/// nonces of their attempts and callers, and by guild. Pure; it changes no
/// more of an entry than these. Entries stay where they are until removed.
class request_index {
public:
  using entry = request_entry;

  request_index() = default;
  request_index(const request_index&) = delete;
  request_index& operator=(const request_index&) = delete;

  /// Takes in a request with a nonce that is not known.
  entry& add(entry x);

  /// Forgets a request with all nonces that are its own.
  void remove(const std::string& nonce);

  /// The present attempt is on its way under its nonce.
  void add_attempt(entry& x);
  /// Takes the present attempt back.
  void remove_attempt(entry& x);
  /// Forgets all attempts; gives their nonces.
  std::vector<std::string> take_attempts(entry& x);

  void add_caller(entry& x, const std::string& caller_nonce);
  /// The request that it called; null if there was none.
  entry* remove_caller(const std::string& caller_nonce);

  // Each gives null if there is none.
  entry* find(const std::string& nonce);
  const entry* find(const std::string& nonce) const;
  entry* of_attempt(const std::string& attempt);
  entry* of_caller(const std::string& caller_nonce);
  const entry* of_caller(const std::string& caller_nonce) const;
  /// A whole list of `guild`, rather one on the wire than one in a queue, and
  /// none that is ending.
  const entry* list_of(snowflake guild) const;

  /// True if it is a request's, an attempt's or a caller's.
  bool knows(const std::string& nonce) const;
  bool is_attempt(const std::string& nonce) const {
    return by_attempt_.count(nonce) != 0;
  }
  /// True while a whole list of `guild` has not ended, even if it is ending.
  bool has_list(snowflake guild) const;

  /// True if its guild has no other request.
  bool is_alone(const entry& x) const {
    return by_guild_.at(x.request.guild_id).size() == 1;
  }

  /// True if a request for it waits for its GUILD_CREATE no longer (Q13).
  bool has_waited(snowflake guild) const;

  /// Requests of a guild in the order of their arrival.
  std::vector<std::string> of_guild(snowflake guild) const;
  /// All in the order of their arrival.
  std::vector<entry*> in_order();
  std::vector<const entry*> in_order() const;
  /// Guilds with requests of our own.
  std::vector<snowflake> guilds() const;
  /// Guilds with whole lists of our own that are not ending.
  std::vector<snowflake> guilds_with_lists() const;
  /// Guilds whose whole lists are on the wire.
  std::vector<snowflake> guilds_in_flight() const;
  /// Members that have come for startup requests in flight.
  std::uint64_t members_in_flight() const;

  std::size_t size() const { return entries_.size(); }

private:
  bool is_ours(const std::string& nonce) const {
    return find(nonce)->from != origin::foreign;
  }
  template <class Predicate>
  std::vector<snowflake> guilds_if(Predicate holds) const;

  std::unordered_map<std::string, entry> entries_;
  /// Requests by any nonce that is, or has been, on the wire.
  std::unordered_map<std::string, std::string> by_attempt_;
  std::unordered_map<std::string, std::string> by_caller_;
  /// Nonces of requests, in the order of their arrival.
  std::unordered_map<snowflake, std::vector<std::string>> by_guild_;
  std::uint64_t orders_ = 0;
};

} // namespace muster
