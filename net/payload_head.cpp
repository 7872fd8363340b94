#include "net/payload_head.hpp"

#include <algorithm>

#include "messages/field_scanner.hpp"
#include "net/envelope.hpp"

namespace muster {

namespace {

bool is_name(std::string_view text) {
  return text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

std::optional<snowflake> read_id(std::string_view value) {
  if (value.size() > 2 && value.front() == '"')
    value = value.substr(1, value.size() - 2);
  return parse_snowflake(value);
}

} // namespace

payload_head read_head(std::string_view text) {
  envelope x;
  if (envelope_reader{}.read(text, x) != errc{})
    return {};
  payload_head result;
  result.sequence = x.sequence;
  if (is_name(x.name)) // it will be shown
    result.name = x.name;
  // These are guilds themselves.
  auto is_guild = x.name == "GUILD_CREATE" || x.name == "GUILD_UPDATE"
                  || x.name == "GUILD_DELETE";
  field_scanner fields{x.data};
  field_scanner::field field;
  while (!result.guild && fields.next(field) == field_scanner::status::field) {
    if (fields.rest().empty()) // perhaps a part of a number
      break;
    if (field.key == (is_guild ? "id" : "guild_id"))
      result.guild = read_id(field.value);
  }
  return result;
}

} // namespace muster
