#include "messages/cluster_settings.hpp"

#include "messages/node_address.hpp"

namespace muster {

namespace {

/// More than anyone needs, and few enough for every store's numbers.
constexpr std::uint32_t most_weight = 1'000'000;
constexpr std::uint32_t most_shards = 100'000;

/// Of one process alone.
std::string check_alone(const cluster_settings& x, const cluster_names& names) {
  auto without = [&](std::string name) {
    return name + " is for a process that shares the bot's shards; set "
           + names.node + ", too, or leave it out";
  };
  if (!x.advertise.empty())
    return without(names.advertise);
  if (!x.tls_dir.empty())
    return without(names.tls_dir);
  if (x.weight != 1)
    return without(names.weight);
  if (x.max_shards)
    return without(names.max_shards);
  if (x.rebalance_after != cluster_settings{}.rebalance_after)
    return without(names.rebalance_after);
  return {};
}

std::string check_places(const cluster_settings& x, const std::string& state,
                         const cluster_names& names) {
  auto of = [](const char* name, const std::string& value) {
    return name + std::string{" is '"} + value + "': ";
  };
  node_address node;
  if (auto wrong = node_address::parse(x.node, node); !wrong.empty())
    return of(names.node, x.node) + wrong;
  auto advertise = node;
  if (!x.advertise.empty())
    if (auto wrong = node_address::parse(x.advertise, advertise);
        !wrong.empty())
      return of(names.advertise, x.advertise) + wrong;
  auto by_file = state.rfind("sqlite:", 0) == 0;
  if (by_file && !node.is_loopback())
    return of(names.node, x.node)
           + "an SQLite file is for the processes of one machine; write "
             "127.0.0.1:PORT, or keep the state in PostgreSQL";
  if (advertise.is_any())
    return x.advertise.empty()
               ? of(names.node, x.node)
                     + "all addresses of this machine, of which others need "
                       "one; say it with "
                     + names.advertise
               : of(names.advertise, x.advertise)
                     + "no address that others could reach; write this "
                       "machine's name or address";
  if (by_file && !advertise.is_loopback())
    return of(names.advertise, x.advertise)
           + "an SQLite file is for the processes of one machine; leave it "
             "out, or keep the state in PostgreSQL";
  return {};
}

} // namespace

std::string check(const cluster_settings& x, const std::string& state,
                  const cluster_names& names) {
  using namespace std::chrono_literals;
  if (x.weight > most_weight)
    return std::string{names.weight} + " is between 0 and "
           + std::to_string(most_weight);
  if (x.max_shards && (*x.max_shards < 1 || *x.max_shards > most_shards))
    return std::string{names.max_shards} + " is between 1 and "
           + std::to_string(most_shards) + "; to run no shards, set "
           + names.weight + " to 0";
  if (x.rebalance_after < 0s || x.rebalance_after > 1h)
    return std::string{names.rebalance_after} + " is between 0 and 1 h";
  if (x.node.empty())
    return check_alone(x, names);
  if (state.empty())
    return std::string{names.node}
           + " needs a state that the processes of "
             "the bot share; set "
           + names.state + " to sqlite:PATH or a postgresql:// URL";
  if (auto wrong = check_places(x, state, names); !wrong.empty())
    return wrong;
  if (state.rfind("sqlite:", 0) != 0 && x.tls_dir.empty())
    return std::string{names.tls_dir}
           + " is missing: processes know each "
             "other by certificates; make them with muster certs DIR NAME and "
             "name the folder of this machine";
  return {};
}

} // namespace muster
