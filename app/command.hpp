#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace muster::app {

/// A command of the program: its options are added when it is made, and it
/// runs when they have been read. Returns the exit code; throws
/// CLI::ValidationError for what CLI11 itself does not see.
using command = std::function<int()>;

command add_run(CLI::App& program);
command add_members(CLI::App& program);
command add_simulate(CLI::App& program);
command add_status(CLI::App& program);
command add_drain(CLI::App& program);
command add_undrain(CLI::App& program);
command add_certs(CLI::App& program);

} // namespace muster::app
