#define CAF_SUITE net_http_refusal

#include "net/http_refusal.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

/// 2026-08-01 12:00:00 UTC.
constexpr std::chrono::system_clock::time_point noon{1785585600s};

timespan wait(std::string_view header, std::string_view date = {}) {
  http_answer x;
  x.retry_after = std::string{header};
  x.date = std::string{date};
  return asked_to_wait(x, noon);
}

} // namespace

CAF_TEST(a wait is a number of seconds) {
  CAF_CHECK(wait("7") == 7s);
  CAF_CHECK(wait("0.25") == 250ms);
  CAF_CHECK(wait("64.57") == 64570ms);
  CAF_CHECK(wait("120 s") == 120s);
  CAF_CHECK(wait("1e30") == 24h); // bounded
  for (auto header : {"", "0", "-5", "nan", "inf", "-inf", "soon", "1e400"}) {
    CAF_MESSAGE(header);
    CAF_CHECK(wait(header) == 0s);
  }
}

CAF_TEST(a wait may be a date in any of three forms) {
  CAF_CHECK(wait("Sat, 01 Aug 2026 12:01:30 GMT") == 90s);
  CAF_CHECK(wait("Saturday, 01-Aug-26 12:01:30 GMT") == 90s);
  CAF_CHECK(wait("Sat Aug  1 12:01:30 2026") == 90s);
  CAF_CHECK(wait("Mon, 31 Aug 2026 12:00:00 GMT") == 24h); // bounded
  CAF_CHECK(wait("Sat, 01 Aug 2026 11:59:59 GMT") == 0s);
  CAF_CHECK(wait("Sunday, 06-Nov-94 08:49:37 GMT") == 0s);
  for (auto header :
       {"Sat, 01 Aug 2026", "Sat, 31 Feb 2026 12:00:00 GMT", "12:01:30",
        "Sat, 01 Abc 2026 12:01:30 GMT", "Sat, 01 Aug 2026 25:01:30 GMT",
        "Sat, 01 Aug 9999 12:01:30 GMT", "Sat, 01 Aug 0021 12:01:30 GMT",
        "Sat, 01 Aug 2026 1x:01:30", "Sat, 99999999999 Aug 2026 12:01:30 GMT",
        "- - -, ,"}) {
    CAF_MESSAGE(header);
    CAF_CHECK(wait(header) == 0s);
  }
}

CAF_TEST(a date is measured by the clock of the server) {
  CAF_CHECK(
      wait("Sun, 02 Aug 2026 12:00:30 GMT", "Sun, 02 Aug 2026 12:00:00 GMT")
      == 30s);
  // One that makes no sense is passed over.
  for (auto date : {"yesterday", "Sat, 01 Aug 0021 12:00:00 GMT",
                    "Sat, 01 Aug 9999 12:00:00 GMT"})
    CAF_CHECK(wait("Sat, 01 Aug 2026 12:00:30 GMT", date) == 30s);
}

CAF_TEST(a page of Cloudflare is told from what passes it) {
  http_answer x;
  x.status = 403;
  x.server = "cloudflare";
  x.body = R"({"message": "403: Forbidden", "code": 0})";
  CAF_CHECK(!is_cloudflare_page(x));
  x.content_type = "text/html";
  x.body = "  " + x.body; // JSON, whatever it is called
  CAF_CHECK(!is_cloudflare_page(x));
  x.body = "<!DOCTYPE html><span class=\"cf-error-code\">1020</span>";
  CAF_CHECK(is_cloudflare_page(x));
  CAF_CHECK(describe(x).find("error 1020") != std::string::npos);
  CAF_CHECK(describe(x).find("blocked") != std::string::npos);
  x.content_type = "text/plain";
  x.body = "error code: 1015";
  CAF_CHECK(is_cloudflare_page(x));
  CAF_CHECK(describe(x).find("too many requests") != std::string::npos);
  x.body = "error 11015 10151 101"; // no number of theirs
  CAF_CHECK(!is_cloudflare_page(x));
  x.server = "nginx";
  x.body = "<html>error 1015</html>";
  CAF_CHECK(!is_cloudflare_page(x));
  CAF_CHECK_EQUAL(describe(x), "HTTP 403");
  x.server = "cloudflare";
  x.status = 200;
  CAF_CHECK(!is_cloudflare_page(x));
}

CAF_TEST(what is foreign is shown without harm) {
  CAF_CHECK_EQUAL(shown("a\x1b[31m\r\n\xff"), "a?[31m???");
  CAF_CHECK_EQUAL(shown("12345", 3), "123...");
  http_answer x;
  x.status = 302;
  x.location = "https://a\nb/" + std::string(500, 'x');
  CAF_CHECK(describe(x).find("HTTP 302 to https://a?b/xxx") == 0);
  CAF_CHECK_LESS(describe(x).size(), 250u);
}
