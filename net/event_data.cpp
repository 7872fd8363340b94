#include "net/event_data.hpp"

#include <cmath>

#include "messages/field_scanner.hpp"
#include "messages/json_text.hpp"

namespace muster {

using scan = field_scanner::status;

namespace {

/// Gives each field of an object to `use`. All are looked at, so that the end
/// of the object is known whatever one of them says.
template <class F>
errc each_field(std::string_view object, std::string_view& behind, F use) {
  field_scanner fields{object};
  field_scanner::field x;
  auto found = fields.next(x);
  for (; found == scan::field; found = fields.next(x))
    use(x);
  if (found == scan::malformed)
    return errc::malformed_json;
  behind = fields.rest();
  return errc{};
}

template <class F>
errc each_field(std::string_view object, F use) {
  std::string_view behind;
  return each_field(object, behind, use);
}

template <class F>
void each_item(std::string_view array, F use) {
  field_scanner items{array};
  field_scanner::field x;
  while (items.item(x) == scan::field)
    use(x.value);
}

/// Of an essential field.
errc needed(bool readable) {
  return readable ? errc{} : errc::malformed_field;
}

std::string nonce_of(std::string_view raw) {
  if (integer_of<std::int64_t>(raw) && raw.front() != '"')
    return std::string{raw};
  return text_of(raw).value_or(std::string{});
}

/// What cannot be an id at all is left out: no reason to lose a chunk.
void read_ids(std::string_view raw, std::vector<snowflake>& out) {
  auto add = [&](std::string_view item) {
    if (auto id = id_of(item); id != snowflake{})
      out.push_back(id);
  };
  out.clear();
  if (is_array(raw))
    each_item(raw, add);
  else
    add(raw);
}

/// The id in the field `key` of an object; zero without one.
snowflake id_in(std::string_view object, std::string_view key) {
  snowflake result;
  each_field(object, [&](const field_scanner::field& x) {
    if (x.key == key)
      result = id_of(x.value);
  });
  return result;
}

void read_meta(std::string_view object, rate_limited& out) {
  each_field(object, [&](const field_scanner::field& x) {
    if (x.key == "guild_id")
      out.guild_id = id_of(x.value);
    else if (x.key == "nonce")
      out.nonce = nonce_of(x.value);
  });
}

} // namespace

errc read_chunk(std::string_view data, members_chunk& out) {
  out = members_chunk{};
  std::optional<std::int64_t> index;
  std::optional<std::int64_t> count;
  auto error = each_field(data, out.behind, [&](const field_scanner::field& x) {
    if (x.key == "members" && is_array(x.value)) {
      out.members_json = x.value;
      out.members = x.objects;
    } else if (x.key == "guild_id") {
      out.guild_id = id_of(x.value);
    } else if (x.key == "chunk_index") {
      index = integer_of<std::int64_t>(x.value);
    } else if (x.key == "chunk_count") {
      count = integer_of<std::int64_t>(x.value);
    } else if (x.key == "nonce") {
      out.nonce = nonce_of(x.value);
    } else if (x.key == "not_found") {
      read_ids(x.value, out.not_found);
    } else if (x.key == "presences" && is_array(x.value)) {
      out.presences_json = x.value;
    }
  });
  if (error != errc{})
    return error;
  out.index = index.value_or(0);
  out.count = count.value_or(0);
  return needed(index && count && out.guild_id != snowflake{}
                && !out.members_json.empty());
}

errc read_guild_create(std::string_view data, guild_create& out) {
  out = guild_create{};
  auto error = each_field(data, out.behind, [&](const field_scanner::field& x) {
    if (x.key == "id") {
      out.id = id_of(x.value);
    } else if (x.key == "members" && is_array(x.value)) {
      out.members_json = x.value;
      out.members = x.objects;
    } else if (x.key == "presences" && is_array(x.value)) {
      out.presences_json = x.value;
    } else if (x.key == "unavailable") {
      out.unavailable = truth_of(x.value).value_or(false);
    } else if (x.key == "large") {
      out.large = truth_of(x.value).value_or(true);
    } else if (x.key == "member_count") {
      out.member_count = integer_of<std::uint64_t>(x.value).value_or(0);
    }
  });
  return error != errc{} ? error : needed(out.id != snowflake{});
}

errc read_guild_delete(std::string_view data, guild_delete& out) {
  out = guild_delete{};
  auto error = each_field(data, [&](const field_scanner::field& x) {
    if (x.key == "id")
      out.id = id_of(x.value);
    else if (x.key == "unavailable")
      out.unavailable = truth_of(x.value).value_or(false);
  });
  return error != errc{} ? error : needed(out.id != snowflake{});
}

errc read_ready(std::string_view data, ready& out) {
  out = ready{};
  std::string_view guilds;
  auto error = each_field(data, [&](const field_scanner::field& x) {
    if (x.key == "session_id")
      out.session_id = text_of(x.value).value_or(std::string{});
    else if (x.key == "resume_gateway_url")
      out.resume_gateway_url = text_of(x.value).value_or(std::string{});
    else if (x.key == "guilds")
      guilds = x.value;
  });
  if (error != errc{})
    return error;
  if (out.session_id.empty() || !is_array(guilds))
    return errc::malformed_field;
  each_item(guilds, [&](std::string_view item) {
    auto id = is_object(item) ? id_in(item, "id") : snowflake{};
    if (id != snowflake{})
      out.guilds.push_back(id);
    else
      ++out.unreadable_guilds;
  });
  return errc{};
}

errc read_rate_limited(std::string_view data, rate_limited& out) {
  out = rate_limited{};
  std::optional<std::int64_t> op;
  std::optional<double> seconds;
  auto error = each_field(data, [&](const field_scanner::field& x) {
    if (x.key == "opcode")
      op = integer_of<std::int64_t>(x.value);
    else if (x.key == "retry_after")
      seconds = number_of(x.value);
    else if (x.key == "meta" && is_object(x.value))
      read_meta(x.value, out);
  });
  if (error != errc{})
    return error;
  if (!op || *op < 0 || *op > 255 || !seconds || *seconds < 0
      || *seconds > 86'400)
    return errc::malformed_field;
  out.opcode = static_cast<int>(*op);
  // Rounded up to a millisecond, so that asking again is never too early.
  out.retry_after = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil(*seconds * 1000)));
  return errc{};
}

errc read_hello(std::string_view data, timespan& out) {
  std::optional<double> ms;
  auto error = each_field(data, [&](const field_scanner::field& x) {
    if (x.key == "heartbeat_interval")
      ms = number_of(x.value);
  });
  if (error != errc{})
    return error;
  if (!ms || *ms < 1 || *ms > 86'400'000)
    return errc::malformed_field;
  out = std::chrono::milliseconds(static_cast<std::int64_t>(*ms));
  return errc{};
}

std::optional<snowflake> read_guild_id(std::string_view data) {
  auto id = id_in(data, "guild_id");
  return id != snowflake{} ? std::optional{id} : std::nullopt;
}

} // namespace muster
