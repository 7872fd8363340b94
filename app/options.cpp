#include "app/options.hpp"

#include <charconv>
#include <cstdlib>
#include <fstream>

#include "app/option_types.hpp"
#include "messages/node_address.hpp"
#include "net/intents.hpp"
#include "net/proxy_policy.hpp"
#include "net/url.hpp"

namespace muster::app {

namespace {

constexpr const char* limits = "Limits";

[[noreturn]] void refuse(const char* option, const std::string& why) {
  throw CLI::ValidationError(option, why);
}

} // namespace

token read_token(const std::string& path) {
  // No token is as long; a device may have no end.
  constexpr std::size_t most = 4096;
  std::string text(most, '\0');
  std::ifstream file{path};
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof())
    refuse("--token-file", "'" + path + "' cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  std::string why;
  auto parsed = token::parse(text, &why);
  if (!parsed)
    refuse("--token-file", "'" + path + "' holds no token: " + why);
  return *std::move(parsed);
}

void connection_options::add_to(CLI::App& command,
                                const std::string& default_log_level) {
  add_connection(command, default_log_level);
  add_limits(command);
}

void connection_options::add_connection(CLI::App& command,
                                        const std::string& default_log_level) {
  auto connect = "Connection";
  command
      .add_option("--token-file", token_file_,
                  "File with the bot token; otherwise it is taken from the "
                  "environment variable DISCORD_TOKEN")
      ->type_name("FILE")
      ->group(connect);
  command
      .add_option_function<std::string>(
          "--token",
          [](const std::string&) {
            refuse("--token",
                   "no token is taken from the command line, where all users "
                   "of this machine can read it; reset it if it was a real "
                   "one, and use DISCORD_TOKEN or --token-file");
          })
      ->group(""); // not in --help
  command
      .add_option("--rest-url", rest_url_,
                  "Base of the REST API, http or https "
                  "[https://discord.com/api/v10]")
      ->type_name("URL")
      ->group(connect);
  command
      .add_option("--proxy", values.proxy,
                  "What REST and gateway are reached through: "
                  "http://[USER:PASSWORD@]HOST:PORT, socks5://... or none; "
                  "otherwise HTTPS_PROXY, ALL_PROXY and NO_PROXY")
      ->type_name("URL")
      ->group(connect);
  command
      .add_option("--ca-file", values.ca_file,
                  "PEM file with further certificate authorities to trust")
      ->type_name("FILE")
      ->group(connect);
  command
      .add_option("--shard-count", shard_count_,
                  "Shards of the bot, or auto: as Discord recommends")
      ->type_name("N|auto")
      ->capture_default_str()
      ->group(connect);
  command
      .add_option("--intents", intents_,
                  "Gateway intents: names separated by commas, or a number")
      ->type_name("NAMES")
      ->capture_default_str()
      ->group(connect);
  command
      .add_option("--large-threshold", values.large_threshold,
                  "Guilds above this many members come without offline "
                  "ones, 50 to 250")
      ->type_name("N")
      ->capture_default_str()
      ->group(connect);
  command
      .add_option("--compress", compress_,
                  "Transport compression: zstd, zlib or none")
      ->type_name("METHOD")
      ->capture_default_str()
      ->group(connect);
  command
      .add_option("--log-level", log_level,
                  "Logs on stderr: debug, info, warn, error or off; by "
                  "default "
                      + default_log_level)
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->group(connect);
  command
      .add_option("--log-format", log_format_,
                  "Logs as text, or json with one object a line")
      ->type_name("FORM")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str()
      ->group(connect);
}

void connection_options::add_limits(CLI::App& command) {
  auto time = [&](const char* name, caf::timespan& value, const char* help) {
    return add_time(command, name, value, help);
  };
  time("--timeout", values.timeout, "Longest gap between two chunks")
      ->group(limits);
  time("--first-response-timeout", values.first_response_timeout,
       "Longest wait for the first chunk")
      ->group(limits);
  add_size(command, "--max-payload", values.max_payload,
           "Largest payload, unpacked, in bytes, K or M")
      ->group(limits);
  time("--guild-create-timeout", values.guild_create_timeout,
       "Longest wait for the next guild at startup")
      ->group(advanced_group);
  command
      .add_option("--max-in-flight", values.max_in_flight,
                  "Whole lists on the wire at once, per shard")
      ->type_name("N")
      ->capture_default_str()
      ->group(advanced_group);
  time("--backoff-min", values.backoff_min, "First wait before a reconnect")
      ->group(advanced_group);
  time("--backoff-max", values.backoff_max, "Longest wait before a reconnect")
      ->group(advanced_group);
  time("--cooldown", values.cooldown,
       "Between two whole lists of one guild; Discord asks for 30s")
      ->group(advanced_group);
  time("--send-window", values.send_window,
       "Span in which at most 120 payloads are sent; Discord's is 60s")
      ->group(advanced_group);
  time("--identify-interval", values.identify_interval,
       "Between two identifies of one bucket; Discord asks for 5s")
      ->group(advanced_group);
}

void connection_options::resolve() {
  std::string why;
  auto intents = parse_intents(intents_, &why);
  if (!intents)
    refuse("--intents", why);
  values.intents = *intents;
  if (compress_ == "zstd")
    values.compress = compression::zstd;
  else if (compress_ == "zlib")
    values.compress = compression::zlib;
  else if (compress_ == "none")
    values.compress = compression::none;
  else
    refuse("--compress", "'" + compress_ + "' is not zstd, zlib or none");
  if (shard_count_ != "auto") {
    std::uint32_t count = 0;
    auto last = shard_count_.data() + shard_count_.size();
    auto [end, ec] = std::from_chars(shard_count_.data(), last, count);
    if (ec != std::errc{} || end != last || count == 0)
      refuse("--shard-count",
             "'" + shard_count_ + "' is neither auto nor a positive number");
    values.shard_count = count;
  }
  take_token();
  auto given = !secret.empty();
  wants_simulator_ = !given && rest_url_.empty();
  if (!given)
    secret = *token::parse("local"); // gateways on this machine take any
  if (!rest_url_.empty())
    take_rest_url(given);
  if (auto wrong = check(values); !wrong.empty())
    throw CLI::ValidationError(wrong);
  if (wants_simulator_) // it is of this process
    values.proxy = "none";
  proxy_policy::of(values); // or it throws with the mend
}

void connection_options::take_token() {
  if (!token_file_.empty()) {
    secret = read_token(token_file_);
    return;
  }
  auto text = std::getenv("DISCORD_TOKEN");
  if (text == nullptr || *text == '\0')
    return;
  std::string why;
  auto parsed = token::parse(text, &why);
  if (!parsed)
    refuse("DISCORD_TOKEN", "it holds no token: " + why);
  secret = *std::move(parsed);
}

void connection_options::take_rest_url(bool has_token) {
  auto parsed = parse_url(rest_url_);
  if (!parsed || (parsed->scheme != "http" && parsed->scheme != "https"))
    refuse("--rest-url",
           "'" + rest_url_
               + "' is no URL; it must start with http:// or https://");
  values.rest_url = rest_url_;
  if (!has_token && !is_loopback(parsed->host))
    refuse("--rest-url",
           "a token is needed there; set DISCORD_TOKEN or --token-file");
}

} // namespace muster::app
