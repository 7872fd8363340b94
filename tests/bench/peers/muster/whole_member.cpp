#include "tests/bench/peers/muster/whole_member.hpp"

#include <charconv>
#include <chrono>

#include "messages/field_scanner.hpp"
#include "messages/json_text.hpp"

namespace muster::test {

namespace {

/// Calls `use(key, value)` for each field of an object, if `raw` is one.
template <class F>
void each_field_of(std::string_view raw, F&& use) {
  if (!is_object(raw))
    return;
  field_scanner fields{raw};
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

std::optional<guild_tag> tag_of(std::string_view raw) {
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

/// The fields of a user for which member_view has no name.
void read_more(whole_member::user_fields& out, std::string_view raw) {
  each_field_of(raw, [&](std::string_view key, std::string_view value) {
    switch (key.size()) {
    case 5:
      if (key == "flags")
        out.flags = integer_of<std::uint64_t>(value);
      else if (key == "email")
        out.email = text_of(value);
      break;
    case 6:
      if (key == "banner")
        out.banner = text_of(value);
      else if (key == "locale")
        out.locale = text_of(value);
      else if (key == "system")
        out.system = truth_of(value);
      break;
    case 8:
      if (key == "verified")
        out.verified = truth_of(value);
      break;
    case 11:
      if (key == "mfa_enabled")
        out.mfa_enabled = truth_of(value);
      break;
    case 12:
      if (key == "accent_color")
        out.accent_color = integer_of<std::uint64_t>(value);
      else if (key == "premium_type")
        out.premium_type = integer_of<std::uint64_t>(value);
      break;
    case 13:
      if (key == "primary_guild")
        out.primary_guild = tag_of(value);
      break;
    case 17:
      if (key == "avatar_decoration")
        out.avatar_decoration = text_of(value);
      break;
    case 22:
      if (key == "avatar_decoration_data")
        out.decorated = decoration_of(value);
      break;
    default:
      break;
    }
  });
}

std::optional<timestamp> time_of(const std::optional<std::string>& text) {
  return text ? parse_timestamp(*text) : std::nullopt;
}

} // namespace

void whole_member::read(const member_view& m) {
  user = {};
  user.id = m.user_id();
  user.username = m.username();
  user.global_name = m.global_name();
  user.discriminator = m.discriminator();
  user.avatar = m.user_avatar();
  user.bot = m.bot();
  user.public_flags = m.public_flags();
  decorated.reset();
  each_field_of(m.json(), [&](std::string_view key, std::string_view value) {
    if (key == "user")
      read_more(user, value);
    else if (key == "avatar_decoration_data")
      decorated = decoration_of(value);
  });
  nick = m.nick();
  avatar = m.avatar();
  banner = m.banner();
  m.roles(roles);
  joined_at = parse_timestamp(m.joined_at());
  premium_since = time_of(m.premium_since());
  communication_disabled_until = time_of(m.communication_disabled_until());
  deaf = m.deaf();
  mute = m.mute();
  pending = m.pending();
  flags = m.flags();
}

std::uint64_t whole_member::sum() const {
  auto text = [](const std::optional<std::string>& x) {
    return x ? x->size() + 1 : 0;
  };
  auto decorations = [](const std::optional<decoration>& x) {
    return x ? x->asset.size() + x->sku_id.value : 0;
  };
  auto time = [](const std::optional<timestamp>& x) {
    return static_cast<std::uint64_t>(x.value_or(0));
  };
  auto truth = [](const std::optional<bool>& x) { return x.value_or(false); };
  auto& u = user;
  auto result = u.id.value + u.username.size() + text(u.global_name)
                + u.discriminator.size() + text(u.avatar)
                + text(u.avatar_decoration) + decorations(u.decorated)
                + text(u.banner) + u.accent_color.value_or(0) + text(u.email)
                + text(u.locale) + u.premium_type.value_or(0)
                + u.flags.value_or(0) + u.public_flags + truth(u.mfa_enabled)
                + truth(u.system) + truth(u.verified) + u.bot;
  if (auto& g = u.primary_guild)
    result +=
        g->guild_id.value + truth(g->enabled) + text(g->tag) + text(g->badge);
  result += text(nick) + text(avatar) + decorations(decorated) + text(banner)
            + time(joined_at) + time(premium_since)
            + time(communication_disabled_until) + flags + deaf + mute
            + pending;
  for (auto role : roles)
    result += role.value;
  return result;
}

std::optional<timestamp> parse_timestamp(std::string_view text) {
  // 2024-07-01T12:00:00.000000+00:00; the fraction may be left out.
  if (text.size() < 19)
    return std::nullopt;
  bool good = true;
  auto number = [&](std::size_t at, std::size_t digits) {
    int result = 0;
    auto end = text.data() + at + digits;
    auto [behind, ec] = std::from_chars(text.data() + at, end, result);
    good = good && ec == std::errc{} && behind == end;
    return result;
  };
  using namespace std::chrono;
  auto date = year{number(0, 4)} / month{static_cast<unsigned>(number(5, 2))}
              / day{static_cast<unsigned>(number(8, 2))};
  microseconds at = sys_days{date}.time_since_epoch() + hours{number(11, 2)}
                    + minutes{number(14, 2)} + seconds{number(17, 2)};
  if (text.size() >= 26 && text[19] == '.')
    at += microseconds{number(20, 6)};
  if (!good || !date.ok())
    return std::nullopt;
  return at.count();
}

} // namespace muster::test
