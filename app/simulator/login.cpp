#include "app/simulator/login.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/simulator/member_text.hpp"
#include "net/opcode.hpp"

namespace muster::sim {

namespace {

using nlohmann::json;

// Bits 0-16, 20, 21, 24 and 25 are intents.
constexpr std::uint64_t known_intents = 0x331'FFFF;

const std::string* text_at(const json& object, const char* key) {
  auto i = object.find(key);
  return i != object.end() ? i->get_ptr<const std::string*>() : nullptr;
}

std::optional<std::uint64_t> number_at(const json& object, const char* key) {
  auto i = object.find(key);
  if (i == object.end() || !i->is_number_unsigned())
    return std::nullopt;
  return i->get<std::uint64_t>();
}

// Some libraries write "Bot " before the token here as they do in REST.
bool token_fits(const json& d, const options& opts) {
  const auto* text = text_at(d, "token");
  if (text == nullptr)
    return false;
  std::string_view token = *text;
  if (constexpr std::string_view prefix = "Bot "; token.starts_with(prefix))
    token.remove_prefix(prefix.size());
  return !token.empty() && (opts.token.empty() || token == opts.token);
}

bool flag_at(const json& object, const char* key) {
  auto i = object.find(key);
  return i != object.end() && i->is_boolean() && i->get<bool>();
}

// [index, count]; without the field the only shard. Empty if it is no shard.
std::optional<shard_id> shard_at(const json& d) {
  auto i = d.find("shard");
  if (i == d.end() || i->is_null())
    return shard_id{0, 1};
  if (!i->is_array() || i->size() != 2 || !(*i)[0].is_number_unsigned()
      || !(*i)[1].is_number_unsigned())
    return std::nullopt;
  auto index = (*i)[0].get<std::uint64_t>();
  auto count = (*i)[1].get<std::uint64_t>();
  if (index >= count || count > std::numeric_limits<std::uint32_t>::max())
    return std::nullopt;
  return shard_id{static_cast<std::uint32_t>(index),
                  static_cast<std::uint32_t>(count)};
}

} // namespace

connect_query parse_connect_query(std::string_view target) {
  connect_query result;
  for (auto end = target.find('?'); end < target.size();) {
    auto begin = end + 1;
    end = std::min(target.find('&', begin), target.size());
    auto pair = target.substr(begin, end - begin);
    auto equals = std::min(pair.find('='), pair.size());
    auto key = pair.substr(0, equals);
    auto value = pair.substr(std::min(equals + 1, pair.size()));
    if (key == "v")
      result.version = value;
    else if (key == "encoding")
      result.encoding = value;
    else if (key == "compress" && value == "zlib-stream")
      result.compress = packing::zlib_stream;
    else if (key == "compress" && value == "zstd-stream")
      result.compress = packing::zstd_stream;
  }
  return result;
}

std::optional<refusal> refuse(const connect_query& query) {
  if (query.version != "9" && query.version != "10")
    return refusal{close_code::invalid_api_version,
                   "this gateway speaks version 10 and 9; connect with v=10"};
  if (query.encoding != "json")
    return refusal{close_code::decode_error,
                   "this gateway speaks JSON only; connect with encoding=json"};
  return std::nullopt;
}

std::variant<identify_request, refusal> read_identify(const json& d,
                                                      const options& opts) {
  if (!d.is_object())
    return refusal{close_code::decode_error, "identify: d must be an object"};
  if (!token_fits(d, opts))
    return refusal{close_code::authentication_failed,
                   "identify: this token is not the one that is accepted"};
  auto shard = shard_at(d);
  if (!shard)
    return refusal{close_code::invalid_shard,
                   "identify: shard must be [index, count]"};
  auto properties = d.find("properties");
  if (properties == d.end() || !properties->is_object())
    return refusal{close_code::decode_error,
                   "identify: properties must be an object"};
  auto intents = number_at(d, "intents");
  if (!intents || (*intents & ~known_intents) != 0)
    return refusal{close_code::invalid_intents,
                   "identify: intents must be a number made of known bits"};
  if ((*intents & ~std::uint64_t{opts.allowed_intents}) != 0)
    return refusal{close_code::disallowed_intents,
                   "identify: an intent is not allowed to this bot"};
  auto threshold = number_at(d, "large_threshold").value_or(50);
  identify_request result;
  result.shard = *shard;
  result.intents = static_cast<std::uint32_t>(*intents);
  result.large_threshold =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>(threshold, 50, 250));
  result.compress = flag_at(d, "compress");
  return result;
}

std::variant<resume_request, refusal> read_resume(const json& d,
                                                  const options& opts) {
  if (!d.is_object())
    return refusal{close_code::decode_error, "resume: d must be an object"};
  if (!token_fits(d, opts))
    return refusal{close_code::authentication_failed,
                   "resume: this token is not the one that is accepted"};
  const auto* id = text_at(d, "session_id");
  if (id == nullptr)
    return refusal{close_code::decode_error,
                   "resume: session_id must be a string"};
  return resume_request{*id, number_at(d, "seq").value_or(0)};
}

std::string ready_text(const client_session& s, const world& w,
                       const connect_query& query) {
  auto result = R"({"v":)" + query.version + R"(,"user_settings":{},"user":)";
  member_text::append_bot_user(result);
  result += R"(,"shard":[)" + std::to_string(s.shard().index) + ','
            + std::to_string(s.shard().count);
  result += R"(],"session_type":"normal","session_id":")" + s.id();
  result += R"(","resume_gateway_url":)" + json(query.url).dump();
  result += R"(,"relationships":[],"private_channels":[],"presences":[],)"
            R"("guilds":[)";
  bool comma = false;
  for (auto index : w.of_shard(s.shard())) {
    result += std::exchange(comma, true) ? "," : "";
    result +=
        R"({"unavailable":true,"id":")" + to_string(w.at(index).id) + R"("})";
  }
  result += R"(],"guild_join_requests":[],"geo_ordered_rtc_regions":["local"],)"
            R"("application":{"id":")";
  return result + to_string(bot_application)
         + R"(","flags":565248},"_trace":["[\"gateway-sim-1\",{}]"]})";
}

} // namespace muster::sim
