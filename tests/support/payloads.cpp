#include "tests/support/payloads.hpp"

#include <nlohmann/json.hpp>

namespace muster::test {

namespace {

std::string number(std::uint64_t x) {
  return std::to_string(x);
}

std::string quoted(snowflake id) {
  return '"' + to_string(id) + '"';
}

const char* word(bool x) {
  return x ? "true" : "false";
}

} // namespace

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump();
}

std::string id_array(const std::vector<snowflake>& ids) {
  std::string result = "[";
  for (auto id : ids) {
    if (result.size() > 1)
      result += ',';
    result += quoted(id);
  }
  return result + ']';
}

std::string dispatch(std::string_view name, std::uint64_t seq,
                     std::string_view data) {
  std::string result =
      "{\"t\":" + quoted(name) + ",\"s\":" + number(seq) + ",\"op\":0,\"d\":";
  return result.append(data) + '}';
}

std::string control(int op, std::string_view data) {
  std::string result =
      "{\"t\":null,\"s\":null,\"op\":" + std::to_string(op) + ",\"d\":";
  return result.append(data) + '}';
}

std::string hello(std::chrono::milliseconds heartbeat_interval) {
  return control(10, "{\"heartbeat_interval\":"
                         + std::to_string(heartbeat_interval.count())
                         + ",\"_trace\":[\"[\\\"gateway-1\\\"]\"]}");
}

std::string heartbeat_ack() {
  return control(11);
}

std::string heartbeat_request() {
  return control(1);
}

std::string reconnect() {
  return control(7);
}

std::string invalid_session(bool resumable) {
  return control(9, word(resumable));
}

std::string ready_data(const std::vector<snowflake>& guilds,
                       std::string_view session_id,
                       std::string_view resume_url) {
  std::string list;
  for (auto id : guilds)
    list.append(list.empty() ? "" : ",")
        .append("{\"unavailable\":true,\"id\":" + quoted(id) + '}');
  return "{\"v\":10,\"user\":{\"id\":\"9\",\"username\":\"bot\",\"bot\":true},"
         "\"application\":{\"id\":\"9\",\"flags\":0},\"shard\":[0,1],"
         "\"session_id\":"
         + quoted(session_id) + ",\"resume_gateway_url\":" + quoted(resume_url)
         + ",\"guilds\":[" + list + "]}";
}

std::string ready(const std::vector<snowflake>& guilds,
                  std::string_view session_id, std::string_view resume_url,
                  std::uint64_t seq) {
  return dispatch("READY", seq, ready_data(guilds, session_id, resume_url));
}

std::string resumed(std::uint64_t seq) {
  return dispatch("RESUMED", seq, "{\"_trace\":[]}");
}

std::string member(snowflake user, std::string_view username) {
  return "{\"user\":{\"id\":" + quoted(user)
         + ",\"username\":" + quoted(username)
         + ",\"global_name\":\"Nelly\",\"discriminator\":\"0\","
           "\"avatar\":\"a_0f\",\"avatar_decoration_data\":null,"
           "\"collectibles\":null,\"display_name_styles\":null,"
           "\"primary_guild\":null,\"clan\":null,\"banner\":\"userbanner\","
           "\"accent_color\":null,\"public_flags\":64,\"flags\":7,"
           "\"bot\":true},\"nick\":\"Nel\",\"avatar\":\"guildavatar\","
           "\"banner\":\"guildbanner\",\"roles\":[\"41\",\"42\"],"
           "\"joined_at\":\"2024-05-06T07:08:09.123000+00:00\","
           "\"premium_since\":\"2025-01-02T03:04:05+00:00\","
           "\"deaf\":true,\"mute\":true,\"pending\":true,\"flags\":3,"
           "\"communication_disabled_until\":\"2026-01-02T03:04:05+00:00\"}";
}

std::string member_array(int count, std::uint64_t first) {
  std::string result = "[";
  for (int i = 0; i < count; ++i)
    result.append(i == 0 ? "" : ",")
        .append(member(snowflake{first + static_cast<std::uint64_t>(i)}));
  return result + ']';
}

std::string presence(snowflake user, std::string_view status) {
  return "{\"user\":{\"id\":" + quoted(user) + "},\"status\":" + quoted(status)
         + ",\"client_status\":{\"desktop\":" + quoted(status)
         + "},\"activities\":[]}";
}

std::string guild_create_data(snowflake id, std::uint64_t member_count,
                              bool large, int members) {
  return "{\"id\":" + quoted(id) + ",\"name\":\"guild\",\"large\":"
         + word(large) + ",\"unavailable\":false,\"roles\":[{\"id\":\"1\"}],"
         + "\"members\":" + member_array(members)
         + ",\"presences\":[],\"member_count\":" + number(member_count) + '}';
}

std::string guild_create(snowflake id, std::uint64_t member_count, bool large,
                         int members, std::uint64_t seq) {
  return dispatch("GUILD_CREATE", seq,
                  guild_create_data(id, member_count, large, members));
}

std::string guild_unavailable(snowflake id, std::uint64_t seq) {
  return dispatch("GUILD_CREATE", seq,
                  "{\"id\":" + quoted(id) + ",\"unavailable\":true}");
}

std::string guild_delete(snowflake id, bool unavailable, std::uint64_t seq) {
  return dispatch("GUILD_DELETE", seq,
                  "{\"id\":" + quoted(id)
                      + (unavailable ? ",\"unavailable\":true}" : "}"));
}

std::string member_add(snowflake guild, snowflake user, std::uint64_t seq) {
  auto data = member(user);
  data.insert(1, "\"guild_id\":" + quoted(guild) + ',');
  return dispatch("GUILD_MEMBER_ADD", seq, data);
}

std::string member_remove(snowflake guild, snowflake user, std::uint64_t seq) {
  return dispatch("GUILD_MEMBER_REMOVE", seq,
                  "{\"guild_id\":" + quoted(guild)
                      + ",\"user\":{\"id\":" + quoted(user) + "}}");
}

std::string chunk_data(const chunk_fields& x) {
  auto result = "{\"guild_id\":" + quoted(x.guild)
                + ",\"members\":" + member_array(x.members)
                + ",\"chunk_index\":" + std::to_string(x.index)
                + ",\"chunk_count\":" + std::to_string(x.count);
  if (!x.not_found.empty())
    result += ",\"not_found\":" + id_array(x.not_found);
  if (!x.presences.empty())
    result += ",\"presences\":" + x.presences;
  if (!x.nonce.empty())
    result += ",\"nonce\":" + quoted(std::string_view{x.nonce});
  return result + '}';
}

std::string chunk(const chunk_fields& x, std::uint64_t seq) {
  return dispatch("GUILD_MEMBERS_CHUNK", seq, chunk_data(x));
}

std::string chunk(snowflake guild, std::string nonce, std::int64_t index,
                  std::int64_t count, int members, std::uint64_t seq) {
  chunk_fields x;
  x.guild = guild;
  x.nonce = std::move(nonce);
  x.index = index;
  x.count = count;
  x.members = members;
  return chunk(x, seq);
}

std::string rate_limited(snowflake guild, std::string_view nonce,
                         double retry_after, std::uint64_t seq, int opcode) {
  nlohmann::json data{{"opcode", opcode},
                      {"retry_after", retry_after},
                      {"meta", {{"guild_id", to_string(guild)}}}};
  if (!nonce.empty())
    data["meta"]["nonce"] = nonce;
  return dispatch("RATE_LIMITED", seq, data.dump());
}

} // namespace muster::test
