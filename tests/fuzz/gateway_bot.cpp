#include "net/gateway_bot.hpp"

#include "messages/errc.hpp"
#include "net/url.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_gateway_bot(std::string_view bytes) {
  using namespace std::chrono_literals;
  if (bytes.empty())
    return;
  constexpr int statuses[] = {200, 401, 403, 429, 500};
  auto status = statuses[static_cast<unsigned char>(bytes.front() - '0') % 5];
  bytes.remove_prefix(1);
  auto feed = bytes.find('\n');
  auto header = bytes.substr(0, feed);
  auto body = feed == std::string_view::npos ? "" : bytes.substr(feed + 1);
  http_answer answer;
  answer.status = status;
  answer.body = std::string{body};
  answer.retry_after = std::string{header};
  answer.server = "cloudflare";
  auto x = read_gateway_bot(answer, "http://localhost/", {});
  expect(x.retry_after >= 0s && x.retry_after <= 24h, "waits are in bounds");
  if (x.error) {
    expect(!sentence_of(x.error).empty(), "an error says what is wrong");
    return;
  }
  expect(status == 200, "only 200 is an answer");
  auto where = parse_url(x.info.url);
  expect(where && (where->scheme == "ws" || where->scheme == "wss"),
         "the URL can be used");
  expect(x.info.shards > 0 && x.info.max_concurrency > 0, "counts are counts");
  expect(x.info.session_reset_after >= 0s && x.info.session_reset_after <= 48h,
         "waits are in bounds");
}

} // namespace muster::fuzz
