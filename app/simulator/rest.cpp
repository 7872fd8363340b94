#include "app/simulator/rest.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace muster::sim {

namespace {

using nlohmann::json;

rest_answer fail(unsigned status, const char* message) {
  return {status, json{{"message", message}, {"code", 0}}.dump()};
}

rest_answer gateway_bot(const rest_request& r, const gateway& gw,
                        time_point now) {
  using namespace std::chrono;
  auto reset = std::max(milliseconds{0}, 24h - gw.age(now));
  json limit{{"total", gw.opts.session_start_total},
             {"remaining", gw.identifies.remaining()},
             {"reset_after", reset.count()},
             {"max_concurrency", gw.opts.max_concurrency}};
  return {200, json{{"url", r.gateway_url},
                    {"shards", gw.opts.shards},
                    {"session_start_limit", limit}}
                   .dump()};
}

json application(const json& bot) {
  return {{"id", to_string(bot_application)},
          {"name", "muster"},
          {"icon", nullptr},
          {"description", ""},
          {"summary", ""},
          {"type", nullptr},
          {"bot", bot},
          {"bot_public", true},
          {"bot_require_code_grant", false},
          {"verify_key", std::string(64, '0')},
          {"flags", 565248},
          {"hook", true},
          {"redirect_uris", json::array()},
          {"interactions_endpoint_url", nullptr},
          {"role_connections_verification_url", nullptr},
          {"owner",
           {{"id", "1190000000000000002"},
            {"username", "keeper"},
            {"global_name", nullptr},
            {"avatar", nullptr},
            {"discriminator", "0"},
            {"public_flags", 0},
            {"flags", 0}}},
          {"team", nullptr}};
}

// Commands as if they had just been put in place of all others; their options
// are not told back.
rest_answer put_commands(const rest_request& r) {
  auto commands = json::parse(r.body, nullptr, false);
  if (!commands.is_array())
    return fail(400, "the body must be an array of commands");
  auto result = json::array();
  auto id = bot_application.value;
  for (const auto& x : commands) {
    auto name = x.is_object() ? x.find("name") : x.end();
    if (name == x.end() || !name->is_string())
      return fail(400, "a command must be an object with a name");
    auto kind = x.find("type");
    bool has_kind = kind != x.end() && kind->is_number_integer();
    auto own = std::to_string(++id);
    result.push_back({{"id", own},
                      {"application_id", to_string(bot_application)},
                      {"version", own},
                      {"type", has_kind ? *kind : json(1)},
                      {"name", *name},
                      {"description", ""},
                      {"default_member_permissions", nullptr},
                      {"dm_permission", true},
                      {"nsfw", false}});
  }
  return {200, result.dump(-1, ' ', false, json::error_handler_t::replace)};
}

} // namespace

rest_answer answer_rest(const rest_request& r, gateway& gw, time_point now) {
  ++gw.seen.rest_requests;
  auto path = std::string_view{r.target};
  path = path.substr(0, path.find('?'));
  auto is = [&](std::string_view name) { return path.ends_with(name); };
  bool commands =
      is("/commands") && path.find("/applications/") != std::string_view::npos;
  if (r.method != "GET" && !(commands && r.method == "PUT"))
    return fail(404, "404: Not Found");
  if (is("/gateway"))
    return {200, json{{"url", r.gateway_url}}.dump()};
  if (!gw.opts.token.empty() && r.authorization != "Bot " + gw.opts.token)
    return fail(401, "401: Unauthorized");
  if (commands)
    return r.method == "PUT" ? put_commands(r) : rest_answer{200, "[]"};
  if (is("/gateway/bot"))
    return gateway_bot(r, gw, now);
  std::string user;
  member_text::append_bot_user(user);
  if (is("/users/@me"))
    return {200, user};
  if (is("/applications/@me")) // with and without /oauth2
    return {200, application(json::parse(user)).dump()};
  return fail(404, "404: Not Found");
}

std::string gateway_url(bool encrypted, const std::string& host,
                        const std::string& address) {
  constexpr auto of_hosts = "abcdefghijklmnopqrstuvwxyz"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:[]";
  auto fits =
      !host.empty() && host.find_first_not_of(of_hosts) == std::string::npos;
  return (encrypted ? "wss://" : "ws://") + (fits ? host : address);
}

rest_answer answer_down() {
  return fail(503, "503: Service Unavailable");
}

} // namespace muster::sim
