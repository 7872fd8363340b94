#include "app/simulator/guild_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "net/intents.hpp"

namespace muster::sim {

namespace {

using std::string_view;

// Ids of a guild's parts are the guild's id plus these.
constexpr std::uint64_t category_id = 100;
constexpr std::uint64_t text_channel_id = 101;
constexpr std::uint64_t voice_channel_id = 102;

// Members in a voice channel: these many after the bot.
constexpr std::uint32_t talkers = 3;

constexpr std::array<string_view, member_text::roles> role_names{
    "owner", "moderator", "helper", "regular", "newcomer", "muster_bot"};

std::string id_text(std::uint64_t id) {
  return '"' + std::to_string(id) + '"';
}

void append_voice_states(std::string& out, const guild& g,
                         std::uint32_t count) {
  out += R"("voice_states":[)";
  for (std::uint32_t i = 1; i < count; ++i) {
    if (i > 1)
      out += ',';
    out += R"({"user_id":)" + id_text(member_id(g.index, i).value);
    out += R"(,"suppress":false,"session_id":"5f0e0b1d2c3a49)";
    out += std::to_string(10 + i);
    out += R"(5f0e0b1d2c3a4968","self_video":false,"self_mute":false,)"
           R"("self_deaf":false,"request_to_speak_timestamp":null,)"
           R"("mute":false,"deaf":false,"channel_id":)";
    out += id_text(g.id.value + voice_channel_id) + '}';
  }
  out += "],";
}

void append_role(std::string& out, std::uint64_t id, string_view name,
                 std::uint32_t position) {
  out += R"({"version":1751371200000,"unicode_emoji":null,"tags":{},)"
         R"("position":)";
  out += std::to_string(position);
  out += R"(,"permissions":"2248473465835073","name":")";
  out += name;
  out += R"(","mentionable":false,"managed":false,"id":)" + id_text(id);
  out += R"(,"icon":null,"hoist":false,"flags":0,"colors":)"
         R"({"tertiary_color":null,"secondary_color":null,"primary_color":0},)"
         R"("color":0})";
}

void append_roles(std::string& out, const guild& g) {
  out += R"("roles":[)";
  append_role(out, g.id.value, "@everyone", 0);
  for (std::uint32_t i = 1; i <= member_text::roles; ++i) {
    out += ',';
    append_role(out, g.id.value + i, role_names[i - 1], i);
  }
  out += "],";
}

void append_channels(std::string& out, const guild& g) {
  auto parent = id_text(g.id.value + category_id);
  out += R"("channels":[{"version":1751371200000,"type":4,"position":0,)"
         R"("permission_overwrites":[],"name":"general","id":)";
  out += parent;
  out += R"(,"flags":0},{"version":1751371200000,"type":0,"topic":null,)"
         R"("rate_limit_per_user":0,"position":0,"permission_overwrites":[],)"
         R"("parent_id":)";
  out += parent;
  out += R"(,"nsfw":false,"name":"chat","last_message_id":null,"id":)";
  out += id_text(g.id.value + text_channel_id);
  out += R"(,"flags":0},{"version":1751371200000,"user_limit":0,"type":2,)"
         R"("rtc_region":null,"rate_limit_per_user":0,"position":1,)"
         R"("permission_overwrites":[],"parent_id":)";
  out += parent;
  out += R"(,"nsfw":false,"name":"talk","last_message_id":null,"id":)";
  out += id_text(g.id.value + voice_channel_id);
  out += R"(,"flags":0,"bitrate":64000}],)";
}

} // namespace

void append_guild(std::string& out, const guild& g, const member_text& text,
                  std::uint32_t intents, std::uint32_t large_threshold) {
  bool large = g.size > large_threshold;
  bool sees_presences = (intents & intent::guild_presences) != 0;
  bool sees_members = (intents & intent::guild_members) != 0;
  auto in_voice = std::min(g.size, talkers + 1);
  auto shown = !large && sees_presences && sees_members ? g.size : in_voice;
  out += '{';
  append_voice_states(out, g, in_voice);
  out += R"("version":1751371200000,"verification_level":1,)"
         R"("vanity_url_code":null,"unavailable":false,"threads":[],)"
         R"("system_channel_id":null,"system_channel_flags":0,"stickers":[],)"
         R"("stage_instances":[],"splash":null,"soundboard_sounds":[],)"
         R"("safety_alerts_channel_id":null,"rules_channel_id":null,)";
  append_roles(out, g);
  out += R"("region":"deprecated","public_updates_channel_id":null,)"
         R"("presences":[)";
  bool comma = false;
  for (std::uint32_t i = 0; sees_presences && i < shown; ++i)
    comma |= text.append_presence(out, g, i, comma);
  out += R"(],"premium_tier":0,"premium_subscription_count":0,)"
         R"("premium_progress_bar_enabled":false,"preferred_locale":"en-US",)"
         R"("owner_id":)";
  out += id_text(member_id(g.index, g.size > 1 ? 1 : 0).value);
  out += R"(,"nsfw_level":0,"nsfw":false,"name":"guild )";
  out += std::to_string(g.index);
  out += R"(","mfa_level":0,"members":[)";
  text.append(out, g, 0, shown);
  out += R"(],"member_count":)" + std::to_string(g.size);
  out += R"(,"max_video_channel_users":25,"max_stage_video_channel_users":50,)"
         R"("max_presences":null,"max_members":25000000,"lazy":true,"large":)";
  out += large ? "true" : "false";
  out += R"(,"latest_onboarding_question_id":null,)"
         R"("joined_at":"2024-07-01T12:00:00.000000+00:00",)"
         R"("inventory_settings":null,"incidents_data":null,)"
         R"("id":)";
  out += id_text(g.id.value);
  out += R"(,"icon":null,"hub_type":null,"home_header":null,)"
         R"("guild_scheduled_events":[],"features":["COMMUNITY","NEWS"],)"
         R"("explicit_content_filter":2,"emojis":[],"embedded_activities":[],)"
         R"("discovery_splash":null,"description":null,)"
         R"("default_message_notifications":1,)";
  append_channels(out, g);
  out += R"("banner":null,"application_id":null,)"
         R"("application_command_counts":{},"afk_timeout":300,)"
         R"("afk_channel_id":null,"activity_instances":[]})";
}

} // namespace muster::sim
