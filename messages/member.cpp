#include "messages/member.hpp"

#include <charconv>

#include "messages/field_scanner.hpp"
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
  return truth_of(raw_[bot_]).value_or(false);
}

std::uint64_t member_view::public_flags() const {
  return integer_of<std::uint64_t>(raw_[public_flags_]).value_or(0);
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
  auto at = raw_[roles_].data();
  auto end = at + raw_[roles_].size();
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  // An array of digits in quotes, or without them: of what is neither, nothing
  // is taken.
  while (at != end) {
    auto quoted = *at == '"';
    if (!quoted && !is_digit(*at)) {
      ++at;
      continue;
    }
    std::uint64_t id = 0;
    auto [behind, ec] = std::from_chars(quoted ? at + 1 : at, end, id);
    auto whole =
        behind != end
        && (quoted ? *behind == '"'
                   : *behind != '.' && *behind != 'e' && *behind != 'E');
    if (ec == std::errc{} && whole && id != 0)
      out.emplace_back(id);
    // Behind the value, whatever it was.
    auto is_end = [quoted](char c) {
      return quoted ? c == '"' : c == ',' || c == ']';
    };
    while (behind != end && !is_end(*behind))
      ++behind;
    at = behind == end ? end : behind + 1;
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
  return truth_of(raw_[deaf_]).value_or(false);
}

bool member_view::mute() const {
  return truth_of(raw_[mute_]).value_or(false);
}

bool member_view::pending() const {
  return truth_of(raw_[pending_]).value_or(false);
}

std::uint64_t member_view::flags() const {
  return integer_of<std::uint64_t>(raw_[flags_]).value_or(0);
}

std::string_view member_view::field(std::string_view name) const {
  // Rarely asked for: a second look at this one object.
  field_scanner fields{json_};
  field_scanner::field x;
  while (fields.next(x) == field_scanner::status::field)
    if (x.key == name)
      return x.value;
  return {};
}

} // namespace muster
