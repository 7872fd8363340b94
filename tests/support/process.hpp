#pragma once

#include <string>
#include <vector>

namespace muster::test {

/// What a program printed and how it ended.
struct outcome_of_process {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs a program to its end, a minute at the most, with DISCORD_TOKEN set to
/// `token` or, when it is empty, unset.
outcome_of_process run_process(const std::vector<std::string>& command,
                               const std::string& token = {});

/// A program that goes on until it is interrupted.
class process {
public:
  /// `input`: it hears say() on stdin, not what this process would.
  explicit process(const std::vector<std::string>& command,
                   const std::string& token = {}, bool input = false);
  ~process();

  process(const process&) = delete;
  process& operator=(const process&) = delete;

  int pid() const { return pid_; }

  /// The next line on stdout; empty after a minute or at the end.
  std::string line();

  /// What it has said on stderr so far.
  std::string err() const;

  /// Writes a line to its stdin.
  void say(const std::string& text);

  /// Sends a signal, reads the rest and waits for the end.
  outcome_of_process end(int signal_number);

private:
  int pid_ = -1;
  int out_ = -1;
  int in_ = -1;
  std::string err_path_;
  std::string buffer_;
};

} // namespace muster::test
