#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/cut_reading.hpp"
#include "actors/request_book.hpp"
#include "actors/startup_ledger.hpp"
#include "messages/internal/claim.hpp"
#include "net/clock.hpp"

namespace muster {

/// The books of a shard, as they come out of the rows of a shard_cut.
struct shard_books {
  startup_cut startup;
  request_cut requests;
  std::vector<ended_nonce> ended_nonces;
};

/// When the startup cannot be read, its guilds are there all the same, as far
/// as rows name them. `requests_lost`: only the requests are damaged.
cut_reading read_rows(const std::vector<cut_row>& rows, shard_books& out,
                      bool& requests_lost);

/// Turns the books of a shard into rows: those that differ from what was
/// written before (C6). Pure.
class cut_rows {
public:
  /// There is something to write. What requests wait for becomes less by
  /// itself.
  bool due(const startup_ledger& startup, const request_book& book,
           time_point now) const {
    return startup.version() != startup_seen_ || book.version() != book_seen_
           || now >= again_at(book);
  }

  /// When it is to be written although nothing has happened.
  time_point again_at(const request_book& book) const {
    return book.size() == 0 ? never : written_at_ + again_after;
  }

  /// The clocks of the ledger and of the book.
  struct times {
    timespan quiet;
    time_point now;
  };

  /// Fills in the rows of `out`; all there are if they were never written, or
  /// a startup has begun. `ends` counts the ends of startups that are not
  /// recorded: whoever goes on from here tells them. `leaving`: the bot's own
  /// requests end with this process.
  void write(startup_ledger& startup, const request_book& book, times at,
             std::size_t ends, bool leaving, shard_cut& out);

private:
  static constexpr auto again_after = std::chrono::seconds(5);

  void write_guilds(guild_changes changes, shard_cut& out);
  void write_ended(const std::vector<ended_nonce>& present, shard_cut& out);
  /// Writes it if it is not as it was.
  void write(const char* key, std::string text, std::string& before,
             shard_cut& out);

  std::string startup_;
  std::string requests_;
  /// With what was written of their calls; null: nothing.
  std::unordered_map<std::string, std::shared_ptr<const ended_call>> ended_;
  bool written_ = false;
  time_point written_at_{};
  std::uint64_t startup_seen_ = 0;
  std::uint64_t book_seen_ = 0;
};

} // namespace muster
