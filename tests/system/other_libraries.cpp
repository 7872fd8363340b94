#define CAF_SUITE system_other_libraries

#include <chrono>

#include <nlohmann/json.hpp>

#include "app/simulator/simulator.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

/// One shard with two guilds of 500 members, for a bot with this token.
struct small_gateway {
  static sim::options world() {
    sim::options x;
    x.shards = 1;
    x.guild_sizes = {500, 500};
    x.chunk_size = 200;
    x.token = "made.up";
    return x;
  }

  explicit small_gateway(const sim::options& opts = world())
      : gateway(opts), client(gateway.port()),
        host("127.0.0.1:" + std::to_string(gateway.port())) {}

  /// Upgrades to WebSocket with these headers and takes HELLO.
  void open(const std::string& target, const std::string& headers) {
    auto head = client.ask("GET " + target + " HTTP/1.1\r\nHost: " + host
                           + "\r\n" + headers + "\r\n");
    CAF_CHECK(head.starts_with("HTTP/1.1 101 "));
    auto hello = client.read();
    CAF_CHECK_EQUAL(hello["op"], 10);
    CAF_CHECK(hello["d"]["heartbeat_interval"] == 41'250);
  }

  /// What a REST request is answered with.
  json rest(const std::string& line, const std::string& headers,
            const std::string& status = "200") {
    raw_client c{gateway.port()};
    std::string body;
    auto head = c.ask(
        line + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n", &body);
    CAF_CHECK(head.starts_with("HTTP/1.1 " + status + ' '));
    return json::parse(body, nullptr, false);
  }

  /// READY and then both guilds.
  std::vector<std::string> take_startup(int version) {
    auto ready = client.read();
    CAF_CHECK_EQUAL(ready["t"], "READY");
    CAF_CHECK_EQUAL(ready["d"]["v"], version);
    std::vector<std::string> result;
    for (const auto& listed : ready["d"]["guilds"]) {
      auto x = client.read_event("GUILD_CREATE");
      CAF_CHECK(x["d"]["id"] == listed["id"]);
      CAF_CHECK(x["d"]["member_count"] == 500);
      result.push_back(x["d"]["id"]);
    }
    CAF_CHECK_EQUAL(result.size(), 2u);
    return result;
  }

  /// The chunks of a whole list.
  void take_list(const std::string& guild, const std::string& nonce) {
    std::size_t members = 0;
    for (int i = 0; i < 3; ++i) {
      auto d = client.read_event("GUILD_MEMBERS_CHUNK")["d"];
      CAF_CHECK(d["guild_id"] == guild);
      CAF_CHECK(d["nonce"] == nonce);
      CAF_CHECK_EQUAL(d["chunk_index"], i);
      CAF_CHECK_EQUAL(d["chunk_count"], 3);
      members += d["members"].size();
    }
    CAF_CHECK_EQUAL(members, 500u);
  }

  /// The close that a client gets which says this after READY.
  raw_client::frame close_after(const std::string& payload) {
    open("/?v=10&encoding=json", upgrade);
    client.say(R"({"op":2,"d":{"token":"made.up","intents":3,)"
               R"("properties":{"os":"a","browser":"b","device":"c"}}})");
    take_startup(10);
    client.say(payload);
    return client.read_frame();
  }

  static constexpr auto upgrade =
      "Connection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

  sim::simulator gateway;
  raw_client client;
  std::string host;
};

} // namespace

CAF_TEST(serenity is served as it comes) {
  small_gateway x;
  std::string headers =
      "authorization: Bot made.up\r\n"
      "user-agent: DiscordBot (https://github.com/serenity-rs/serenity, "
      "0.12.4)\r\naccept: */*\r\n";
  auto bot = x.rest("GET /api/v10/gateway/bot", headers);
  CAF_CHECK(bot["url"] == "ws://" + x.host);
  CAF_CHECK_EQUAL(bot["session_start_limit"]["max_concurrency"], 1);
  x.rest("GET /api/v10/oauth2/applications/@me", headers);
  // The encoding is left to its default.
  x.open("/?v=10", small_gateway::upgrade);
  x.client.say(R"({"op":1,"d":0})");
  auto ack = x.client.read();
  CAF_CHECK_EQUAL(ack["op"], 11);
  x.client.say(
      R"({"op":2,"d":{"compress":true,"token":"Bot made.up",)"
      R"("large_threshold":250,"shard":[0,1],"intents":3,"properties":)"
      R"({"browser":"serenity","device":"serenity","os":"linux"},)"
      R"("presence":{"afk":false,"status":"online","since":)"
      R"({"secs_since_epoch":1754006400,"nanos_since_epoch":123456789},)"
      R"("activities":[]}}})");
  auto guilds = x.take_startup(10);
  x.client.say(R"({"op":8,"d":{"guild_id":")" + guilds.at(0)
               + R"(","query":"","limit":0,"presences":false,"nonce":""}})");
  x.take_list(guilds.at(0), "");
  x.client.say(R"({"op":8,"d":{"guild_id":")" + guilds.at(1)
               + R"(","limit":0,"presences":true,"user_ids":[")"
               + to_string(sim::simulator::member_id(1, 7))
               + R"("],"nonce":"n"}})");
  auto found = x.client.read_event("GUILD_MEMBERS_CHUNK")["d"];
  CAF_CHECK_EQUAL(found["members"].size(), 1u);
  // Guilds and long lists; HELLO and the acknowledgement are text.
  CAF_CHECK(x.client.binary_messages() >= 5);
  CAF_CHECK(x.gateway.counts().closes_by_gateway.empty());
}

CAF_TEST(discordgo is served as it comes) {
  small_gateway x;
  auto found = x.rest("GET /api/v9/gateway",
                      "User-Agent: DiscordBot "
                      "(https://github.com/bwmarrin/discordgo, v0.28.1)\r\n"
                      "Authorization: Bot made.up\r\n"
                      "Accept-Encoding: gzip\r\n");
  CAF_CHECK(found["url"] == "ws://" + x.host);
  x.open("/?v=9&encoding=json",
         "User-Agent: Go-http-client/1.1\r\n"
         "Accept-Encoding: zlib\r\n"
         "Connection: Upgrade\r\n"
         "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
         "Sec-WebSocket-Version: 13\r\n"
         "Upgrade: websocket\r\n");
  x.client.say(
      R"({"op":2,"d":{"token":"Bot made.up","properties":{"$os":"linux",)"
      R"("$browser":"DiscordGo v0.28.1","$device":"","$referer":"",)"
      R"("$referring_domain":""},"compress":true,"large_threshold":250,)"
      R"("presence":{"since":0,"game":{"name":"","type":0,)"
      R"("created_at":"0001-01-01T00:00:00Z","timestamps":{},"emoji":)"
      R"({"id":"","name":"","roles":null,"user":null,"require_colons":false,)"
      R"("managed":false,"animated":false,"available":false},"party":{},)"
      R"("assets":{},"secrets":{}},"status":"","afk":false},)"
      R"("intents":32511}})"
      "\n");
  auto guilds = x.take_startup(9);
  x.client.say(R"({"op":1,"d":3})"
               "\n");
  auto ack = x.client.read();
  CAF_CHECK_EQUAL(ack["op"], 11);
  x.client.say(R"({"op":8,"d":{"guild_id":[")" + guilds.at(1)
               + R"("],"query":"","limit":0,"nonce":"go","presences":false}})"
               + '\n');
  x.take_list(guilds.at(1), "go");
  CAF_CHECK(x.client.binary_messages() >= 5);
  CAF_CHECK(x.gateway.counts().closes_by_gateway.empty());
}

CAF_TEST(a resumed session goes on as it was identified) {
  small_gateway x;
  x.open("/?v=9", small_gateway::upgrade);
  x.client.say(R"({"op":2,"d":{"token":"Bot made.up","properties":{},)"
               R"("compress":true,"intents":32511}})");
  auto ready = x.client.read();
  raw_client again{x.gateway.port()};
  again.ask("GET /?v=9 HTTP/1.1\r\nHost: " + x.host + "\r\n"
            + small_gateway::upgrade + "\r\n");
  auto hello = again.read();
  CAF_CHECK_EQUAL(hello["op"], 10);
  again.say(R"({"op":6,"d":{"token":"Bot made.up","session_id":)"
            + ready["d"]["session_id"].dump() + R"(,"seq":1}})");
  again.read_event("RESUMED");
  again.read_event("GUILD_CREATE");
  CAF_CHECK(again.binary_messages() > 0);
}

CAF_TEST(payloads are compressed only where nothing else is) {
  // discord.py asks for both, and reads the transport's.
  auto world = small_gateway::world();
  for (bool ignore : {false, true}) {
    world.ignore_compress = ignore;
    small_gateway x{world};
    auto query = std::string{"/?encoding=json&v=10"}
                 + (ignore ? "" : "&compress=zstd-stream");
    x.client.ask("GET " + query + " HTTP/1.1\r\nHost: " + x.host + "\r\n"
                 + small_gateway::upgrade + "\r\n");
    constexpr std::string_view zstd_magic = "\x28\xb5\x2f\xfd";
    auto hello = x.client.read_frame();
    CAF_CHECK_EQUAL(hello.binary, !ignore);
    CAF_CHECK_EQUAL(hello.bytes.starts_with(zstd_magic), !ignore);
    x.client.say(R"({"op":2,"d":{"token":"made.up","properties":{},)"
                 R"("compress":true,"intents":3}})");
    for (int i = 0; i < 3; ++i) {
      auto next = x.client.read_frame();
      CAF_CHECK_EQUAL(next.binary, !ignore);
      // One stream for the whole connection: it does not begin again.
      CAF_CHECK(!next.bytes.starts_with(zstd_magic));
      CAF_CHECK(!next.bytes.starts_with("\x78"));
    }
  }
}

CAF_TEST(guilds come some time after READY) {
  auto world = small_gateway::world();
  world.guild_delay = 300ms;
  small_gateway x{world};
  x.open("/?v=10", small_gateway::upgrade);
  x.client.say(R"({"op":2,"d":{"token":"made.up","properties":{},)"
               R"("intents":3}})");
  auto ready = x.client.read();
  auto at = std::chrono::steady_clock::now();
  CAF_CHECK_EQUAL(ready["t"], "READY");
  // Requests are answered meanwhile.
  x.client.say(R"({"op":8,"d":{"guild_id":)"
               + ready["d"]["guilds"][0]["id"].dump()
               + R"(,"query":"a","limit":1}})");
  auto chunk = x.client.read();
  CAF_CHECK_EQUAL(chunk["t"], "GUILD_MEMBERS_CHUNK");
  auto guild = x.client.read();
  CAF_CHECK_EQUAL(guild["t"], "GUILD_CREATE");
  // READY may have come late, so that less than the whole delay was left.
  CAF_CHECK(std::chrono::steady_clock::now() - at > 150ms);
}

CAF_TEST(what the gateway cannot speak is refused with the mend) {
  for (auto [target, code, mend] :
       {std::tuple{"/?v=10&encoding=etf", 4002, "encoding=json"},
        {"/?v=10&encoding=", 4002, "encoding=json"},
        {"/?v=8&encoding=json", 4012, "v=10"},
        {"/?v=11", 4012, "v=10"},
        {"/?v=", 4012, "v=10"},
        {"/?v=010", 4012, "v=10"}}) {
    small_gateway x;
    x.client.ask(std::string{"GET "} + target + " HTTP/1.1\r\nHost: " + x.host
                 + "\r\n" + small_gateway::upgrade + "\r\n");
    auto end = x.client.read_frame();
    CAF_CHECK_EQUAL(end.close_code, code);
    CAF_CHECK(end.bytes.find(mend) != std::string::npos);
  }
  // Without a version it is the usual one.
  small_gateway x;
  x.open("/", small_gateway::upgrade);
}

CAF_TEST(a malformed op 8 closes with 4002 and says why) {
  for (auto [d, why] :
       {std::pair{"null", "object"},
        {R"({"guild_id":[],"query":"","limit":0})", "guild_id"},
        {R"({"guild_id":["1","2"],"query":"","limit":0})", "guild_id"},
        {R"({"guild_id":"1","query":""})", "limit"},
        {R"({"guild_id":"1","user_ids":["x"]})", "user_ids"},
        {R"({"guild_id":"1"})", "query"}}) {
    small_gateway x;
    auto end = x.close_after(std::string{R"({"op":8,"d":)"} + d + "}");
    CAF_CHECK_EQUAL(end.close_code, 4002);
    CAF_CHECK(end.bytes.find(why) != std::string::npos);
  }
  small_gateway x;
  auto end = x.close_after(R"({"op":99,"d":{}})");
  CAF_CHECK_EQUAL(end.close_code, 4001);
}

CAF_TEST(another token is refused in every form) {
  for (auto text : {"Bot other", "other", "Bot ", "", "bot made.up",
                    "Bot Bot made.up", "made.up "}) {
    small_gateway x;
    x.open("/?v=10", small_gateway::upgrade);
    x.client.say(R"({"op":2,"d":{"properties":{},"intents":3,"token":)"
                 + json(text).dump() + "}}");
    auto end = x.client.read_frame();
    CAF_CHECK_EQUAL(end.close_code, 4004);
    CAF_CHECK(end.bytes.find("other") == std::string::npos);
  }
}

CAF_TEST(commands of the application are taken over HTTP) {
  small_gateway x;
  std::string headers = "Authorization: Bot made.up\r\n";
  std::string where = "/api/v10/applications/1190000000000000000/commands";
  CAF_CHECK(x.rest("GET " + where, headers) == json::array());
  std::string body = R"([{"name":"ping","description":"Says pong"}])";
  auto made =
      x.rest("PUT " + where,
             headers + "Content-Type: application/json\r\n" + "Content-Length: "
                 + std::to_string(body.size()) + "\r\n\r\n" + body,
             "200");
  CAF_REQUIRE_EQUAL(made.size(), 1u);
  CAF_CHECK_EQUAL(made[0]["name"], "ping");
  CAF_CHECK(made[0]["id"].is_string());
}
