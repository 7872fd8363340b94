#include "net/lock_holder.hpp"

#include <fstream>
#include <iterator>
#include <sstream>

#include <sys/stat.h>

namespace muster {

namespace {

constexpr std::uint64_t write_lock = 120;

std::string read(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// The state of a process is the first field behind its name, which may hold
/// anything.
bool is_stopped(int pid) {
  auto text = read("/proc/" + std::to_string(pid) + "/stat");
  auto name_end = text.rfind(") ");
  if (name_end == text.npos || name_end + 2 >= text.size())
    return false;
  auto state = text[name_end + 2];
  return state == 'T' || state == 't';
}

} // namespace

int writer_in(std::string_view locks, std::uint64_t inode) {
  std::istringstream lines{std::string{locks}};
  for (std::string line; std::getline(lines, line);) {
    // "4: POSIX  ADVISORY  WRITE 628 fe:00:10003340 120 120"
    std::istringstream words{line};
    std::string number;
    std::string kind;
    std::string mode;
    std::string access;
    std::string where;
    int pid = 0;
    std::uint64_t first = 0;
    words >> number >> kind >> mode >> access >> pid >> where >> first;
    auto colon = where.rfind(':');
    // SQLite takes it by itself.
    if (words && kind == "POSIX" && access == "WRITE" && first == write_lock
        && colon != where.npos
        && where.substr(colon + 1) == std::to_string(inode))
      return pid;
  }
  return 0;
}

lock_holder find_lock_holder(const std::string& database) {
  struct stat file {};
  if (stat((database + "-shm").c_str(), &file) != 0)
    return {};
  lock_holder result;
  result.pid = writer_in(read("/proc/locks"), file.st_ino);
  result.stopped = result.pid > 0 && is_stopped(result.pid);
  return result;
}

} // namespace muster
