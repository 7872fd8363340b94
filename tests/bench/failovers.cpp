// What faults of a bot's processes cost: three of them, 12 shards, 240 guilds.
//   bench_failovers sqlite|postgres [--node-timeout MS] [FAULT]...
// Prints a table in Markdown. Needs about five minutes, and for postgres the
// right to start a server.

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
  std::puts(
      "| what happens | noticed | served | identifies | lost | doubled |\n"
      "|---|---|---|---|---|---|");
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
  if (faults.empty())
    faults = node_trial::faults();
  std::string store = argc > 1 ? argv[1] : "";
  if (store == "sqlite") {
    sqlite_switch file;
    values.state = file.url();
    node_trial trial{values, file.both()};
    return show(trial, faults);
  }
  if (store == "postgres") {
    postgres_switch server;
    values.state = server.url();
    values.tls_dir = server.keys();
    node_trial trial{values, server.both()};
    return show(trial, faults);
  }
  std::fputs("say sqlite or postgres\n", stderr);
  return 2;
}
