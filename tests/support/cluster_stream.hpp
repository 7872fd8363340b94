#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <caf/all.hpp>

#include "actors/supervisor.hpp"
#include "tests/support/fleet.hpp"

namespace muster::test {

/// Chunks by the nonce of their attempt.
using chunk_sets = std::map<std::string, std::set<std::uint32_t>>;

/// One who asks for members as a stream, and what was wrong with that.
struct cluster_stream {
  std::shared_ptr<fleet::reply> reply = std::make_shared<fleet::reply>();
  chunk_sets came;
  std::string wrong;

  void take(const guild_members_chunk& x) {
    came[x.nonce].insert(x.chunk_index);
  }

  void take(const chunk_request_finished& x) {
    reply->answer = x;
    ++reply->count;
    auto all = x.outcome != outcome::complete;
    for (auto& [nonce, chunks] : came)
      all |= chunks.size() >= x.chunk_count;
    if (!all)
      wrong = "a stream is complete without its members: " + x.nonce;
  }
};

inline std::shared_ptr<cluster_stream>
begin_stream(caf::actor_system& sys, const supervisor_actor& of,
             const guild_members_request& what) {
  auto result = std::make_shared<cluster_stream>();
  sys.spawn([=](caf::event_based_actor* self) {
    self->request(of, caf::infinite, stream_members_request{what, self})
        .then([result](const chunk_request_finished& x) { result->take(x); },
              [result](const caf::error& why) {
                result->reply->error = why;
                ++result->reply->count;
              });
    return caf::behavior{
        [result](const guild_members_chunk& x) { result->take(x); }};
  });
  return result;
}

/// A listener for the members of the whole bot: each chunk of a request comes
/// before its end.
struct cluster_listener {
  chunk_sets came;
  /// Requests whose only attempt was complete.
  std::set<std::string> ended;
  /// Shards of which something was missed; or that went on elsewhere, or on
  /// another connection, where another attempt may end a request.
  std::set<std::uint32_t> doubtful;
  std::uint32_t shards = 0;
  std::string wrong;

  void take(const guild_members_chunk& x) {
    auto& chunks = came[x.nonce];
    // Who has heard none of it before came later than it did.
    auto listened = !chunks.empty();
    if (chunks.insert(x.chunk_index).second && listened
        && ended.count(x.nonce) != 0 && doubtful.count(x.shard.index) == 0)
      wrong = "a chunk comes after the end of its request: " + x.nonce;
    if (shard_of(x.guild_id, shards) != x.shard.index)
      wrong = "a chunk comes of another shard than its guild's: " + x.nonce;
  }

  template <class Event>
  void doubt(const Event& x) {
    doubtful.insert(x.shard.index);
  }

  void take(const chunk_request_finished& x) {
    if (x.outcome == outcome::complete && x.attempts == 1)
      ended.insert(x.nonce);
  }
};

inline std::shared_ptr<cluster_listener>
begin_listener(caf::actor_system& sys, const supervisor_actor& of,
               std::uint32_t shards, subscribe_request wish) {
  auto result = std::make_shared<cluster_listener>();
  result->shards = shards;
  wish.listener = sys.spawn([=](caf::event_based_actor*) {
    return caf::behavior{
        [=](const guild_members_chunk& x) { result->take(x); },
        [=](const chunk_request_finished& x) { result->take(x); },
        [=](const events_missed& x) { result->doubt(x); },
        [=](const shard_moved& x) { result->doubt(x); },
        [=](const shard_resumed& x) { result->doubt(x); }};
  });
  wish.scope = scope::bot;
  wish.events |= event_bit::chunk_request_finished | event_bit::events_missed
                 | event_bit::shard_moved | event_bit::shard_resumed;
  caf::anon_send(of, wish);
  return result;
}

} // namespace muster::test
