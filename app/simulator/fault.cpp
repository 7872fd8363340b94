#include "app/simulator/fault.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>

namespace muster::sim {

namespace {

using std::string_view;

struct kind_info {
  string_view name;
  fault_kind kind;
  occasion when;
  string_view does;
};

constexpr std::array kinds{
    kind_info{"drop", fault_kind::drop, occasion::chunk, "never sends a chunk"},
    kind_info{"duplicate", fault_kind::duplicate, occasion::chunk,
              "sends a chunk twice"},
    kind_info{"reorder", fault_kind::reorder, occasion::chunk,
              "sends a chunk after its successor"},
    kind_info{"delay", fault_kind::delay, occasion::chunk,
              "holds a chunk back for ms="},
    kind_info{"corrupt", fault_kind::corrupt, occasion::chunk,
              "damages a chunk: what=json|index|count|count-change|guild|nonce|"
              "truncate|bytes"},
    kind_info{"split", fault_kind::split, occasion::chunk,
              "sends a chunk's compressed bytes as two messages"},
    kind_info{"silence", fault_kind::silence, occasion::request,
              "does not answer an op 8"},
    kind_info{"rate_limit", fault_kind::rate_limit, occasion::request,
              "refuses an op 8 with RATE_LIMITED, retry_after=MS"},
    kind_info{"no_ack", fault_kind::no_ack, occasion::heartbeat,
              "acknowledges no more heartbeats of a connection"},
    kind_info{"unavailable", fault_kind::unavailable, occasion::guild,
              "reports a guild in an outage, of ms= or without end"},
    kind_info{"missing", fault_kind::missing, occasion::guild,
              "lists a guild in READY and never creates it"},
    kind_info{"close", fault_kind::close, occasion::chunk,
              "closes with code=N"},
    kind_info{"kill", fault_kind::kill, occasion::chunk,
              "resets the TCP connection"},
    kind_info{"reconnect", fault_kind::reconnect, occasion::chunk,
              "sends op 7"},
    kind_info{"invalid_session", fault_kind::invalid_session, occasion::login,
              "sends op 9, resumable=true|false"},
    kind_info{"bomb", fault_kind::bomb, occasion::chunk,
              "sends a message that inflates to 65 MiB"},
    kind_info{"garbage", fault_kind::garbage, occasion::chunk,
              "sends a message that is no JSON"},
};

constexpr std::array<std::pair<string_view, occasion>, 8> occasions{{
    {"hello", occasion::hello},
    {"login", occasion::login},
    {"identify", occasion::identify},
    {"resume", occasion::resume},
    {"heartbeat", occasion::heartbeat},
    {"request", occasion::request},
    {"guild", occasion::guild},
    {"chunk", occasion::chunk},
}};

constexpr std::array<std::pair<string_view, corruption>, 8> corruptions{{
    {"json", corruption::json},
    {"index", corruption::index},
    {"count", corruption::count},
    {"count-change", corruption::count_change},
    {"guild", corruption::guild},
    {"nonce", corruption::nonce},
    {"truncate", corruption::truncate},
    {"bytes", corruption::bytes},
}};

/// True for the kinds that concern a connection and so fit any occasion.
bool fits_any_occasion(fault_kind kind) {
  return kind >= fault_kind::close;
}

template <class Table, class Value>
bool look_up(const Table& table, string_view word, Value& out) {
  for (const auto& [name, value] : table) {
    if (name == word) {
      out = value;
      return true;
    }
  }
  return false;
}

template <class Number>
bool read_number(string_view text, Number& out) {
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, out);
  return ec == std::errc{} && end == last && !text.empty();
}

template <class Number>
bool read_number(string_view text, std::optional<Number>& out) {
  return read_number(text, out.emplace());
}

bool read_ms(string_view text, std::chrono::milliseconds& out) {
  std::uint32_t n = 0;
  if (!read_number(text, n))
    return false;
  out = std::chrono::milliseconds{n};
  return true;
}

bool read_bool(string_view text, bool& out) {
  out = text == "true";
  return out || text == "false";
}

enum class key_result : std::uint8_t { good, bad_value, unknown_key };

key_result set_key(fault& f, string_view key, string_view value) {
  auto good = [](bool x) {
    return x ? key_result::good : key_result::bad_value;
  };
  if (key == "shard")
    return good(read_number(value, f.shard));
  if (key == "guild")
    return good(read_number(value, f.guild));
  if (key == "chunk")
    return good(read_number(value, f.chunk));
  if (key == "every")
    return good(read_number(value, f.every) && f.every > 0);
  if (key == "after")
    return good(read_number(value, f.after));
  if (key == "times")
    return good(read_number(value, f.times));
  if (key == "chance")
    return good(read_number(value, f.chance) && f.chance <= 100);
  if (key == "seed")
    return good(read_number(value, f.seed));
  if (key == "ms" || key == "retry_after")
    return good(read_ms(value, f.ms));
  if (key == "code")
    return good(read_number(value, f.code) && f.code >= 1000 && f.code < 5000);
  if (key == "resumable")
    return good(read_bool(value, f.resumable));
  if (key == "what")
    return good(look_up(corruptions, value, f.what));
  if (key == "when")
    return good(look_up(occasions, value, f.when));
  return key_result::unknown_key;
}

void complain(std::string* error, std::string text) {
  if (error != nullptr)
    *error = std::move(text);
}

std::optional<fault> start_fault(string_view name, std::string* error) {
  for (const auto& info : kinds) {
    if (info.name == name) {
      fault f;
      f.kind = info.kind;
      f.when = info.when;
      if (f.kind == fault_kind::rate_limit)
        f.ms = std::chrono::milliseconds{1000};
      return f;
    }
  }
  auto text = "no fault is called \"" + std::string{name} + "\"; there is";
  for (const auto& info : kinds)
    text.append(info.name == kinds.front().name ? " " : ", ").append(info.name);
  complain(error, std::move(text));
  return std::nullopt;
}

bool add_key(fault& f, string_view key, string_view value, std::string* error) {
  switch (set_key(f, key, value)) {
  case key_result::good:
    break;
  case key_result::bad_value:
    complain(error, "fault " + std::string{to_string(f.kind)} + ": \""
                        + std::string{value} + "\" is no value for "
                        + std::string{key});
    return false;
  case key_result::unknown_key:
    complain(error, "fault " + std::string{to_string(f.kind)}
                        + " knows no key \"" + std::string{key}
                        + "\"; use shard, guild, chunk, every, after, times, "
                          "chance, seed, when, ms, code, what or resumable");
    return false;
  }
  if (key == "when" && f.when != occasion::chunk
      && !fits_any_occasion(f.kind)) {
    complain(error, "fault " + std::string{to_string(f.kind)}
                        + " has a time of its own; leave \"when\" away");
    return false;
  }
  return true;
}

} // namespace

std::string_view to_string(fault_kind kind) {
  auto i = std::find_if(kinds.begin(), kinds.end(),
                        [&](const auto& info) { return info.kind == kind; });
  return i != kinds.end() ? i->name : string_view{"?"};
}

std::optional<fault> parse_fault(string_view text, std::string* error) {
  auto colon = text.find(':');
  auto result = start_fault(text.substr(0, colon), error);
  if (!result || colon == string_view::npos)
    return result;
  for (auto rest = text.substr(colon + 1);;) {
    auto comma = rest.find(',');
    auto pair = rest.substr(0, comma);
    auto equals = pair.find('=');
    if (equals == string_view::npos) {
      complain(error, "\"" + std::string{pair} + "\" is not key=value");
      return std::nullopt;
    }
    if (!add_key(*result, pair.substr(0, equals), pair.substr(equals + 1),
                 error))
      return std::nullopt;
    if (comma == string_view::npos)
      return result;
    rest.remove_prefix(comma + 1);
  }
}

std::optional<std::vector<fault>> load_script(const std::filesystem::path& path,
                                              std::string* error) {
  std::ifstream in{path};
  // A folder can be opened, but not read.
  std::error_code ignored;
  if (!in || std::filesystem::is_directory(path, ignored)) {
    complain(error, "cannot read " + path.string());
    return std::nullopt;
  }
  auto script = nlohmann::json::parse(in, nullptr, false);
  if (!script.is_array()) {
    complain(error, path.string() + " is no JSON array of faults");
    return std::nullopt;
  }
  std::vector<fault> result;
  for (const auto& item : script) {
    if (!item.is_string()) {
      complain(error,
               path.string() + ": a fault is a text such as \"drop:chunk=2\"");
      return std::nullopt;
    }
    auto f = parse_fault(item.get_ref<const std::string&>(), error);
    if (!f)
      return std::nullopt;
    result.push_back(*f);
  }
  return result;
}

std::string fault_help() {
  std::string result = "KIND[:key=value[,key=value...]]\n";
  for (const auto& info : kinds) {
    result.append("  ").append(info.name);
    result.append(17 - std::min<std::size_t>(16, info.name.size()), ' ');
    result.append(info.does).append("\n");
  }
  result +=
      "where: shard=N, guild=INDEX|ID, chunk=N; how often: after=K lets K "
      "pass, every=N, times=N (1; 0 for ever), chance=PERCENT, seed=N;\n"
      "when, for close, kill, reconnect, invalid_session, bomb and "
      "garbage: when=hello|login|identify|resume|heartbeat|request|guild|"
      "chunk\n";
  return result;
}

} // namespace muster::sim
