#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace muster::app {

/// Lets the options of all commands come from a file (--config, TOML or INI
/// with a section for each command) and from the environment, too, and be shown
/// (--print-config). The command line has precedence, then the file, then the
/// environment. To be called when all commands have been added.
void add_config(CLI::App& program);

/// True if --print-config was given.
bool wants_config(const CLI::App& program);

/// What the command's options are now, as a section for --config. Secrets are
/// not: they are no options.
std::string config_of(const CLI::App& command);

/// What is wrong with the file, and the mend.
std::string words_of(const CLI::ConfigError& e, const CLI::App& program);

} // namespace muster::app
