#include "actors/requests_text.hpp"

#include <array>
#include <utility>

#include "actors/cut_fields.hpp"
#include "net/shallow_cbor.hpp"

namespace muster {

namespace {

using nlohmann::json;

constexpr std::uint64_t requests_format = 1;

json text_of(const guild_cooldown::saved_stamp& x) {
  return json::array({x.guild.value, cut_time(x.free_in),
                      cut_time(x.posted_ago), x.attempt, x.refused});
}

guild_cooldown::saved_stamp read_stamp(cut_fields from, bool& good) {
  guild_cooldown::saved_stamp x;
  x.guild = snowflake{from.number()};
  x.free_in = from.time();
  x.posted_ago = from.time();
  x.attempt = from.text();
  x.refused = from.flag();
  good = good && from.good() && !from.more();
  return x;
}

/// One bit for each flag.
template <class Request>
auto flags_of(Request& x) {
  return std::to_array({&x.request.presences, &x.request.joinable,
                        &x.for_startup, &x.joined_by_startup, &x.derived,
                        &x.streamed, &x.suspect});
}

json text_of(const saved_request& x) {
  std::uint64_t flags = 0;
  std::uint64_t bit = 1;
  for (auto flag : flags_of(x)) {
    flags |= *flag ? bit : 0;
    bit <<= 1;
  }
  auto& r = x.request;
  auto users = json::array();
  for (auto id : r.user_ids)
    users.push_back(id.value);
  auto result =
      json::array({r.guild_id.value,
                   r.nonce,
                   static_cast<std::uint64_t>(r.kind),
                   r.query,
                   static_cast<std::uint32_t>(r.limit),
                   std::move(users),
                   r.answer_limit,
                   static_cast<std::uint64_t>(x.from),
                   flags,
                   static_cast<std::uint32_t>(x.patience.max_attempts),
                   cut_time(x.patience.timeout),
                   cut_time(x.patience.first_response_timeout),
                   x.spent,
                   x.asked,
                   x.refusals,
                   x.losses,
                   x.ends,
                   x.waits,
                   x.suspicions.most(),
                   x.suspicions.in_a_row(),
                   x.rank,
                   cut_time(x.wait),
                   x.attempts,
                   x.callers});
  if (!x.calls.empty()) { // only where processes share shards
    auto calls = json::array();
    for (auto& [nonce, number] : x.calls) {
      calls.push_back(nonce);
      calls.push_back(number);
    }
    result.push_back(std::move(calls));
  }
  return result;
}

saved_request read_request(cut_fields from, bool& good) {
  saved_request x;
  auto& r = x.request;
  r.guild_id = snowflake{from.number()};
  r.nonce = from.text();
  auto kind = from.number();
  r.kind = static_cast<request_kind>(kind);
  r.query = from.text();
  r.limit = from.count();
  r.user_ids = from.ids();
  r.answer_limit = from.small();
  auto who = from.number();
  x.from = static_cast<origin>(who);
  auto flags = from.number();
  for (auto flag : flags_of(x)) {
    *flag = (flags & 1) != 0;
    flags >>= 1;
  }
  x.patience.max_attempts = from.count();
  x.patience.timeout = from.time();
  x.patience.first_response_timeout = from.time();
  r.max_attempts = x.patience.max_attempts;
  r.timeout = x.patience.timeout;
  r.first_response_timeout = x.patience.first_response_timeout;
  x.spent = from.small();
  x.asked = from.small();
  x.refusals = from.small();
  x.losses = from.small();
  x.ends = from.small();
  x.waits = from.small();
  auto most = from.number();
  x.suspicions = vain_ends::restored(most, from.small());
  x.rank = from.number();
  x.wait = from.time();
  x.attempts = from.texts();
  x.callers = from.texts();
  if (from.more()) {
    cut_fields calls{from.list()};
    while (calls.more()) {
      auto nonce = calls.text();
      x.calls[nonce] = calls.number();
    }
    from.note(calls.good());
  }
  good = good && from.good() && !from.more() && flags == 0
         && kind <= static_cast<std::uint64_t>(request_kind::users)
         && who <= static_cast<std::uint64_t>(origin::foreign);
  return x;
}

} // namespace

std::string write_requests(const request_cut& x) {
  auto stamps = json::array();
  for (auto& stamp : x.stamps)
    stamps.push_back(text_of(stamp));
  auto requests = json::array();
  for (auto& request : x.requests)
    requests.push_back(text_of(request));
  return write_cbor(
      json::array({requests_format, std::move(stamps), std::move(requests)}));
}

cut_reading read_requests(std::string_view text, request_cut& out) {
  json all;
  if (auto how = unpack_cut(text, requests_format, all);
      how != cut_reading::good)
    return how;
  cut_fields from{all, 1};
  auto good = true;
  for (auto& stamp : from.list())
    out.stamps.push_back(read_stamp(cut_fields{stamp}, good));
  for (auto& request : from.list())
    out.requests.push_back(read_request(cut_fields{request}, good));
  return good && from.good() && !from.more() ? cut_reading::good
                                             : cut_reading::damaged;
}

} // namespace muster
