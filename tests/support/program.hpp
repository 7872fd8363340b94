#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/simulator/simulator.hpp"
#include "tests/support/process.hpp"

namespace muster::test {

/// The path of the program `muster`.
extern const std::string program;

/// Runs it to its end, DISCORD_TOKEN as for run_process().
outcome_of_process muster_with(std::vector<std::string> args,
                               const std::string& token = {});

/// The arguments of `run` at a gateway, with limits that match small_world().
std::vector<std::string> run_at(const sim::simulator& gateway,
                                std::vector<std::string> more,
                                const char* events = "json");

/// Reads lines of a process until so many events of this name have come; throws
/// std::runtime_error if it ends, or is silent for a minute.
void await_event(process& x, const std::string& event, int times = 1);

/// The JSON value of each line.
std::vector<nlohmann::json> lines_of(const std::string& text);

/// A file that is gone when this is.
class temporary_file {
public:
  explicit temporary_file(const std::string& text);
  ~temporary_file();

  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  const std::string& path() const { return path_; }

private:
  std::string path_;
};

std::string text_of_file(const std::string& path);

} // namespace muster::test
