#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "actors/placement.hpp"
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

/// Of a bot with many processes: those that none of them may run.
void mark_unplaceable(store_status& x) {
  std::vector<node_info> all;
  for (auto& node : x.nodes)
    all.push_back(node.info);
  auto shared = std::any_of(all.begin(), all.end(),
                            [](auto& node) { return !node.address.empty(); });
  placement places{all, 0, static_cast<std::uint32_t>(x.shards.size())};
  for (auto& shard : x.shards)
    if (shared && !shard.owner && places.is_unplaceable(shard.index))
      shard.state = shard_state::unplaceable;
}

int status(const status_options& x) {
  auto url = x.state.resolve();
  if (url.empty())
    throw CLI::ValidationError(
        "--state", "say where the state is kept: --state sqlite:PATH or "
                   "--state postgresql://..., --state-file FILE, or "
                   "MUSTER_STATE");
  store_status found;
  if (auto error = open_store(url, x.bot)->look(found)) {
    std::fprintf(stderr, "muster: %s\n", sentence_of(error).c_str());
    return exit_fatal;
  }
  mark_unplaceable(found);
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
