#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "messages/settings.hpp"
#include "net/token.hpp"

namespace muster::app {

/// What `run` and `members` have in common: where to connect, as whom, and
/// how patiently.
class connection_options {
public:
  /// Adds the options to a command, whose help says which log level it takes
  /// when none is chosen.
  void add_to(CLI::App& command, const std::string& default_log_level);

  /// Turns what was given into settings; throws CLI::ValidationError, whose
  /// text says the mend.
  void resolve();

  /// True if neither a token nor a REST URL was given: the embedded simulator
  /// stands in.
  bool wants_simulator() const { return wants_simulator_; }

  settings values;
  token secret;
  /// Empty when none was chosen.
  std::string log_level;
  /// Each line of the log is a JSON object.
  bool json_log() const { return log_format_ == "json"; }

private:
  void add_connection(CLI::App& command, const std::string& default_log_level);
  void add_limits(CLI::App& command);

  void take_token();
  void take_rest_url(bool has_token);

  std::string rest_url_;
  std::string token_file_;
  std::string shard_count_ = "auto";
  std::string shards_;
  std::string intents_ = "guilds,guild_members";
  std::string compress_ = "zstd";
  std::string log_format_ = "text";
  bool wants_simulator_ = false;
};

/// The token in a file; throws CLI::ValidationError if there is none.
token read_token(const std::string& path);

} // namespace muster::app
