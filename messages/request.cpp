#include "messages/request.hpp"

#include <algorithm>
#include <atomic>
#include <random>

#include <simdjson.h>

#include "messages/errc.hpp"
#include "messages/intent.hpp"

namespace muster {

namespace {

void append_base32(std::string& out, std::uint64_t value, int digits) {
  static constexpr char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
  for (int i = 0; i < digits; ++i, value >>= 5)
    out += alphabet[value & 31];
}

guild_members_request blank(snowflake guild, request_kind kind) {
  guild_members_request result;
  result.guild_id = guild;
  result.kind = kind;
  result.nonce = make_nonce();
  return result;
}

} // namespace

std::string make_nonce() {
  // A random part for the process and a count within it.
  static const std::uint64_t process = [] {
    std::random_device source;
    return (std::uint64_t{source()} << 32) | source();
  }();
  static std::atomic<std::uint64_t> next{0};
  std::string result;
  result.reserve(22);
  append_base32(result, process, 13);
  append_base32(result, next.fetch_add(1, std::memory_order_relaxed), 9);
  return result;
}

guild_members_request guild_members_request::whole_list(snowflake guild) {
  return blank(guild, request_kind::whole_list);
}

guild_members_request guild_members_request::search(snowflake guild,
                                                    std::string prefix,
                                                    std::int32_t limit) {
  auto result = blank(guild, request_kind::search);
  result.query = std::move(prefix);
  result.limit = limit;
  return result;
}

guild_members_request guild_members_request::users(snowflake guild,
                                                   std::vector<snowflake> ids) {
  auto result = blank(guild, request_kind::users);
  result.user_ids = std::move(ids);
  return result;
}

guild_members_request& guild_members_request::with_presences(bool on) {
  presences = on;
  return *this;
}

guild_members_request& guild_members_request::with_nonce(std::string text) {
  nonce = std::move(text);
  joinable = false;
  return *this;
}

guild_members_request&
guild_members_request::with_attempts(std::int32_t attempts) {
  max_attempts = attempts;
  return *this;
}

guild_members_request&
guild_members_request::with_members(std::uint32_t at_most) {
  answer_limit = at_most;
  return *this;
}

bool guild_members_request::asks_whole_list() const {
  return kind != request_kind::users && query.empty() && limit == 0;
}

void fill_in(guild_members_request& x, const settings& values) {
  if (x.nonce.empty())
    x.nonce = make_nonce();
  x.max_attempts = std::max(x.max_attempts, 1);
  if (x.timeout.count() == 0)
    x.timeout = values.timeout;
  if (x.first_response_timeout.count() == 0)
    x.first_response_timeout = values.first_response_timeout;
}

caf::error validate(const guild_members_request& x, std::uint32_t intents,
                    shard_id shard) {
  using namespace std::chrono_literals;
  if (x.guild_id == snowflake{})
    return make_error(errc::invalid_guild_id);
  if (!owns(shard, x.guild_id))
    return make_error(errc::wrong_shard,
                      "guild " + to_string(x.guild_id) + " belongs to shard "
                          + std::to_string(shard_of(x.guild_id, shard.count))
                          + ", not " + to_string(shard)
                          + "; send the request to the router");
  if (x.kind == request_kind::users) {
    if (!x.query.empty() || x.limit != 0)
      return make_error(errc::users_with_query);
    if (x.user_ids.empty())
      return make_error(errc::no_user_ids);
    if (x.user_ids.size() > max_user_ids)
      return make_error(errc::too_many_user_ids,
                        std::to_string(x.user_ids.size())
                            + " user ids; Discord allows 100 in a request, "
                              "split the list");
  } else {
    if (!x.user_ids.empty())
      return make_error(errc::users_with_query);
    if (x.limit < 0 || x.limit > max_limit)
      return make_error(errc::limit_out_of_range,
                        "limit is " + std::to_string(x.limit)
                            + "; Discord allows 0 to 100");
    if (x.limit > 0 && x.query.empty())
      return make_error(errc::limit_without_query);
  }
  if (x.nonce.size() > max_nonce_size)
    return make_error(errc::nonce_too_long,
                      "the nonce has " + std::to_string(x.nonce.size())
                          + " bytes; at most 32 are allowed, shorten it");
  auto utf8 = [](const std::string& text) {
    return simdjson::validate_utf8(text.data(), text.size());
  };
  if (!utf8(x.query) || !utf8(x.nonce))
    return make_error(errc::invalid_text);
  if (x.asks_whole_list() && (intents & intent::guild_members) == 0)
    return make_error(errc::members_intent_missing);
  if (x.presences && (intents & intent::guild_presences) == 0)
    return make_error(errc::presences_intent_missing);
  auto usable = [](caf::timespan t) {
    return t.count() == 0 || (t >= 1ms && t <= 1h);
  };
  if (!usable(x.timeout) || !usable(x.first_response_timeout))
    return make_error(errc::invalid_timeout);
  if (x.max_attempts < 0 || x.max_attempts > 100)
    return make_error(errc::invalid_attempts);
  return caf::none;
}

} // namespace muster
