#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// Who keeps all others from writing to an SQLite file.
struct lock_holder {
  /// 0: it is not known.
  int pid = 0;
  /// It is stopped (SIGSTOP, a debugger), and holds the lock until it goes on.
  bool stopped = false;
};

/// Asks the system, without touching the file: closing it would give up the
/// locks of this process.
lock_holder find_lock_holder(const std::string& database);

/// The process that holds SQLite's lock for writing on a file with this number
/// (WAL: byte 120 of the -shm file), in the text of /proc/locks; 0 if none.
int writer_in(std::string_view locks, std::uint64_t inode);

} // namespace muster
