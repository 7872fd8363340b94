#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "messages/event.hpp"
#include "messages/status.hpp"

namespace muster::app {

/// Shows the events of `muster run` to a person: one line that is rewritten
/// on a terminal, plain lines elsewhere, and a table at the end. For one
/// thread.
class progress_view {
public:
  explicit progress_view(bool terminal) : terminal_(terminal) {}

  void show(const chunking_progress& x);
  void show(const chunk_request_finished& x);
  void show(const shard_finished_chunking& x);
  void show(const finished_chunking& x);
  void show(const shard_ready& x);
  void show(const shard_resumed& x);
  void show(const shard_disconnected& x);

  /// The table at the end.
  void summary(const statistics& x);

private:
  using clock = std::chrono::steady_clock;

  void line(const std::string& text);
  void clear_live();

  bool terminal_;
  bool live_ = false;
  clock::time_point began_ = clock::now();
  clock::time_point plain_at_{};
};

} // namespace muster::app
