// What faults of a bot's processes cost: three of them, 12 shards, 240 guilds.
//   bench_failovers sqlite|postgres [--node-timeout MS] [FAULT]...
// Prints a table in Markdown. Needs about five minutes, for postgres the right
// to start a server, and to cut cables there root and iproute2.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>

#include "tests/support/node_trial.hpp"
#include "tests/support/store_switches.hpp"

using namespace muster::test;

namespace {

std::string seconds(std::optional<fault_cost::seconds> x) {
  if (!x)
    return "-";
  char text[32];
  std::snprintf(text, sizeof(text), "%.1f s", x->count());
  return text;
}

int show(node_trial& trial, const std::vector<std::string>& faults) {
  for (auto& fault : faults) {
    std::string wrong;
    auto x = trial.run(fault, wrong);
    if (!wrong.empty()) {
      std::printf("| %s | %s |\n", fault.c_str(), wrong.c_str());
      return 1;
    }
    std::printf("| %s | %s | %s | %llu | %llu | %llu |\n", fault.c_str(),
                seconds(x.noticed).c_str(), seconds(x.served).c_str(),
                static_cast<unsigned long long>(x.identifies),
                static_cast<unsigned long long>(x.lost),
                static_cast<unsigned long long>(x.doubled));
    std::fflush(stdout);
  }
  return 0;
}

int run_sqlite(node_fleet::terms x, const std::vector<std::string>& faults) {
  sqlite_switch file;
  x.state = file.url();
  node_trial trial{x, file.both()};
  return show(trial, faults);
}

int run_postgres(node_fleet::terms x, const std::vector<std::string>& faults) {
  postgres_switch server;
  x.state = server.url();
  x.tls_dir = server.keys();
  node_trial trial{x, server.both()};
  return show(trial, faults);
}

int run_machines(node_fleet::terms x, const std::vector<std::string>& faults) {
  if (auto why = test_network::why_not(); !why.empty()) {
    std::fprintf(stderr, "no cables are cut here: %s\n", why.c_str());
    return 0;
  }
  test_network network;
  postgres_switch server{test_network::host(test_network::lan::store)};
  x.state = server.url();
  x.network = &network;
  node_trial trial{x, server.both()};
  return show(trial, faults);
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> faults;
  node_fleet::terms values;
  values.node_timeout = std::chrono::seconds(15);
  for (int i = 2; i < argc; ++i)
    if (std::strcmp(argv[i], "--node-timeout") == 0 && i + 1 < argc)
      values.node_timeout = std::chrono::milliseconds(std::stoi(argv[++i]));
    else
      faults.emplace_back(argv[i]);
  std::string store = argc > 1 ? argv[1] : "";
  if (store != "sqlite" && store != "postgres") {
    std::fputs("say sqlite or postgres\n", stderr);
    return 2;
  }
  auto& of_cables = node_trial::cable_faults();
  if (faults.empty()) {
    faults = node_trial::faults();
    if (store == "postgres")
      faults.insert(faults.end(), of_cables.begin(), of_cables.end());
  }
  auto cables =
      std::stable_partition(faults.begin(), faults.end(), [&](auto& x) {
        return std::count(of_cables.begin(), of_cables.end(), x) == 0;
      });
  std::vector<std::string> cut(cables, faults.end());
  faults.erase(cables, faults.end());
  if (store == "sqlite" && !cut.empty()) {
    std::fputs("cables are between machines; say postgres\n", stderr);
    return 2;
  }
  std::puts(
      "| what happens | noticed | served | identifies | lost | doubled |\n"
      "|---|---|---|---|---|---|");
  auto result = 0;
  if (!faults.empty())
    result = store == "sqlite" ? run_sqlite(values, faults)
                               : run_postgres(values, faults);
  if (result == 0 && !cut.empty())
    result = run_machines(values, cut);
  return result;
}
