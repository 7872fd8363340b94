#include "tests/bench/peers/muster/whole_member.hpp"

#include "messages/json_text.hpp"

namespace muster::test {

namespace {

std::optional<discord_time>
time_of(const std::optional<std::string_view>& text) {
  return text ? parse_timestamp(*text) : std::nullopt;
}

std::uint64_t number(const std::optional<discord_time>& x) {
  return x ? static_cast<std::uint64_t>(x->time_since_epoch().count()) : 0;
}

std::uint64_t number(const std::optional<decoration>& x) {
  return x ? x->asset.size() + x->sku_id.value : 0;
}

std::uint64_t number(const std::optional<bool>& x) {
  return x.value_or(false);
}

} // namespace

void whole_member::read(const member_view& m) {
  auto& u = user_;
  auto& s = scratch_;
  u.id = m.user_id();
  u.username = m.username(s);
  u.global_name = m.global_name(s);
  u.discriminator = m.discriminator(s);
  u.avatar = m.user_avatar(s);
  u.decorated = m.user_avatar_decoration();
  u.banner = m.user_banner(s);
  u.accent_color = m.accent_color();
  u.primary_guild = m.primary_guild();
  u.email = text_of(m.user_field("email"), s);
  u.locale = text_of(m.user_field("locale"), s);
  u.premium_type = integer_of<std::uint64_t>(m.user_field("premium_type"));
  u.mfa_enabled = truth_of(m.user_field("mfa_enabled"));
  u.verified = truth_of(m.user_field("verified"));
  u.flags = integer_of<std::uint64_t>(m.user_field("flags"));
  u.public_flags = m.public_flags();
  u.system = m.system();
  u.bot = m.bot();
  nick_ = m.nick(s);
  avatar_ = m.avatar(s);
  decorated_ = m.avatar_decoration();
  banner_ = m.banner(s);
  m.roles(roles_);
  joined_at_ = parse_timestamp(m.joined_at(s));
  premium_since_ = time_of(m.premium_since(s));
  communication_disabled_until_ = time_of(m.communication_disabled_until(s));
  deaf_ = m.deaf();
  mute_ = m.mute();
  pending_ = m.pending();
  flags_ = m.flags();
}

std::uint64_t whole_member::sum() const {
  auto& u = user_;
  auto result = u.id.value + u.username.size() + u.global_name.weight()
                + u.discriminator.size() + u.avatar.weight()
                + number(u.decorated) + u.banner.weight()
                + u.accent_color.value_or(0) + u.email.weight()
                + u.locale.weight() + u.premium_type.value_or(0)
                + number(u.mfa_enabled) + number(u.verified)
                + u.flags.value_or(0) + u.public_flags + u.system + u.bot;
  if (auto& g = u.primary_guild)
    result += g->guild_id.value + number(g->enabled)
              + (g->tag ? g->tag->size() + 1 : 0)
              + (g->badge ? g->badge->size() + 1 : 0);
  result += nick_.weight() + avatar_.weight() + number(decorated_)
            + banner_.weight() + number(joined_at_) + number(premium_since_)
            + number(communication_disabled_until_) + flags_ + deaf_ + mute_
            + pending_;
  for (auto role : roles_)
    result += role.value;
  return result;
}

} // namespace muster::test
