#include "net/dispatch.hpp"

#include <cmath>

#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "messages/frozen_buffer.hpp"

namespace muster {

namespace od = simdjson::ondemand;
using nlohmann::json;

struct dispatch_reader::parser {
  od::parser json;

  simdjson::error_code open(std::string_view text, od::document& doc,
                            od::object& object) {
    simdjson::padded_string_view padded{text.data(), text.size(),
                                        text.size() + frozen_buffer::padding};
    if (auto ec = json.iterate(padded).get(doc))
      return ec;
    return doc.get_object().get(object);
  }
};

dispatch_reader::dispatch_reader() : parser_(std::make_unique<parser>()) {}

dispatch_reader::~dispatch_reader() = default;

namespace {

using simdjson::error_code;

/// Ids are strings, but older gateways and other libraries send integers.
error_code read_id(od::value value, snowflake& out) {
  od::json_type type;
  if (auto ec = value.type().get(type))
    return ec;
  if (type == od::json_type::number) {
    if (auto ec = value.get_uint64().get(out.value))
      return ec;
    return out.value != 0 ? simdjson::SUCCESS : simdjson::INCORRECT_TYPE;
  }
  std::string_view text;
  if (auto ec = value.get_string().get(text))
    return ec;
  auto id = parse_snowflake(text);
  if (!id)
    return simdjson::INCORRECT_TYPE;
  out = *id;
  return simdjson::SUCCESS;
}

error_code is_null(od::value& value, bool& out) {
  od::json_type type;
  if (auto ec = value.type().get(type))
    return ec;
  out = type == od::json_type::null;
  return simdjson::SUCCESS;
}

/// Counts an array in one pass and finds where it starts and ends.
error_code count_array(od::value value, std::string_view& text,
                       std::uint32_t* count) {
  const char* begin = nullptr;
  if (auto ec = value.current_location().get(begin))
    return ec;
  od::array array;
  if (auto ec = value.get_array().get(array))
    return ec;
  if (count == nullptr)
    return array.raw_json().get(text);
  std::uint32_t n = 0;
  for (auto item : array) {
    if (item.error())
      return item.error();
    ++n;
  }
  *count = n;
  const char* end = nullptr;
  if (auto ec = value.current_location().get(end))
    return ec;
  while (end[-1] != ']') // the location is that of the next token
    --end;
  text = {begin, static_cast<std::size_t>(end - begin)};
  return simdjson::SUCCESS;
}

errc as_errc(error_code ec) {
  switch (ec) {
  case simdjson::SUCCESS:
    return errc{};
  case simdjson::INCORRECT_TYPE:
  case simdjson::NUMBER_OUT_OF_RANGE:
  case simdjson::NUMBER_ERROR:
  case simdjson::NO_SUCH_FIELD:
    return errc::malformed_field;
  default:
    return errc::malformed_json;
  }
}

error_code read_chunk_field(od::field& field, members_chunk& out,
                            unsigned& seen) {
  auto key = field.key();
  auto value = field.value();
  if (key.unsafe_is_equal("members")) {
    seen |= 1;
    return count_array(value, out.members_json, &out.members);
  }
  if (key.unsafe_is_equal("guild_id")) {
    seen |= 2;
    return read_id(value, out.guild_id);
  }
  if (key.unsafe_is_equal("chunk_index")) {
    seen |= 4;
    return value.get_int64().get(out.index);
  }
  if (key.unsafe_is_equal("chunk_count")) {
    seen |= 8;
    return value.get_int64().get(out.count);
  }
  bool null = false;
  if (auto ec = is_null(value, null); ec || null)
    return ec;
  if (key.unsafe_is_equal("nonce")) {
    std::string_view text;
    auto ec = value.get_string().get(text);
    out.nonce = text;
    return ec;
  }
  if (key.unsafe_is_equal("presences"))
    return count_array(value, out.presences_json, nullptr);
  if (key.unsafe_is_equal("not_found")) {
    od::array array;
    if (auto ec = value.get_array().get(array))
      return ec;
    for (auto item : array) {
      od::value element;
      if (auto ec = std::move(item).get(element))
        return ec;
      // What cannot be an id at all is no reason to lose the chunk.
      snowflake id;
      if (read_id(element, id) == simdjson::SUCCESS)
        out.not_found.push_back(id);
    }
  }
  return simdjson::SUCCESS;
}

error_code read_guild_field(od::field& field, guild_create& out) {
  auto key = field.key();
  auto value = field.value();
  if (key.unsafe_is_equal("id"))
    return read_id(value, out.id);
  bool null = false;
  if (key.unsafe_is_equal("members")) {
    if (auto ec = is_null(value, null); ec || null)
      return ec;
    return count_array(value, out.members_json, &out.members);
  }
  if (key.unsafe_is_equal("presences")) {
    if (auto ec = is_null(value, null); ec || null)
      return ec;
    return count_array(value, out.presences_json, nullptr);
  }
  auto read_bool = [&](bool& to) {
    auto ec = is_null(value, null);
    return ec || null ? ec : value.get_bool().get(to);
  };
  if (key.unsafe_is_equal("unavailable"))
    return read_bool(out.unavailable);
  if (key.unsafe_is_equal("large"))
    return read_bool(out.large);
  if (key.unsafe_is_equal("member_count")) {
    if (auto ec = is_null(value, null); ec || null)
      return ec;
    return value.get_uint64().get(out.member_count);
  }
  return simdjson::SUCCESS;
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

errc dispatch_reader::read(std::string_view data, members_chunk& out) {
  out = members_chunk{};
  od::document doc;
  od::object object;
  if (auto ec = parser_->open(data, doc, object))
    return as_errc(ec);
  unsigned seen = 0;
  for (auto item : object) {
    od::field field;
    if (auto ec = std::move(item).get(field))
      return as_errc(ec);
    if (auto ec = read_chunk_field(field, out, seen))
      return as_errc(ec);
  }
  return seen == 15 && out.guild_id != snowflake{} ? errc{}
                                                   : errc::malformed_field;
}

errc dispatch_reader::read(std::string_view data, guild_create& out) {
  out = guild_create{};
  od::document doc;
  od::object object;
  if (auto ec = parser_->open(data, doc, object))
    return as_errc(ec);
  for (auto item : object) {
    od::field field;
    if (auto ec = std::move(item).get(field))
      return as_errc(ec);
    if (auto ec = read_guild_field(field, out))
      return as_errc(ec);
  }
  return out.id != snowflake{} ? errc{} : errc::malformed_field;
}

std::optional<snowflake> dispatch_reader::guild_id(std::string_view data) {
  od::document doc;
  od::object object;
  od::value value;
  snowflake id;
  if (parser_->open(data, doc, object)
      || object.find_field_unordered("guild_id").get(value)
      || read_id(value, id))
    return std::nullopt;
  return id;
}

std::string_view dispatch_reader::first_value(std::string_view data) {
  od::document doc;
  od::object object;
  std::string_view text;
  if (parser_->open(data, doc, object) || object.raw_json().get(text))
    return {};
  while (!text.empty() && text.back() != '}')
    text.remove_suffix(1);
  return text;
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
