#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>

#include <caf/timestamp.hpp>

#include "messages/event.hpp"
#include "messages/node_event.hpp"
#include "messages/optional.hpp"

namespace muster {

/// What happened last, in sentences, and since when each shard is as it is: for
/// who watches. Takes the wall clock's time; pure.
class event_journal {
public:
  /// What a shard's connection does.
  enum class link : std::uint8_t {
    /// It has never had a session.
    waiting,
    open,
    resuming,
    identifying,
    /// It has ended for good.
    ended,
  };

  struct shard_link {
    link state = link::waiting;
    caf::timestamp since;
  };

  enum class weight : std::uint8_t { usual, good, bad };

  struct entry {
    /// From 1 on.
    std::uint64_t number = 0;
    caf::timestamp at;
    optional<std::uint32_t> shard;
    /// The event's name.
    const char* event = "";
    std::string text;
    weight is = weight::usual;
  };

  explicit event_journal(caf::timestamp now) : began_(now) {}

  void add(const shard_ready& x, caf::timestamp now);
  void add(const shard_resumed& x, caf::timestamp now);
  void add(const shard_disconnected& x, caf::timestamp now);
  void add(const shard_finished_chunking& x, caf::timestamp now);
  void add(const finished_chunking& x, caf::timestamp now);
  /// Only those that are not complete are told.
  void add(const chunk_request_finished& x, caf::timestamp now);
  void add(const shard_moved& x, caf::timestamp now);
  void add(const node_joined& x, caf::timestamp now);
  void add(const node_left& x, caf::timestamp now);

  caf::timestamp began() const { return began_; }
  /// The last ones, the oldest first.
  const std::deque<entry>& entries() const { return entries_; }
  /// Since the beginning for one of which nothing was told.
  shard_link link_of(std::uint32_t shard) const;

  static constexpr std::size_t most_entries = 100;
  static constexpr std::size_t longest_text = 300;

private:
  void note(caf::timestamp now, const optional<std::uint32_t>& shard,
            const char* event, std::string text, weight is = weight::usual);

  caf::timestamp began_;
  std::map<std::uint32_t, shard_link> links_;
  std::deque<entry> entries_;
  std::uint64_t count_ = 0;
};

/// "waiting", "open" ...
const char* to_string(event_journal::link x);
/// "usual", "good", "bad".
const char* to_string(event_journal::weight x);

} // namespace muster
