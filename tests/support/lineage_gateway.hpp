#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "messages/snowflake.hpp"
#include "tests/support/scripted_connection.hpp"

namespace muster::test {

/// A gateway for one shard whose processes come and go: keeps the dispatches of
/// a session and replays them, supersedes, refuses, and knows what was false.
class lineage_gateway {
public:
  using random = std::mt19937_64;
  using link = std::shared_ptr<scripted_connection>;

  /// What it may do; all of it is drawn.
  struct mood {
    /// Of a hundred.
    unsigned refuses_resume = 0;
    unsigned loses_chunk = 0;
    /// Forgets what a heartbeat has acknowledged.
    bool trims_replay = false;
    /// A dispatch that kills who reads it.
    bool has_poison = false;
    /// Each chunk is more than goes over a link at once.
    bool large_chunks = false;
  };

  /// Names of its sessions begin with `name`.
  lineage_gateway(random& draw, mood of, std::vector<snowflake> guilds,
                  std::string name = "session ");

  /// HELLO to a connection that is new.
  void greet(const link& x);
  /// Takes one that has been greeted.
  void adopt(const link& x);
  /// Takes the next payload of a connection; false if there is none.
  bool read(const link& x);
  /// Makes one dispatch of what it has to say; false if there is nothing.
  bool speak();
  /// A dispatch that says which of its session it is: [session, number].
  void tick();
  /// Ends the connection that has the session.
  void cut();
  /// No more faults.
  void calm_down();

  /// The process was sent what kills it.
  bool take_poisoned() { return std::exchange(poisoned_, false); }
  /// A session was refused, or another has taken its place, since READY.
  bool refused() const { return refused_; }
  std::size_t identifies() const { return identifies_; }
  /// Op 8s whose chunks have all been sent.
  bool was_complete(snowflake guild) const { return whole_.count(guild) != 0; }
  /// It was on the wire at so many ends of a connection without a chunk that
  /// it may be given up (Q13).
  bool is_suspect(snowflake guild) const { return suspects_.count(guild) != 0; }
  bool may_lose_chunks() const { return lossy_; }
  bool has_session() const { return !session_.empty(); }
  /// Who has the session; may have ended.
  const link& connected() const { return connected_; }
  bool is_connected() const { return connected_ && !connected_->ended(); }

  /// Called at each IDENTIFY.
  std::function<void()> on_identify;
  /// The first thing that was wrong.
  std::string wrong;

private:
  /// Counts what the last connection left without an answer.
  void count_vain();
  /// What is to be said; it may be part of an answer.
  struct news {
    std::string name;
    std::string data;
    snowflake guild{};
    std::string nonce;
    bool last = false;
  };

  void identify(const link& x);
  void resume(const link& x, const nlohmann::json& d);
  void answer(const nlohmann::json& d);
  void say(const news& x);
  unsigned below(unsigned n) { return static_cast<unsigned>(draw_() % n); }

  random& draw_;
  mood mood_;
  std::vector<snowflake> guilds_;
  std::string name_;
  /// Payloads of each connection that have been read.
  std::map<scripted_connection*, std::size_t> read_;
  std::string session_;
  std::uint64_t sequence_ = 0;
  std::uint64_t trimmed_ = 0;
  std::uint64_t ticks_ = 0;
  std::map<std::uint64_t, std::string> replay_;
  /// Dispatches of the session that are poison.
  std::map<std::uint64_t, bool> poison_;
  link connected_;
  std::deque<news> to_say_;
  /// Of opcodes 8 of the session, as far as they were derived.
  std::set<std::string> nonces_;
  std::map<snowflake, int> whole_;
  /// The last that was greeted, and the guilds of which it has brought chunks.
  link greeted_;
  std::set<snowflake> answered_;
  std::map<snowflake, int> vain_;
  std::set<snowflake> suspects_;
  std::size_t identifies_ = 0;
  bool refused_ = false;
  bool poisoned_ = false;
  bool lossy_ = false;
};

} // namespace muster::test
