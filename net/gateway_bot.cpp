#include "net/gateway_bot.hpp"

#include <charconv>
#include <cmath>
#include <string>

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "net/url.hpp"

namespace muster {

namespace {

using nlohmann::json;

gateway_answer failure(errc code, std::string sentence) {
  gateway_answer result;
  result.error = make_error(code, std::move(sentence));
  return result;
}

caf::timespan wait_of(std::string_view header, const json& body) {
  double seconds = 0;
  if (body.is_object())
    if (auto i = body.find("retry_after"); i != body.end() && i->is_number())
      seconds = i->get<double>();
  if (seconds == 0)
    std::from_chars(header.data(), header.data() + header.size(), seconds);
  if (!std::isfinite(seconds) || seconds < 0)
    seconds = 0;
  seconds = std::min(seconds, 86'400.0);
  return std::chrono::milliseconds(
      static_cast<std::int64_t>(std::ceil(seconds * 1000)));
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

gateway_answer read_gateway_bot(int status, std::string_view body,
                                std::string_view retry_after) {
  auto x = json::parse(body, nullptr, false);
  if (status == 401)
    return failure(errc::rest_unauthorized,
                   sentence_of(make_error(errc::rest_unauthorized)));
  if (status == 403)
    return failure(errc::rest_forbidden,
                   sentence_of(make_error(errc::rest_forbidden)));
  if (status == 429) {
    auto result = failure(errc::rest_rate_limited, "the REST API asks to wait");
    result.retry_after = wait_of(retry_after, x);
    return result;
  }
  if (status != 200)
    return failure(errc::rest_failed,
                   "the REST API answered with HTTP " + std::to_string(status));
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
         || code == errc::certificate_refused;
}

} // namespace muster
