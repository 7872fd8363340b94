#include "app/program.hpp"

#include <cstdio>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/command.hpp"
#include "app/config_file.hpp"
#include "app/exit_code.hpp"
#include "app/option_types.hpp"
#include "app/output.hpp"
#include "app/secret_words.hpp"
#include "net/version_line.hpp"

namespace muster::app {

int run_program(int argc, char** argv) {
  std::vector<std::string> given{argv, argv + argc};
  hide_logins(argc, argv);
  std::vector<char*> words;
  for (auto& x : given)
    words.push_back(x.data());
  hold_standard_streams();
  CLI::App program{
      "muster asks Discord for the members of a bot's guilds and keeps the "
      "books: which requests are complete, when a shard is done, when all are.",
      "muster"};
  // Before the commands are added, which inherit them.
  program.formatter(std::make_shared<help_formatter>());
  program.set_help_all_flag("--help-all", "Print this with all options");
  program.require_subcommand(1);
  program.set_version_flag("--version", version_line());
  program.footer("Each command has its own --help, and --help-all with what "
                 "is for tests and rare cases.\nThe bot token is read from "
                 "DISCORD_TOKEN or --token-file and is never printed.\n"
                 "Exit codes: 0 complete, 1 fatal error, 2 bad usage, 3 not "
                 "everything came, 130 interrupted, 143 terminated.");
  program.failure_message([](const CLI::App*, const CLI::Error& e) {
    return "muster: " + without_logins(e.what())
           + "\nSee 'muster --help' or 'muster COMMAND --help'.\n";
  });
  const std::pair<const char*, command> commands[] = {
      {"run", add_run(program)},           {"members", add_members(program)},
      {"simulate", add_simulate(program)}, {"status", add_status(program)},
      {"drain", add_drain(program)},       {"undrain", add_undrain(program)},
      {"certs", add_certs(program)},
  };
  add_config(program);
  try {
    // CLI11 would only say that a command is missing.
    if (argc > 1 && given[1][0] != '-'
        && program
               .get_subcommands(
                   [&](CLI::App* x) { return x->get_name() == given[1]; })
               .empty())
      throw CLI::ValidationError("'" + given[1]
                                 + "' is no command; there are run, members, "
                                   "simulate, status, drain, undrain and "
                                   "certs");
    program.parse(argc, words.data());
    for (auto& [name, call] : commands)
      if (program.got_subcommand(name)) {
        if (!wants_config(program))
          return call();
        return write_out(config_of(*program.get_subcommand(name)))
                   ? exit_complete
                   : exit_fatal;
      }
    return exit_usage; // not reached: one is required
  } catch (const CLI::ConfigError& e) {
    std::fprintf(stderr, "muster: %s\n", words_of(e, program).c_str());
    return exit_usage;
  } catch (const CLI::ParseError& e) {
    // CLI11 has codes of its own; scripts are promised 2.
    return program.exit(e) == 0 ? exit_complete : exit_usage;
  } catch (const std::invalid_argument& e) {
    std::fprintf(stderr, "muster: %s\n", e.what());
    return exit_usage;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "muster: %s\n", e.what());
    return exit_fatal;
  }
}

} // namespace muster::app
