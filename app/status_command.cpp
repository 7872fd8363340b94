#include <cstdio>
#include <memory>
#include <string>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/output.hpp"
#include "app/state_options.hpp"
#include "app/status_text.hpp"
#include "messages/errc.hpp"
#include "net/open_store.hpp"

namespace muster::app {

namespace {

struct status_options {
  state_options state;
  std::string bot;
  bool json = false;
};

int status(const status_options& x) {
  auto url = x.state.resolve();
  if (url.empty())
    throw CLI::ValidationError(
        "--state", "say where the state is kept: --state sqlite:PATH, "
                   "--state-file FILE, or MUSTER_STATE");
  store_status found;
  if (auto error = open_store(url, x.bot)->look(found)) {
    std::fprintf(stderr, "muster: %s\n", sentence_of(error).c_str());
    return exit_fatal;
  }
  auto text = x.json ? to_json(found) + '\n' : to_table(found);
  return write_out(text) ? exit_complete : exit_fatal;
}

} // namespace

command add_status(CLI::App& program) {
  auto x = std::make_shared<status_options>();
  auto& command = *program.add_subcommand(
      "status", "Show which process runs which shard of a bot, and how far "
                "they are, as the state tells it.");
  x->state.add_to(command, "State");
  command
      .add_option("--bot", x->bot,
                  "Id of the bot, where the state holds several")
      ->type_name("ID")
      ->group("State");
  command.add_flag("--json", x->json, "Print it as one JSON object")
      ->group("Output");
  return [x] { return status(*x); };
}

} // namespace muster::app
