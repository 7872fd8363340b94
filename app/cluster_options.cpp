#include "app/cluster_options.hpp"

#include <charconv>

#include "app/option_types.hpp"

namespace muster::app {

namespace {

/// An option that takes a number, unlike CLI11's own with the mend.
template <class Take>
CLI::Option* add_number(CLI::App& command, const char* name, const char* mend,
                        const char* help, Take take) {
  return command
      .add_option_function<std::string>(
          name,
          [name, mend, take](const std::string& text) {
            std::uint32_t n = 0;
            auto last = text.data() + text.size();
            auto [end, ec] = std::from_chars(text.data(), last, n);
            if (ec != std::errc{} || end != last)
              throw CLI::ValidationError(
                  name, "'" + text + "' is no number from 0 on; " + mend);
            take(n);
          },
          help)
      ->type_name("N");
}

} // namespace

void cluster_options::add_to(CLI::App& command, const char* group) {
  auto& x = values_;
  command
      .add_option("--node", x.node,
                  "Share the bot's shards with other processes, which reach "
                  "this one there; without it one runs, and others wait for "
                  "its end")
      ->type_name("HOST:PORT")
      ->group(group);
  command
      .add_option("--advertise", x.advertise,
                  "Where others reach it, if not there")
      ->type_name("HOST:PORT")
      ->group(group);
  add_number(command, "--weight", "write 0 to run no shards, or 1, 2 ...",
             "Its part of the shards is this of the sum of all; 0: none",
             [&x](std::uint32_t n) { x.weight = n; })
      ->default_str(std::to_string(x.weight))
      ->group(group);
  add_number(command, "--max-shards", "write 1, 2 ..., or leave it out",
             "The most shards that it runs",
             [&x](std::uint32_t n) { x.max_shards = n; })
      ->group(group);
  add_time(command, "--rebalance-after", x.rebalance_after,
           "How long shards are unevenly spread before some are moved")
      ->group(group);
  command
      .add_option("--tls-dir", x.tls_dir,
                  "Folder with ca.pem, node.pem and node.key, as muster certs "
                  "makes it; made beside an SQLite file if left out")
      ->type_name("DIR")
      ->group(group);
}

const cluster_settings&
cluster_options::resolve(const std::string& state) const {
  cluster_names names;
  names.state = "--state";
  names.node = "--node";
  names.advertise = "--advertise";
  names.weight = "--weight";
  names.max_shards = "--max-shards";
  names.rebalance_after = "--rebalance-after";
  names.tls_dir = "--tls-dir";
  if (auto wrong = check(values_, state, names); !wrong.empty())
    throw CLI::ValidationError(wrong);
  return values_;
}

} // namespace muster::app
