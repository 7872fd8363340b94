#pragma once

namespace muster::test {

/// What a process has used so far, and has now.
struct process_usage {
  double cpu_seconds = 0;
  double resident_mb = 0;
  double written_mb = 0;

  process_usage& operator+=(const process_usage& x) {
    cpu_seconds += x.cpu_seconds;
    resident_mb += x.resident_mb;
    written_mb += x.written_mb;
    return *this;
  }
};

/// All zeros if there is none.
process_usage usage_of(int pid);

} // namespace muster::test
