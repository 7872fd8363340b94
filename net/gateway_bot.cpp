#include "net/gateway_bot.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "net/http_refusal.hpp"
#include "net/url.hpp"

namespace muster {

namespace {

using nlohmann::json;

gateway_answer failure(errc code, std::string sentence) {
  gateway_answer result;
  result.error = make_error(code, std::move(sentence));
  return result;
}

caf::timespan wait_of(const http_answer& x, const json& body,
                      std::chrono::system_clock::time_point now) {
  if (body.is_object())
    if (auto i = body.find("retry_after"); i != body.end() && i->is_number())
      if (auto seconds = i->get<double>(); seconds != 0)
        return bounded_wait(seconds);
  return asked_to_wait(x, now);
}

/// An answer other than 200.
gateway_answer refusal(const http_answer& x, std::string_view where) {
  auto what = "GET " + std::string{where} + " answered with " + describe(x);
  if (is_cloudflare_page(x))
    return failure(x.status == 429 ? errc::rest_rate_limited
                                   : errc::rest_failed,
                   std::move(what));
  switch (x.status) {
  case 401:
    return failure(errc::rest_unauthorized,
                   sentence_of(make_error(errc::rest_unauthorized)));
  case 403:
    return failure(errc::rest_forbidden,
                   sentence_of(make_error(errc::rest_forbidden)));
  case 429:
    return failure(errc::rest_rate_limited,
                   sentence_of(make_error(errc::rest_rate_limited)));
  case 400:
  case 404:
    return failure(errc::invalid_settings,
                   what
                       + "; check scheme, host and path of the REST URL, "
                         "Discord's is https://discord.com/api/v10");
  case 301:
  case 308:
    return failure(errc::invalid_settings,
                   what
                       + ", which is not followed to another server; if that "
                         "is the one, set the REST URL to it");
  case 302:
  case 303:
  case 307:
    return failure(errc::rest_failed,
                   what + ", which is not followed to another server");
  default:
    return failure(errc::rest_failed, std::move(what));
  }
}

bool read_count(const json& object, const char* key, std::uint32_t& out) {
  auto i = object.find(key);
  if (i == object.end() || !i->is_number_unsigned()
      || i->get<std::uint64_t>() > 1'000'000)
    return false;
  out = i->get<std::uint32_t>();
  return true;
}

} // namespace

gateway_answer read_gateway_bot(const http_answer& answer,
                                std::string_view where,
                                std::chrono::system_clock::time_point now) {
  auto x = json::parse(answer.body, nullptr, false);
  if (answer.status != 200) {
    auto result = refusal(answer, where);
    result.retry_after = wait_of(answer, x, now);
    return result;
  }
  if (answer.cut)
    return failure(errc::rest_failed,
                   "the REST API's answer is larger than 64 KB");
  gateway_answer result;
  auto& info = result.info;
  auto url = x.is_object() ? x.find("url") : x.end();
  if (!x.is_object() || url == x.end() || !url->is_string())
    return failure(errc::rest_failed,
                   "the REST API's answer names no gateway URL");
  info.url = url->get<std::string>();
  auto parsed = parse_url(info.url);
  if (!parsed || (parsed->scheme != "ws" && parsed->scheme != "wss"))
    return failure(errc::rest_failed,
                   "the REST API's answer holds an unusable gateway URL");
  if (!read_count(x, "shards", info.shards) || info.shards == 0)
    info.shards = 1;
  if (auto limit = x.find("session_start_limit");
      limit != x.end() && limit->is_object()) {
    read_count(*limit, "total", info.session_total);
    read_count(*limit, "remaining", info.session_remaining);
    if (!read_count(*limit, "max_concurrency", info.max_concurrency)
        || info.max_concurrency == 0)
      info.max_concurrency = 1;
    if (auto i = limit->find("reset_after");
        i != limit->end() && i->is_number_unsigned())
      info.session_reset_after = std::chrono::milliseconds(
          std::min<std::uint64_t>(i->get<std::uint64_t>(), 172'800'000));
  }
  return result;
}

bool is_fatal(const gateway_answer& x) {
  auto code = code_of(x.error);
  return code == errc::rest_unauthorized || code == errc::rest_forbidden
         || code == errc::certificate_refused || code == errc::invalid_settings;
}

} // namespace muster
