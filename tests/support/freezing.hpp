#pragma once

#include <csignal>
#include <string>

#include <sys/wait.h>

#include "net/lock_holder.hpp"

namespace muster::test {

/// Stops `child`, but not in the middle of a write to the file `database`,
/// which would keep all others waiting; when it has one.
inline void freeze(int child, const std::string& database) {
  for (;;) {
    kill(child, SIGSTOP);
    siginfo_t stopped{};
    // Until then some of its threads run.
    waitid(P_PID, static_cast<id_t>(child), &stopped, WSTOPPED);
    if (database.empty() || !find_lock_holder(database).stopped)
      return;
    kill(child, SIGCONT);
  }
}

} // namespace muster::test
