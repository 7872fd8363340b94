#include "messages/member.hpp"

#include "messages/digits.hpp"
#include "messages/field_scanner.hpp"
#include "messages/json_text.hpp"

namespace muster {

namespace {

/// Calls `use(key, value)` for each field.
template <class F>
void each_field_of(std::string_view object, F&& use) {
  field_scanner fields{object};
  field_scanner::field x;
  while (fields.next(x) == field_scanner::status::field)
    use(x.key, x.value);
}

std::optional<decoration> decoration_of(std::string_view raw) {
  if (!is_object(raw))
    return std::nullopt;
  decoration result;
  each_field_of(raw, [&](std::string_view key, std::string_view value) {
    if (key == "asset")
      result.asset = text_of(value).value_or(std::string{});
    else if (key == "sku_id")
      result.sku_id = id_of(value);
  });
  return result;
}

/// Of all that an object has: the last one counts.
std::string_view find(std::string_view object, std::string_view name) {
  std::string_view result;
  each_field_of(object, [&](std::string_view key, std::string_view value) {
    if (key == name)
      result = value;
  });
  return result;
}

} // namespace

// -- the user -----------------------------------------------------------------

std::string member_view::username() const {
  return text_of(raw_[username_]).value_or(std::string{});
}

std::string_view member_view::username(std::string& scratch) const {
  return text_of(raw_[username_], scratch).value_or(std::string_view{});
}

std::optional<std::string> member_view::global_name() const {
  return text_of(raw_[global_name_]);
}

std::optional<std::string_view>
member_view::global_name(std::string& scratch) const {
  return text_of(raw_[global_name_], scratch);
}

std::string member_view::discriminator() const {
  return text_of(raw_[discriminator_]).value_or(std::string{});
}

std::string_view member_view::discriminator(std::string& scratch) const {
  return text_of(raw_[discriminator_], scratch).value_or(std::string_view{});
}

std::optional<std::string> member_view::user_avatar() const {
  return text_of(raw_[user_avatar_]);
}

std::optional<std::string_view>
member_view::user_avatar(std::string& scratch) const {
  return text_of(raw_[user_avatar_], scratch);
}

std::optional<std::string> member_view::user_banner() const {
  return text_of(raw_[user_banner_]);
}

std::optional<std::string_view>
member_view::user_banner(std::string& scratch) const {
  return text_of(raw_[user_banner_], scratch);
}

std::optional<std::uint32_t> member_view::accent_color() const {
  auto color = integer_of<std::uint64_t>(raw_[accent_color_]);
  return color && *color <= 0xFFFFFF
             ? std::optional{static_cast<std::uint32_t>(*color)}
             : std::nullopt;
}

std::optional<decoration> member_view::user_avatar_decoration() const {
  return decoration_of(raw_[user_decoration_]);
}

std::optional<guild_tag> member_view::primary_guild() const {
  auto raw = raw_[primary_guild_];
  if (!is_object(raw))
    return std::nullopt;
  guild_tag result;
  each_field_of(raw, [&](std::string_view key, std::string_view value) {
    if (key == "identity_guild_id")
      result.guild_id = id_of(value);
    else if (key == "identity_enabled")
      result.enabled = truth_of(value);
    else if (key == "tag")
      result.tag = text_of(value);
    else if (key == "badge")
      result.badge = text_of(value);
  });
  return result;
}

bool member_view::bot() const {
  return truth_of(raw_[bot_]).value_or(false);
}

bool member_view::system() const {
  return truth_of(raw_[system_]).value_or(false);
}

std::uint64_t member_view::public_flags() const {
  return integer_of<std::uint64_t>(raw_[public_flags_]).value_or(0);
}

// -- the member ---------------------------------------------------------------

std::optional<std::string> member_view::nick() const {
  return text_of(raw_[nick_]);
}

std::optional<std::string_view> member_view::nick(std::string& scratch) const {
  return text_of(raw_[nick_], scratch);
}

std::optional<std::string> member_view::avatar() const {
  return text_of(raw_[avatar_]);
}

std::optional<std::string_view>
member_view::avatar(std::string& scratch) const {
  return text_of(raw_[avatar_], scratch);
}

std::optional<std::string> member_view::banner() const {
  return text_of(raw_[banner_]);
}

std::optional<std::string_view>
member_view::banner(std::string& scratch) const {
  return text_of(raw_[banner_], scratch);
}

std::optional<decoration> member_view::avatar_decoration() const {
  return decoration_of(raw_[decoration_]);
}

void member_view::roles(std::vector<snowflake>& out) const {
  out.clear();
  auto at = raw_[roles_].data();
  auto end = at + raw_[roles_].size();
  // An array of digits in quotes, or without them: of what is neither, nothing
  // is taken.
  while (at != end) {
    auto quoted = *at == '"';
    if (!quoted && !is_digit(*at)) {
      ++at;
      continue;
    }
    std::uint64_t id = 0;
    auto behind = read_digits(quoted ? at + 1 : at, end, id);
    auto whole =
        behind != end
        && (quoted ? *behind == '"'
                   : *behind != '.' && *behind != 'e' && *behind != 'E');
    if (whole && id != 0)
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

std::string_view member_view::joined_at(std::string& scratch) const {
  return text_of(raw_[joined_at_], scratch).value_or(std::string_view{});
}

std::optional<std::string> member_view::premium_since() const {
  return text_of(raw_[premium_since_]);
}

std::optional<std::string_view>
member_view::premium_since(std::string& scratch) const {
  return text_of(raw_[premium_since_], scratch);
}

std::optional<std::string> member_view::communication_disabled_until() const {
  return text_of(raw_[communication_disabled_until_]);
}

std::optional<std::string_view>
member_view::communication_disabled_until(std::string& scratch) const {
  return text_of(raw_[communication_disabled_until_], scratch);
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

// -- by name ------------------------------------------------------------------

std::string_view member_view::field(std::string_view name) const {
  auto where = slot_of_member(name);
  return where != slots ? raw_[where] : find(json_, name);
}

std::string_view member_view::user_field(std::string_view name) const {
  auto where = slot_of_user(name);
  return where != slots ? raw_[where] : find(field("user"), name);
}

} // namespace muster
