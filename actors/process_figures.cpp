#include "actors/process_figures.hpp"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

namespace muster {

namespace {

/// The fields behind the name, which may have blanks and brackets itself; the
/// first one is the third of proc_pid_stat(5).
std::vector<std::string> fields_of_stat() {
  std::ifstream file{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  auto end = text.rfind(')');
  if (end == text.npos)
    return {};
  std::istringstream rest{text.substr(end + 1)};
  return {std::istream_iterator<std::string>{rest}, {}};
}

/// When the system began, in seconds since 1970. Not from /proc/stat, which a
/// unit of systemd may hide.
double boot_time() {
  auto seconds = [](clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec)
           + static_cast<double>(now.tv_nsec) / 1e9;
  };
  return seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME);
}

} // namespace

process_figures process_figures::now() {
  process_figures x;
  constexpr std::size_t first = 3; // of the fields, as the page counts them
  auto fields = fields_of_stat();
  auto field = [&](std::size_t n) { return std::stoull(fields.at(n - first)); };
  if (fields.size() > 24 - first) {
    auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
    x.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks;
    x.threads = field(20);
    x.start_time_seconds = boot_time() + static_cast<double>(field(22)) / ticks;
    x.virtual_memory_bytes = field(23);
    x.resident_memory_bytes =
        field(24) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  }
  std::error_code ec;
  std::filesystem::directory_iterator fds{"/proc/self/fd", ec};
  if (!ec)
    x.open_fds = static_cast<std::uint64_t>(std::distance(begin(fds), end(fds))
                                            - 1); // but for this look
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    x.max_fds = limit.rlim_cur;
  return x;
}

} // namespace muster
