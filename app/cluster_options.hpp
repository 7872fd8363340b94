#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "messages/cluster_settings.hpp"

namespace muster::app {

/// The options by which `run` shares the shards of a bot with others.
class cluster_options {
public:
  void add_to(CLI::App& command, const char* group);

  /// What was given, for a process with this state. Throws
  /// CLI::ValidationError, whose text says the mend.
  const cluster_settings& resolve(const std::string& state) const;

private:
  cluster_settings values_;
};

} // namespace muster::app
