#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/state_options.hpp"
#include "net/state_store.hpp"

namespace muster::app {

/// The options of commands that ask the state of a bot, and nothing else.
class store_query {
public:
  void add_to(CLI::App& command);

  /// The store that was named, not yet asked anything. Throws
  /// CLI::ValidationError, whose text says the mend.
  std::shared_ptr<state_store> open() const;

private:
  state_options state_;
  std::string bot_;
};

} // namespace muster::app
