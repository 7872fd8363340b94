#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>

#include "app/simulator/chunk.hpp"
#include "app/simulator/feed.hpp"
#include "app/simulator/options.hpp"
#include "messages/shard_id.hpp"

namespace muster::sim {

class client_link;

/// A well-formed op 2: what a session is made from.
struct identify_request {
  shard_id shard;
  std::uint32_t intents = 0;
  std::uint32_t large_threshold = 50;
  /// Large payloads are wanted zlib-compressed, each by itself.
  bool compress = false;
};

/// A dispatch whose text is known.
struct text_event {
  std::string name;
  std::string data;
};

/// A GUILD_CREATE, not its text but what it is made from.
struct guild_created {
  std::uint32_t index = 0;
};

/// One numbered event of a session.
struct session_event {
  std::variant<text_event, guild_created, chunk> what;
  bool sent = false;
};

/// What a client learned by identify, and may resume: the events so far,
/// as many as are kept, and those to come. Outlives its connections. Not
/// thread-safe.
class client_session {
public:
  client_session(const options& opts, std::string id,
                 const identify_request& wish);

  const std::string& id() const { return id_; }
  shard_id shard() const { return wish_.shard; }
  std::uint32_t intents() const { return wish_.intents; }
  std::uint32_t large_threshold() const { return wish_.large_threshold; }
  bool compress() const { return wish_.compress; }

  /// Gives the event the next number. Numbers below `unsent` may be forgotten
  /// to keep memory bounded.
  void push(session_event x, std::uint64_t unsent);

  /// The last number given; the first is 1.
  std::uint64_t last_seq() const { return first_ + log_.size() - 1; }

  /// Null if that number is not kept (any more) or not given yet.
  session_event* find(std::uint64_t seq);

  /// True if every event after `seq` is still here.
  bool can_resume_after(std::uint64_t seq) const {
    return seq + 1 >= first_ && seq <= last_seq();
  }

  feed to_come;

  /// The connection that has it, if any; set by gateway.
  client_link* owner = nullptr;
  /// When the last one was lost.
  time_point detached_at{};

private:
  std::string id_;
  identify_request wish_;
  std::size_t max_count_;
  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t first_ = 1;
  std::deque<session_event> log_;
};

} // namespace muster::sim
