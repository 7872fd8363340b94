#include "app/simulator/member_request.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "net/intents.hpp"

namespace muster::sim {

namespace {

using nlohmann::json;

constexpr std::size_t max_nonce = 32;
constexpr std::uint32_t max_found = 100;

std::optional<snowflake> read_id(const json& x) {
  if (x.is_string())
    return parse_snowflake(x.get_ref<const std::string&>());
  if (x.is_number_unsigned())
    return snowflake{x.get<std::uint64_t>()};
  return std::nullopt;
}

// One id or an array of them; false if there is anything else among them.
bool read_ids(const json& x, std::vector<snowflake>& out) {
  auto add = [&](const json& item) {
    auto id = read_id(item);
    if (id)
      out.push_back(*id);
    return id.has_value();
  };
  if (!x.is_array())
    return add(x);
  return std::all_of(x.begin(), x.end(), add);
}

// An older form, which some libraries still send, is an array of one.
std::optional<snowflake> read_guild(const json& x) {
  if (x.is_array())
    return x.size() == 1 ? read_id(x[0]) : std::nullopt;
  return read_id(x);
}

} // namespace

const char* to_string(member_request::kind x) {
  switch (x) {
  case member_request::kind::whole_list:
    return "whole_list";
  case member_request::kind::prefix:
    return "prefix";
  case member_request::kind::user_ids:
    return "user_ids";
  default:
    return "malformed";
  }
}

member_request read_member_request(const json& d) {
  using kind = member_request::kind;
  member_request r;
  if (!d.is_object()) {
    r.wrong = "d must be an object";
    return r;
  }
  auto field = [&](const char* key) -> const json* {
    auto i = d.find(key);
    return i == d.end() || i->is_null() ? nullptr : &*i;
  };
  if (const auto* x = field("presences"); x && x->is_boolean())
    r.presences = x->get<bool>();
  if (const auto* x = field("nonce"); x && x->is_string()) {
    const auto& nonce = x->get_ref<const std::string&>();
    if (nonce.size() <= max_nonce)
      r.nonce = nonce;
  }
  auto malformed = [&](const char* why) {
    r.wrong = why;
    return r;
  };
  const auto* id = field("guild_id");
  auto guild = id ? read_guild(*id) : std::nullopt;
  if (!guild)
    return malformed("guild_id must be one id");
  r.guild = *guild;
  // An empty list beside a query asks for no one.
  const auto* query = field("query");
  const auto* ids = field("user_ids");
  if (ids && !(query && ids->is_array() && ids->empty())) {
    if (!read_ids(*ids, r.user_ids) || r.user_ids.empty()
        || r.user_ids.size() > max_found)
      return malformed("user_ids must be 1 to 100 ids");
    r.what = kind::user_ids;
    return r;
  }
  if (!query || !query->is_string())
    return malformed("query must be a string, or user_ids be given");
  const auto* limit = field("limit");
  if (!limit || !limit->is_number_unsigned())
    return malformed("limit must be a number from 0 on");
  r.prefix = query->get<std::string>();
  auto wanted = limit->get<std::uint64_t>();
  if (r.prefix.empty() && wanted == 0) {
    r.what = kind::whole_list;
    return r;
  }
  r.limit = wanted == 0 ? max_found
                        : static_cast<std::uint32_t>(
                            std::min<std::uint64_t>(wanted, max_found));
  r.what = kind::prefix;
  return r;
}

std::shared_ptr<const answer> make_answer(const member_request& r,
                                          const guild& g, std::uint32_t intents,
                                          std::uint32_t chunk_size) {
  auto result = std::make_shared<answer>();
  result->guild = g.index;
  result->nonce = r.nonce;
  result->presences = r.presences && (intents & intent::guild_presences) != 0;
  if (r.what == member_request::kind::whole_list) {
    result->whole_list = true;
    result->chunk_count = (g.size + chunk_size - 1) / chunk_size;
  } else if (r.what == member_request::kind::prefix) {
    for (std::uint32_t i = 0; i < g.size && result->members.size() < r.limit;
         ++i) {
      if (member_text::username_begins_with(i, r.prefix))
        result->members.push_back(i);
    }
  } else {
    result->not_found.emplace();
    auto add = [](auto& to, auto x) {
      if (std::find(to.begin(), to.end(), x) == to.end())
        to.push_back(x);
    };
    for (auto id : r.user_ids) {
      if (auto index = member_index(g, id))
        add(result->members, *index);
      else
        add(*result->not_found, id);
    }
  }
  return result;
}

std::string rate_limited_text(const member_request& r,
                              std::chrono::duration<double> wait) {
  std::array<char, 32> seconds;
  std::snprintf(seconds.data(), seconds.size(), "%.3f", wait.count());
  std::string result = R"({"retry_after":)";
  result.append(seconds.data()).append(R"(,"opcode":8,"meta":{)");
  if (r.nonce)
    result += R"("nonce":)" + json(*r.nonce).dump() + ',';
  return result + R"("guild_id":")" + to_string(r.guild) + R"("}})";
}

} // namespace muster::sim
