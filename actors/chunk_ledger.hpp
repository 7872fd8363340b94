#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "messages/event.hpp"
#include "messages/internal/attempt.hpp"
#include "messages/request.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// The chunks of one request over all of its attempts (Q5, Q8). Pure: times
/// are in the messages. An attempt counts a set of indexes; the request is as
/// good as its best attempt.
class chunk_ledger {
public:
  enum class verdict {
    counted,
    /// The index had been counted before.
    duplicate,
    /// Index or count are impossible, or the count has changed.
    malformed,
    /// Not of an attempt that this ledger knows.
    foreign,
  };

  /// The members themselves are kept, too, as long as an attempt has
  /// `keep_members` of them at the most (Q12).
  explicit chunk_ledger(std::uint64_t keep_members = 0)
      : keep_members_(keep_members) {}

  /// An attempt goes out, or a chunk of it overtook the news.
  void begin_attempt(const std::string& nonce);

  verdict add(const chunk_received& x);

  /// True when an attempt has all of its chunks.
  bool complete() const;

  /// True when anything came under this attempt's nonce.
  bool heard(const std::string& nonce) const;

  /// Fills chunk_count, missed_chunks, not_found_ids, members, the times and
  /// the kept chunks from the best attempt; chunk_count 0 when nothing came.
  void report(chunk_request_finished& out) const;

  std::uint64_t duplicates() const { return duplicates_; }
  std::uint64_t malformed() const { return malformed_; }

  /// A chunk_count above this is taken for an error: no guild is that large,
  /// and memory must not be foreign to decide about.
  static constexpr std::int64_t max_chunk_count = 1 << 20;

  /// True if there can be such a chunk.
  static bool is_sound(std::int64_t index, std::int64_t count) {
    return count > 0 && count <= max_chunk_count && index >= 0 && index < count;
  }

private:
  struct attempt {
    std::string nonce;
    std::uint32_t chunk_count = 0;
    std::uint32_t received = 0;
    std::vector<bool> seen;
    std::map<std::int64_t, member_list> lists;
    std::vector<snowflake> not_found;
    std::uint64_t members = 0;
    optional<caf::timestamp> first;
    optional<caf::timestamp> last;

    std::uint32_t missed() const { return chunk_count - received; }
    bool complete() const { return chunk_count > 0 && missed() == 0; }
  };

  attempt* find(const std::string& nonce);
  const attempt* best() const;

  std::vector<attempt> attempts_;
  std::uint64_t duplicates_ = 0;
  std::uint64_t malformed_ = 0;
  std::uint64_t keep_members_;
};

} // namespace muster
