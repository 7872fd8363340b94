#pragma once

#include <cstdint>
#include <optional>

namespace muster {

/// What the system says of this process, by the names that Prometheus' own
/// clients have for it. What it does not say is none.
/// Source: proc_pid_stat(5).
struct process_figures {
  std::optional<double> cpu_seconds;
  std::optional<double> start_time_seconds;
  std::optional<std::uint64_t> virtual_memory_bytes;
  std::optional<std::uint64_t> resident_memory_bytes;
  std::optional<std::uint64_t> threads;
  std::optional<std::uint64_t> open_fds;
  std::optional<std::uint64_t> max_fds;

  static process_figures now();
};

} // namespace muster
