#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "messages/event.hpp"
#include "messages/node_event.hpp"
#include "messages/status.hpp"

namespace muster::app {

/// Puts the events of `muster run` into words for a person: one line that is
/// rewritten on a terminal, plain lines elsewhere, and a table at the end.
/// Every function gives the text that is to be written next; none writes. For
/// one thread.
class progress_view {
public:
  using time_point = std::chrono::steady_clock::time_point;

  progress_view(bool terminal, time_point now)
      : terminal_(terminal), began_(now) {}

  /// Elsewhere than on a terminal this is empty but every two seconds.
  std::string show(const chunking_progress& x, time_point now);

  /// Counts the line on a terminal down while no event does; to be called
  /// about once a second.
  std::string tick(time_point now);

  std::string show(const chunk_request_finished& x);
  std::string show(const shard_finished_chunking& x);
  std::string show(const finished_chunking& x);
  std::string show(const shard_ready& x);
  std::string show(const shard_resumed& x);
  std::string show(const shard_disconnected& x);
  std::string show(const shard_moved& x);
  std::string show(const node_joined& x);
  std::string show(const node_left& x);
  std::string show(const events_missed& x);

  /// The table at the end.
  std::string summary(const statistics& x, time_point now);

private:
  std::string line(const std::string& text);
  std::string live(const chunking_progress& x, time_point now);
  std::string clear_live();

  bool terminal_;
  bool finished_ = false; // E3 has been told
  bool live_ = false;
  /// What the live line says, and since when and when it was last written.
  chunking_progress progress_;
  time_point told_at_{};
  time_point drawn_at_{};
  time_point began_;
  /// The last plain progress line.
  std::optional<time_point> plain_at_;
};

} // namespace muster::app
