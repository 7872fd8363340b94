#include "net/dispatch.hpp"

#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "net/field_scanner.hpp"

namespace muster {

using nlohmann::json;
using scan = field_scanner::status;

namespace {

bool is_null(std::string_view raw) {
  return raw == "null";
}

bool is_string(std::string_view raw) {
  return raw.size() >= 2 && raw.front() == '"' && raw.back() == '"';
}

bool is_array(std::string_view raw) {
  return !raw.empty() && raw.front() == '[';
}

template <class T>
bool read_number(std::string_view raw, T& out) {
  auto last = raw.data() + raw.size();
  auto [end, ec] = std::from_chars(raw.data(), last, out);
  return ec == std::errc{} && end == last && !raw.empty();
}

bool read_bool(std::string_view raw, bool& out) {
  out = raw == "true";
  return out || raw == "false";
}

bool read_string(std::string_view raw, std::string& out) {
  if (!is_string(raw))
    return false;
  auto inside = raw.substr(1, raw.size() - 2);
  if (inside.find('\\') == std::string_view::npos) {
    out = inside;
    return true;
  }
  auto x = json::parse(raw, nullptr, false); // seldom: it has escapes
  if (!x.is_string())
    return false;
  out = x.get<std::string>();
  return true;
}

/// Ids are strings, but older gateways and other libraries send integers.
bool read_id(std::string_view raw, snowflake& out) {
  if (is_string(raw))
    raw = raw.substr(1, raw.size() - 2);
  auto id = parse_snowflake(raw);
  if (id)
    out = *id;
  return id.has_value();
}

/// What cannot be an id at all is left out: no reason to lose a chunk.
bool read_ids(std::string_view raw, std::vector<snowflake>& out) {
  if (!is_array(raw))
    return false;
  auto x = json::parse(raw, nullptr, false);
  if (!x.is_array())
    return false;
  for (auto& item : x) {
    if (item.is_number_unsigned() && item.get<std::uint64_t>() != 0)
      out.emplace_back(item.get<std::uint64_t>());
    else if (item.is_string())
      if (auto id = parse_snowflake(item.get_ref<const std::string&>()))
        out.push_back(*id);
  }
  return true;
}

bool read_field(const field_scanner::field& x, members_chunk& out,
                unsigned& seen) {
  if (x.key == "members") {
    seen |= 1;
    out.members_json = x.value;
    out.members = x.objects;
    return is_array(x.value);
  }
  if (x.key == "guild_id") {
    seen |= 2;
    return read_id(x.value, out.guild_id);
  }
  if (x.key == "chunk_index") {
    seen |= 4;
    return read_number(x.value, out.index);
  }
  if (x.key == "chunk_count") {
    seen |= 8;
    return read_number(x.value, out.count);
  }
  if (is_null(x.value))
    return true;
  if (x.key == "nonce")
    return read_string(x.value, out.nonce);
  if (x.key == "not_found")
    return read_ids(x.value, out.not_found);
  if (x.key == "presences") {
    out.presences_json = x.value;
    return is_array(x.value);
  }
  return true;
}

bool read_field(const field_scanner::field& x, guild_create& out) {
  if (x.key == "id")
    return read_id(x.value, out.id);
  if (is_null(x.value))
    return true;
  if (x.key == "members") {
    out.members_json = x.value;
    out.members = x.objects;
    return is_array(x.value);
  }
  if (x.key == "presences") {
    out.presences_json = x.value;
    return is_array(x.value);
  }
  if (x.key == "unavailable")
    return read_bool(x.value, out.unavailable);
  if (x.key == "large")
    return read_bool(x.value, out.large);
  if (x.key == "member_count")
    return read_number(x.value, out.member_count);
  return true;
}

std::optional<snowflake> id_in(const json& object, const char* key) {
  if (!object.is_object())
    return std::nullopt;
  auto i = object.find(key);
  if (i == object.end())
    return std::nullopt;
  if (i->is_number_unsigned() && i->get<std::uint64_t>() != 0)
    return snowflake{i->get<std::uint64_t>()};
  if (!i->is_string())
    return std::nullopt;
  return parse_snowflake(i->get_ref<const std::string&>());
}

std::string text_in(const json& object, const char* key) {
  auto i = object.find(key);
  return i != object.end() && i->is_string() ? i->get<std::string>()
                                             : std::string{};
}

} // namespace

errc read_chunk(std::string_view data, members_chunk& out) {
  out = members_chunk{};
  unsigned seen = 0;
  field_scanner fields{data};
  field_scanner::field x;
  auto found = fields.next(x);
  for (; found == scan::field; found = fields.next(x))
    if (!read_field(x, out, seen))
      return errc::malformed_field;
  if (found == scan::malformed)
    return errc::malformed_json;
  return seen == 15 && out.guild_id != snowflake{} ? errc{}
                                                   : errc::malformed_field;
}

errc read_guild_create(std::string_view data, guild_create& out) {
  out = guild_create{};
  field_scanner fields{data};
  field_scanner::field x;
  auto found = fields.next(x);
  for (; found == scan::field; found = fields.next(x))
    if (!read_field(x, out))
      return errc::malformed_field;
  if (found == scan::malformed)
    return errc::malformed_json;
  return out.id != snowflake{} ? errc{} : errc::malformed_field;
}

std::optional<snowflake> read_guild_id(std::string_view data) {
  field_scanner fields{data};
  field_scanner::field x;
  snowflake id;
  while (fields.next(x) == scan::field)
    if (x.key == "guild_id")
      return read_id(x.value, id) ? std::optional{id} : std::nullopt;
  return std::nullopt;
}

std::string_view first_object(std::string_view data) {
  field_scanner fields{data};
  field_scanner::field x;
  auto found = fields.next(x);
  while (found == scan::field)
    found = fields.next(x);
  if (found == scan::malformed)
    return {};
  return data.substr(0, data.size() - fields.rest().size());
}

std::string_view first_value(std::string_view data) {
  field_scanner scanner{data};
  field_scanner::field x;
  if (!scanner.value(x))
    return {};
  auto first = x.value.front();
  if (first == '{' || first == '[' || first == '"')
    return x.value;
  return !scanner.rest().empty() && json::accept(x.value) ? x.value
                                                          : std::string_view{};
}

errc read_ready(std::string_view data, ready& out) {
  auto x = json::parse(data, nullptr, false);
  if (!x.is_object())
    return errc::malformed_json;
  out = ready{};
  out.session_id = text_in(x, "session_id");
  out.resume_gateway_url = text_in(x, "resume_gateway_url");
  auto guilds = x.find("guilds");
  if (out.session_id.empty() || guilds == x.end() || !guilds->is_array())
    return errc::malformed_field;
  for (auto& guild : *guilds)
    if (auto id = id_in(guild, "id"))
      out.guilds.push_back(*id);
  return errc{};
}

errc read_guild_delete(std::string_view data, guild_delete& out) {
  auto x = json::parse(data, nullptr, false);
  if (!x.is_object())
    return errc::malformed_json;
  auto id = id_in(x, "id");
  if (!id)
    return errc::malformed_field;
  auto flag = x.find("unavailable");
  out = {*id, flag != x.end() && flag->is_boolean() && flag->get<bool>()};
  return errc{};
}

errc read_rate_limited(std::string_view data, rate_limited& out) {
  auto x = json::parse(data, nullptr, false);
  if (!x.is_object())
    return errc::malformed_json;
  out = rate_limited{};
  auto op = x.find("opcode");
  auto after = x.find("retry_after");
  auto meta = x.find("meta");
  if (op == x.end() || !op->is_number_integer() || after == x.end()
      || !after->is_number())
    return errc::malformed_field;
  auto seconds = after->get<double>();
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 86'400)
    return errc::malformed_field;
  out.opcode = op->get<int>();
  // Rounded up to a millisecond, so that asking again is never too early.
  out.retry_after = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil(seconds * 1000)));
  if (meta != x.end() && meta->is_object()) {
    out.guild_id = id_in(*meta, "guild_id").value_or(snowflake{});
    out.nonce = text_in(*meta, "nonce");
  }
  return errc{};
}

errc read_hello(std::string_view data, timespan& out) {
  auto x = json::parse(data, nullptr, false);
  if (!x.is_object())
    return errc::malformed_json;
  auto interval = x.find("heartbeat_interval");
  if (interval == x.end() || !interval->is_number())
    return errc::malformed_field;
  auto ms = interval->get<double>();
  if (!(ms >= 1) || ms > 86'400'000)
    return errc::malformed_field;
  out = std::chrono::milliseconds(static_cast<std::int64_t>(ms));
  return errc{};
}

} // namespace muster
