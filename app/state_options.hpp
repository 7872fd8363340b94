#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace muster::app {

/// Where the state of the bot is kept, for the commands that use it.
class state_options {
public:
  void add_to(CLI::App& command, const char* group);

  /// What was given, also by the environment; empty if nothing was. Throws
  /// CLI::ValidationError, whose text says the mend.
  std::string resolve() const;

private:
  std::string url_;
  std::string file_;
};

} // namespace muster::app
