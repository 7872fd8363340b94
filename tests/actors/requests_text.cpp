#define CAF_SUITE actors_requests_text

#include "actors/requests_text.hpp"

#include "tests/support/cut_texts.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

saved_request full_request() {
  saved_request x;
  x.request = guild_members_request::users(snowflake{7}, {snowflake{8}});
  x.request.nonce = "nonce\xff";
  x.request.query = "nel";
  x.request.limit = 9;
  x.request.presences = true;
  x.request.answer_limit = 10;
  x.request.max_attempts = x.patience.max_attempts = 11;
  x.request.timeout = x.patience.timeout = 12s;
  x.request.first_response_timeout = x.patience.first_response_timeout = 13s;
  x.from = origin::foreign;
  x.for_startup = x.joined_by_startup = true;
  x.spent = 14;
  x.asked = 15;
  x.refusals = 16;
  x.losses = 17;
  x.ends = 18;
  x.waits = 19;
  x.suspicions = vain_ends::restored(20, 21);
  x.rank = 22;
  x.wait = 23ms;
  x.attempts = {"one", "two"};
  x.callers = {"three"};
  return x;
}

request_cut full() {
  request_cut x;
  x.stamps = {{snowflake{1}, 2s, 3s, "attempt", true},
              {snowflake{1}, 0s, 4ms, "", false}};
  x.requests = {full_request(), {}};
  x.requests[1].request = guild_members_request::whole_list(snowflake{5});
  x.requests[1].derived = x.requests[1].streamed = true;
  x.requests[1].suspect = true;
  x.requests[1].request.max_attempts = 1;
  return x;
}

cut_reading read(const std::string& text) {
  request_cut ignored;
  return read_requests(text, ignored);
}

} // namespace

CAF_TEST(C6 requests come back as they were) {
  for (auto& x : {full(), request_cut{}}) {
    request_cut y;
    CAF_CHECK(read_requests(write_requests(x), y) == cut_reading::good);
    CAF_CHECK(x == y);
  }
}

CAF_TEST(C6 requests that are not whole are damaged) {
  check_readings(write_requests(full()), read);
}

CAF_TEST(C6 a field of a request that cannot be is damage) {
  auto text = write_requests(full());
  nlohmann::json all;
  CAF_REQUIRE(read_cbor(text, all));
  auto bad = [&](std::size_t list, std::size_t field, nlohmann::json to) {
    auto x = all.at(list);
    x.at(0).at(field) = std::move(to);
    return read(changed(text, list, x)) == cut_reading::damaged;
  };
  for (std::size_t i = 0; i < 5; ++i)
    CAF_CHECK(bad(1, i, nlohmann::json::array()));
  for (std::size_t i = 0; i < all.at(2).at(0).size(); ++i)
    CAF_CHECK(bad(2, i, true));
  CAF_CHECK(bad(2, 2, 3u));          // no kind
  CAF_CHECK(bad(2, 4, 1u << 31));    // no limit
  CAF_CHECK(bad(2, 7, 3u));          // nobody
  CAF_CHECK(bad(2, 8, 1u << 7));     // no flag
  CAF_CHECK(bad(2, 12, UINT64_MAX)); // too many
}

CAF_TEST(F1 noise is damage and nothing worse) {
  for_noise(write_requests(full()), 20'000, [](auto& text) { read(text); });
}
