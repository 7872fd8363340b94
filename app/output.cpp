#include "app/output.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace muster::app {

bool write_out(std::string_view text) {
  static std::atomic<bool> failed{false};
  if (failed)
    return false;
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()
      && std::fflush(stdout) == 0)
    return true;
  auto why = errno;
  if (!failed.exchange(true))
    std::fprintf(stderr, "muster: cannot write to stdout: %s\n",
                 std::strerror(why));
  return false;
}

void hold_standard_streams() {
  std::signal(SIGPIPE, SIG_IGN);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
      // The lowest free number is the one that is missing.
      if (open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
        return;
}

} // namespace muster::app
