#include "tests/support/program.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace muster::test {

const std::string program = MUSTER_PROGRAM;

outcome_of_process muster_with(std::vector<std::string> args,
                               const std::string& token) {
  args.insert(args.begin(), program);
  return run_process(args, token);
}

std::vector<std::string> run_at(const sim::simulator& gateway,
                                std::vector<std::string> more,
                                const char* events) {
  std::vector<std::string> args{"run",
                                "--rest-url",
                                gateway.rest_url(),
                                "--events",
                                events,
                                "--identify-interval",
                                "60ms",
                                "--cooldown",
                                "320ms",
                                "--guild-create-timeout",
                                "2s",
                                "--timeout",
                                "500ms",
                                "--first-response-timeout",
                                "500ms"};
  args.insert(args.end(), more.begin(), more.end());
  return args;
}

void await_event(process& x, const std::string& event, int times) {
  while (times > 0) {
    auto line = x.line();
    if (line.empty())
      throw std::runtime_error(event + " has not come");
    times -= line.find("\"event\":\"" + event + '"') == line.npos ? 0 : 1;
  }
}

std::vector<nlohmann::json> lines_of(const std::string& text) {
  std::vector<nlohmann::json> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.push_back(nlohmann::json::parse(line));
  return result;
}

temporary_file::temporary_file(const std::string& text) {
  char path[] = "/tmp/muster-test-XXXXXX";
  auto file = mkstemp(path);
  path_ = path;
  if (write(file, text.data(), text.size())
      != static_cast<ssize_t>(text.size()))
    path_.clear();
  close(file);
}

temporary_file::~temporary_file() {
  unlink(path_.c_str());
}

std::string text_of_file(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace muster::test
