#include "app/store_query.hpp"

#include "net/open_store.hpp"

namespace muster::app {

void store_query::add_to(CLI::App& command) {
  state_.add_to(command, "State");
  command
      .add_option("--bot", bot_, "Id of the bot, where the state holds several")
      ->type_name("ID")
      ->group("State");
}

std::shared_ptr<state_store> store_query::open() const {
  auto url = state_.resolve();
  if (url.empty())
    throw CLI::ValidationError(
        "--state", "say where the state is kept: --state sqlite:PATH or "
                   "--state postgresql://..., --state-file FILE, or "
                   "MUSTER_STATE");
  return open_store(url, bot_);
}

} // namespace muster::app
