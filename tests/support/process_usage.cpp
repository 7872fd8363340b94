#include "tests/support/process_usage.hpp"

#include <fstream>
#include <string>

#include <unistd.h>

namespace muster::test {

namespace {

double number_in(const std::string& path, const std::string& key) {
  std::ifstream file{path};
  for (std::string word; file >> word;)
    if (word == key) {
      double result = 0;
      file >> result;
      return result;
    }
  return 0;
}

} // namespace

process_usage usage_of(int pid) {
  auto folder = "/proc/" + std::to_string(pid);
  process_usage result;
  std::ifstream file{folder + "/stat"};
  std::string skipped;
  for (int i = 0; i < 13; ++i)
    file >> skipped;
  double user = 0;
  double system = 0;
  file >> user >> system;
  result.cpu_seconds =
      (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  result.resident_mb = number_in(folder + "/status", "VmRSS:") / 1024;
  result.written_mb = number_in(folder + "/io", "write_bytes:") / 1e6;
  return result;
}

} // namespace muster::test
