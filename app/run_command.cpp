#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include <caf/scoped_actor.hpp>
#include <unistd.h>

#include "app/cluster_options.hpp"
#include "app/command.hpp"
#include "app/event_json.hpp"
#include "app/listen.hpp"
#include "app/option_types.hpp"
#include "app/options.hpp"
#include "app/service_manager.hpp"
#include "app/simulator/simulator.hpp"
#include "app/state_options.hpp"
#include "app/text.hpp"
#include "messages/errc.hpp"

namespace muster::app {

namespace {

struct run_options {
  connection_options connection;
  state_options state;
  cluster_options cluster;
  std::string shards;
  std::string events = "pretty";
  std::vector<std::string> pinned;
  std::vector<std::string> only;
  std::string takeover;
  std::string identify_reserve = "10%";
  bool no_auto_chunk = false;
  bool no_presences = false;
  bool once = false;
  bool progress_events = false;
};

std::vector<snowflake> guilds_of(const char* option,
                                 const std::vector<std::string>& texts) {
  std::vector<snowflake> result;
  for (auto& text : texts) {
    auto id = parse_snowflake(text);
    if (!id)
      throw CLI::ValidationError(option, "'" + text
                                             + "' is no guild id; it is a "
                                               "positive number of up to 20 "
                                               "digits");
    result.push_back(*id);
  }
  return result;
}

/// None if the actors do not answer in time; `why` says more.
std::optional<statistics> figures_of(session& s, tracker& bot,
                                     caf::timespan patience,
                                     std::string* why = nullptr) {
  std::optional<statistics> result;
  caf::scoped_actor self{s.system()};
  self->request(bot.router(), patience, statistics_request{})
      .receive([&](const statistics& x) { result = x; },
               [&](const caf::error& e) {
                 if (why != nullptr)
                   *why = sentence_of(e);
               });
  return result;
}

int run(run_options& x) {
  auto& options = x.connection;
  options.resolve();
  auto& values = options.values;
  if (!x.shards.empty()) {
    auto indexes = parse_indexes(x.shards);
    if (!indexes)
      throw CLI::ValidationError(
          "--shards", "'" + x.shards + "' is no list of shards; write 0-3,7");
    values.shards = *std::move(indexes);
  }
  values.state = x.state.resolve();
  values.insecure_store = x.state.insecure();
  values.cluster = x.cluster.resolve(values.state);
  if (x.takeover == "rechunk")
    values.takeover = takeover_policy::rechunk;
  else if (x.takeover == "keep")
    values.takeover = takeover_policy::keep;
  auto reserve = parse_percent(x.identify_reserve);
  if (!reserve)
    throw CLI::ValidationError("--identify-reserve",
                               "'" + x.identify_reserve
                                   + "' is no percentage; write 10%");
  values.identify_reserve = *reserve;
  values.pinned_guilds = guilds_of("--pin", x.pinned);
  values.only_guilds = guilds_of("--only", x.only);
  values.auto_chunk = !x.no_auto_chunk;
  values.chunk_presences = !x.no_presences;
  auto can_chunk =
      values.auto_chunk && (values.intents & intent::guild_members) != 0;
  if (x.once && !can_chunk)
    throw CLI::ValidationError(
        "--once", "nothing is chunked, so it would never end; leave out "
                  "--no-auto-chunk and keep the intent guild_members");
  if (auto wrong = check(values); !wrong.empty())
    throw CLI::ValidationError(wrong);
  auto pretty = x.events == "pretty";
  if (pretty && x.progress_events)
    throw CLI::ValidationError("--progress-events",
                               "it goes with --events json; pretty shows the "
                               "progress by itself");
  if (options.log_level.empty())
    options.log_level = pretty ? "warn" : "info"; // pretty shows it itself
  session s{options.log_level, options.json_log(),
            !values.cluster.node.empty()};
  std::optional<sim::simulator> stand_in;
  if (options.wants_simulator()) {
    // Nobody to connect to: show the main job on a gateway of our own.
    sim::options world;
    world.identify_window = std::chrono::milliseconds(500);
    stand_in.emplace(world);
    values.rest_url = stand_in->rest_url();
    values.identify_interval = std::chrono::milliseconds(550);
    values.network_margin = std::chrono::milliseconds(50);
    if (!can_chunk)
      throw CLI::ValidationError(
          "there is no token and nothing to chunk; set DISCORD_TOKEN, or keep "
          "chunking on for the simulator");
    if (!values.state.empty())
      throw CLI::ValidationError(
          "there is no token, and what the simulator brings ends with it; set "
          "DISCORD_TOKEN, or leave the state out");
    std::fputs("no token and no --rest-url: running against the simulator\n",
               stderr);
  }
  auto judge = std::make_shared<verdict>(x.once || options.wants_simulator(),
                                         values.only_guilds);
  tracker bot{s.system(), values, options.secret};
  auto out = std::make_shared<display>();
  auto whose = values.cluster.node.empty() ? scope::node : scope::bot;
  using clock = display::clock;
  if (pretty) {
    listen(bot, whose, s, judge, out, !s.tells_errors(),
           []<class Event>(progress_view& view, const Event& e) {
             if constexpr (std::is_same_v<Event, chunking_progress>)
               return view.show(e, clock::now());
             else
               return view.show(e);
           });
  } else {
    listen(
        bot, whose, s, judge, out, true,
        [all = x.progress_events]<class Event>(progress_view&, const Event& e) {
          if (std::is_same_v<Event, chunking_progress> && !all)
            return std::string{};
          return to_json(e) + '\n';
        });
  }
  bot.start();
  if (auto port = bot.http_port(); pretty && port != 0)
    std::fprintf(stderr, "a page and figures by HTTP at port %u\n",
                 unsigned{port});
  service_manager manager;
  if (!manager.is_absent())
    while (!s.wait_for(manager.interval()))
      manager.tell(figures_of(s, bot, 2 * manager.interval()));
  else if (pretty && isatty(STDOUT_FILENO) != 0)
    while (!s.wait_for(std::chrono::seconds(1)))
      if (!out->write(
              [](progress_view& view) { return view.tick(clock::now()); }))
        s.end(exit_fatal);
  auto code = s.wait();
  manager.stopping();
  std::optional<statistics> figures;
  if (pretty) {
    std::string why;
    figures = figures_of(s, bot, std::chrono::seconds(6), &why);
    if (!figures)
      std::fprintf(stderr, "muster: no summary: %s\n", why.c_str());
  }
  bot.stop();
  if (figures && !out->write([&](progress_view& view) {
        return view.summary(*figures, clock::now());
      }))
    return exit_fatal;
  return code;
}

} // namespace

command add_run(CLI::App& program) {
  auto x = std::make_shared<run_options>();
  auto& command = *program.add_subcommand(
      "run", "Connect the bot's shards, chunk every guild and show the events. "
             "Without a token and without --rest-url it runs against a "
             "simulator and ends when chunking has finished.");
  x->connection.add_to(command, "warn, or info with --events json");
  x->state.add_to(command, "Restarts");
  add_time(command, "--node-timeout", x->connection.values.node_timeout,
           "A process of the bot's that has not renewed its lease for so long "
           "counts as dead; the same for all of them")
      ->group("Restarts");
  command
      .add_option("--takeover", x->takeover,
                  "Guilds that the process before had: rechunk asks for their "
                  "members again, keep goes on with the books; keep by "
                  "default, since run has no use for members")
      ->type_name("HOW")
      ->check(CLI::IsMember({"rechunk", "keep"}))
      ->group("Restarts");
  command
      .add_option("--identify-reserve", x->identify_reserve,
                  "Part of the day's identifies that is kept for shards "
                  "without a session")
      ->type_name("PERCENT")
      ->capture_default_str()
      ->group("Restarts");
  x->cluster.add_to(command, "Several processes");
  auto watching = "Watching";
  command
      .add_option(
          "--http", x->connection.values.http,
          "Show a page, /metrics, /healthz, /readyz and /status there; :PORT "
          "is for this machine only")
      ->type_name("HOST:PORT")
      ->group(watching);
  command
      .add_option("--http-host", x->connection.values.http_hosts,
                  "A name by which requests may call it, besides its address; "
                  "may be repeated")
      ->type_name("NAME")
      ->group(watching);
  auto startup = "Startup";
  command
      .add_option("--shards", x->shards,
                  "Shards to run here, such as 0-3,7; all by default")
      ->type_name("LIST")
      ->group(startup);
  command
      .add_flag("--no-auto-chunk", x->no_auto_chunk,
                "Do not ask for the members of the guilds at startup")
      ->group(startup);
  command
      .add_flag("--no-presences", x->no_presences,
                "Do not ask for presences, even with guild_presences")
      ->group(startup);
  command
      .add_flag("--once", x->once,
                "Exit after finished_chunking: 0 if all is complete, 3 if "
                "some guild is not")
      ->group(startup);
  command
      .add_option("--max-attempts", x->connection.values.max_attempts,
                  "Attempts for each guild")
      ->type_name("N")
      ->capture_default_str()
      ->group(startup);
  command
      .add_option("--pin", x->pinned,
                  "Guild to be asked for first; may be repeated")
      ->type_name("GUILD_ID")
      ->group(startup);
  command
      .add_option("--only", x->only, "Ask for this guild only; may be repeated")
      ->type_name("GUILD_ID")
      ->group(startup);
  command
      .add_option("--events", x->events,
                  "How to show events on stdout: pretty, or json with one "
                  "object a line")
      ->type_name("FORM")
      ->check(CLI::IsMember({"pretty", "json"}))
      ->capture_default_str()
      ->group(startup);
  command
      .add_flag("--progress-events", x->progress_events,
                "With --events json: tell how far the startup is, too, up to "
                "four times a second")
      ->group(startup);
  return [x] { return run(*x); };
}

} // namespace muster::app
