#include "messages/member.hpp"

#include "messages/json_text.hpp"

namespace muster {

std::string member_view::username() const {
  return text_of(raw_[username_]).value_or(std::string{});
}

std::optional<std::string> member_view::global_name() const {
  return text_of(raw_[global_name_]);
}

std::string member_view::discriminator() const {
  return text_of(raw_[discriminator_]).value_or(std::string{});
}

std::optional<std::string> member_view::user_avatar() const {
  return text_of(raw_[user_avatar_]);
}

bool member_view::bot() const {
  return raw_[bot_] == "true";
}

std::uint64_t member_view::public_flags() const {
  return number_of(raw_[public_flags_]);
}

std::optional<std::string> member_view::nick() const {
  return text_of(raw_[nick_]);
}

std::optional<std::string> member_view::avatar() const {
  return text_of(raw_[avatar_]);
}

std::optional<std::string> member_view::banner() const {
  return text_of(raw_[banner_]);
}

void member_view::roles(std::vector<snowflake>& out) const {
  out.clear();
  auto raw = raw_[roles_];
  // An array of digit strings: each quoted run of digits is an id.
  for (std::size_t at = raw.find('"'); at != std::string_view::npos;) {
    auto end = raw.find('"', at + 1);
    if (end == std::string_view::npos)
      return;
    if (auto id = parse_snowflake(raw.substr(at + 1, end - at - 1)))
      out.push_back(*id);
    at = raw.find('"', end + 1);
  }
}

std::vector<snowflake> member_view::roles() const {
  std::vector<snowflake> result;
  roles(result);
  return result;
}

std::string member_view::joined_at() const {
  return text_of(raw_[joined_at_]).value_or(std::string{});
}

std::optional<std::string> member_view::premium_since() const {
  return text_of(raw_[premium_since_]);
}

std::optional<std::string> member_view::communication_disabled_until() const {
  return text_of(raw_[communication_disabled_until_]);
}

bool member_view::deaf() const {
  return raw_[deaf_] == "true";
}

bool member_view::mute() const {
  return raw_[mute_] == "true";
}

bool member_view::pending() const {
  return raw_[pending_] == "true";
}

std::uint64_t member_view::flags() const {
  return number_of(raw_[flags_]);
}

std::string_view member_view::field(std::string_view name) const {
  // Rarely asked for: a second look at this one object.
  lent_parser parser;
  simdjson::ondemand::document doc;
  simdjson::ondemand::object object;
  simdjson::ondemand::value value;
  std::string_view found;
  if (parser.start(json_, doc) || doc.get_object().get(object)
      || object.find_field_unordered(name).get(value) || raw_text(value, found))
    return {};
  return found;
}

} // namespace muster
