#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace muster::app {

/// Where the state of a bot is kept, for the commands that use it.
class state_options {
public:
  void add_to(CLI::App& command, const char* group);

  /// What was given, also by the environment; empty if nothing was. Throws
  /// CLI::ValidationError, whose text says the mend.
  std::string resolve() const;

  /// A server on another machine may be used without proof of who it is (C14).
  bool insecure() const { return insecure_; }

private:
  std::string url_;
  std::string file_;
  bool insecure_ = false;
};

} // namespace muster::app
