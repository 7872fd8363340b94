#include <memory>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/option_types.hpp"
#include "app/options.hpp"
#include "app/output.hpp"
#include "app/session.hpp"
#include "app/simulator/simulator.hpp"

namespace muster::app {

namespace {

struct simulate_options {
  sim::options world;
  std::vector<std::string> faults;
  std::string script;
  std::string ca_file;
  std::string token_file;
};

int simulate(simulate_options& x) {
  if (x.world.heartbeat_interval.count() == 0)
    throw CLI::ValidationError("--heartbeat-interval",
                               "no client can keep up with 0; write 1ms or "
                               "more");
  x.world.ca_path = x.ca_file;
  if (!x.token_file.empty())
    x.world.token = read_token(x.token_file).reveal();
  std::string why;
  for (auto& text : x.faults) {
    auto fault = sim::parse_fault(text, &why);
    if (!fault)
      throw CLI::ValidationError("--fault", why);
    x.world.faults.push_back(*fault);
  }
  if (!x.script.empty()) {
    auto more = sim::load_script(x.script, &why);
    if (!more)
      throw CLI::ValidationError("--script", why);
    x.world.faults.insert(x.world.faults.end(), more->begin(), more->end());
  }
  session s{"info"};
  sim::simulator world{x.world};
  auto where = world.rest_url() + '\n';
  if (x.world.tls)
    where += world.ca_path().string() + '\n';
  if (!write_out(where))
    return exit_fatal;
  auto code = s.wait();
  return write_out(sim::to_json(world.counts()) + '\n') ? code : exit_fatal;
}

} // namespace

command add_simulate(CLI::App& program) {
  auto x = std::make_shared<simulate_options>();
  auto& command = *program.add_subcommand(
      "simulate",
      "Run a simulated Discord gateway on this machine. Prints the REST URL, "
      "with --tls also the path of its certificate authority, and when it is "
      "interrupted what it has counted, as JSON.");
  auto& world = x->world;
  auto number = [&](const char* name, auto& value, const char* help) {
    command.add_option(name, value, help)
        ->type_name("N")
        ->capture_default_str();
  };
  number("--port", world.port, "Port to listen on; 0: any free one");
  number("--shards", world.shards, "Shards that it recommends");
  number("--guilds", world.guilds, "Guilds for each of these shards");
  number("--members", world.members, "Members of each guild");
  command
      .add_option("--sizes", world.guild_sizes,
                  "Member count of each guild there is, instead of "
                  "--guilds and --members")
      ->delimiter(',')
      ->type_name("N,N...");
  command.add_flag("--tls", world.tls,
                   "Use https and wss with a throw-away authority");
  command
      .add_option("--ca-out", x->ca_file,
                  "Where to write that authority; by default a new "
                  "temporary file")
      ->type_name("FILE");
  command
      .add_option("--token", world.token,
                  "The only token that is accepted, a made-up one since it "
                  "is shown in process listings; all are by default")
      ->type_name("TOKEN");
  command.add_option("--token-file", x->token_file, "The same from a file")
      ->type_name("FILE")
      ->excludes("--token");
  number("--max-concurrency", world.max_concurrency, "Buckets of identifies");
  number("--chunk-size", world.chunk_size, "Members in a chunk, up to 1000");
  number("--allowed-intents", world.allowed_intents,
         "Bits; identifying with others closes with 4014");
  command.add_flag("--ignore-compress", world.ignore_compress,
                   "Send plain text whatever compression is asked for, of the "
                   "transport or of payloads");
  command.add_flag("--serial", world.serial,
                   "Answer requests strictly in turn");
  auto span = [&](const char* name, std::chrono::milliseconds& value,
                  const char* help) { add_time(command, name, value, help); };
  span("--guild-delay", world.guild_delay,
       "From READY to the first GUILD_CREATE");
  span("--chunk-delay", world.chunk_delay, "Pause after each chunk");
  span("--heartbeat-interval", world.heartbeat_interval, "As HELLO says it");
  span("--identify-window", world.identify_window,
       "One identify for each bucket in this time");
  span("--send-window", world.send_window, "At most 120 payloads in this time");
  span("--cooldown", world.chunk_cooldown,
       "The whole list of a guild is answered once in this time");
  command
      .add_option("--fault", x->faults,
                  "A planned misbehaviour, KIND[:KEY=VALUE,...]; may be "
                  "repeated. See below")
      ->type_name("FAULT");
  command
      .add_option("--script", x->script, "File with a JSON array of such texts")
      ->type_name("FILE");
  command.footer(sim::fault_help());
  return [x] { return simulate(*x); };
}

} // namespace muster::app
