#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "actors/placement.hpp"
#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/output.hpp"
#include "app/status_text.hpp"
#include "app/store_query.hpp"
#include "messages/errc.hpp"

namespace muster::app {

namespace {

struct status_options {
  store_query query;
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
  store_status found;
  if (auto error = x.query.open()->look(found)) {
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
  x->query.add_to(command);
  command.add_flag("--json", x->json, "Print it as one JSON object")
      ->group("Output");
  return [x] { return status(*x); };
}

} // namespace muster::app
