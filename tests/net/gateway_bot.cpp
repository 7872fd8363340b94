#define CAF_SUITE net_gateway_bot

#include "net/gateway_bot.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

gateway_answer answered(http_answer x) {
  return read_gateway_bot(x, "https://rest.test/api/gateway/bot", {});
}

gateway_answer answered(int status, std::string_view body,
                        std::string_view retry_after = {}) {
  http_answer x;
  x.status = status;
  x.body = std::string{body};
  x.retry_after = std::string{retry_after};
  return answered(x);
}

gateway_answer ok(std::string_view body) {
  return answered(200, body);
}

errc code(int status, std::string_view body = "{}") {
  return code_of(answered(status, body).error);
}

bool says(const gateway_answer& x, std::string_view words) {
  return sentence_of(x.error).find(words) != std::string::npos;
}

} // namespace

CAF_TEST(the whole answer is read) {
  auto x = ok(R"({"url":"wss://gateway.discord.gg","shards":9,)"
              R"("session_start_limit":{"total":2000,"remaining":999,)"
              R"("reset_after":14400000,"max_concurrency":16}})");
  CAF_CHECK(!x.error);
  CAF_CHECK_EQUAL(x.info.url, "wss://gateway.discord.gg");
  CAF_CHECK_EQUAL(x.info.shards, 9u);
  CAF_CHECK_EQUAL(x.info.session_remaining, 999u);
  CAF_CHECK(x.info.session_reset_after == 4h);
  CAF_CHECK_EQUAL(x.info.max_concurrency, 16u);
  CAF_CHECK(x.retry_after == 0s);
}

CAF_TEST(what is missing or absurd has its default) {
  for (auto body :
       {R"({"url":"ws://a"})", R"({"url":"ws://a","shards":0})",
        R"({"url":"ws://a","shards":-1,"session_start_limit":[]})",
        R"({"url":"ws://a","shards":"9","session_start_limit":null})",
        R"({"url":"ws://a","shards":99999999999,"session_start_limit":{}})",
        R"({"url":"ws://a","session_start_limit":{"total":-1,)"
        R"("remaining":1.5,"max_concurrency":0,"reset_after":-1}})"}) {
    CAF_MESSAGE("body: " << body);
    auto x = ok(body);
    CAF_CHECK(!x.error);
    CAF_CHECK_EQUAL(x.info.shards, 1u);
    CAF_CHECK_EQUAL(x.info.session_remaining, 1000u);
    CAF_CHECK_EQUAL(x.info.max_concurrency, 1u);
    CAF_CHECK(x.info.session_reset_after == 0s);
  }
}

CAF_TEST(a budget that is used up is no default) {
  auto x = ok(R"({"url":"ws://a","session_start_limit":{"remaining":0,)"
              R"("reset_after":18446744073709551615}})");
  CAF_CHECK_EQUAL(x.info.session_remaining, 0u);
  CAF_CHECK(x.info.session_reset_after == 48h); // bounded
}

CAF_TEST(an answer without a usable address is a failure) {
  for (auto body :
       {"", "null", "[]", "{", "<html>", "{}", R"({"url":5})", R"({"url":""})",
        R"({"url":"gateway"})", R"({"url":"https://a"})",
        R"({"url":"ws://a b"})", R"({"url":"wss://user@a"})"}) {
    CAF_MESSAGE("body: " << body);
    auto x = ok(body);
    CAF_CHECK_EQUAL(code_of(x.error), errc::rest_failed);
    CAF_CHECK(!is_fatal(x));
  }
}

CAF_TEST(a refused token is final and what passes is not ) {
  CAF_CHECK_EQUAL(code(401), errc::rest_unauthorized);
  CAF_CHECK_EQUAL(code(403), errc::rest_forbidden);
  CAF_CHECK_EQUAL(code(429), errc::rest_rate_limited);
  for (int status : {204, 302, 307, 405, 500, 502, 503}) {
    CAF_CHECK_EQUAL(code(status), errc::rest_failed);
    auto x = answered(status, "");
    CAF_CHECK(says(x, std::to_string(status)));
    CAF_CHECK(!is_fatal(x));
  }
  CAF_CHECK(is_fatal(answered(401, "")));
  CAF_CHECK(is_fatal(answered(403, "")));
  CAF_CHECK(!is_fatal(answered(429, "")));
  CAF_CHECK(!is_fatal(ok(R"({"url":"ws://a"})")));
  gateway_answer x;
  x.error = make_error(errc::certificate_refused);
  CAF_CHECK(is_fatal(x));
}

CAF_TEST(a wrong address is final and named with the mend) {
  for (int status : {400, 404}) {
    auto x = answered(status, "");
    CAF_CHECK(is_fatal(x));
    CAF_CHECK(says(x, "HTTP " + std::to_string(status)));
    CAF_CHECK(says(x, "https://rest.test/api/gateway/bot"));
    CAF_CHECK(says(x, "check scheme, host and path"));
  }
  http_answer moved;
  moved.status = 301;
  moved.location = "https://other.test/\x1b[31m";
  auto x = answered(moved);
  CAF_CHECK(is_fatal(x));
  CAF_CHECK(says(x, "HTTP 301 to https://other.test/?[31m"));
  moved.status = 307;
  CAF_CHECK(!is_fatal(answered(moved)));
}

CAF_TEST(a page of Cloudflare says nothing about the token) {
  http_answer x;
  x.server = "cloudflare";
  x.content_type = "text/html; charset=UTF-8";
  x.body = "<html><title>Error 1015</title>";
  x.retry_after = "30";
  for (int status : {400, 401, 403, 404, 429, 503}) {
    x.status = status;
    auto y = answered(x);
    CAF_CHECK(!is_fatal(y));
    CAF_CHECK(says(y, "Cloudflare"));
    CAF_CHECK(says(y, "1015"));
    CAF_CHECK(y.retry_after == 30s);
  }
  x.status = 403; // Discord's own comes by the same way
  x.content_type = "application/json";
  x.body = R"({"message": "error 1015 is no error here"})";
  CAF_CHECK(is_fatal(answered(x)));
}

CAF_TEST(an answer that is too large is told as such) {
  http_answer x;
  x.status = 200;
  x.cut = true;
  x.body = R"({"url":"ws://a)";
  CAF_CHECK_EQUAL(code_of(answered(x).error), errc::rest_failed);
  CAF_CHECK(says(answered(x), "larger than 64 KB"));
}

CAF_TEST(a refusal says how long to wait) {
  auto wait = [](std::string_view body, std::string_view header) {
    return answered(429, body, header).retry_after;
  };
  CAF_CHECK(wait(R"({"retry_after":1.2345})", "9") == 1235ms);
  CAF_CHECK(wait("{}", "7") == 7s);
  CAF_CHECK(wait("<html>", "0.5") == 500ms);
  CAF_CHECK(wait("", "") == 0s);
  CAF_CHECK(wait(R"({"retry_after":-5})", "7") == 0s);
  CAF_CHECK(wait(R"({"retry_after":1e30})", "") == 24h); // bounded
  for (int status : {301, 403, 404, 500, 503})
    CAF_CHECK(answered(status, "", "60").retry_after == 60s);
}
