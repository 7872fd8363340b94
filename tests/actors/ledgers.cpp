#define CAF_SUITE actors_ledgers

#include "actors/chunk_ledger.hpp"
#include "actors/ended_nonces.hpp"
#include "actors/progress_estimate.hpp"
#include "actors/quantiles.hpp"
#include "actors/quiet_clock.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const time_point t0{std::chrono::hours(1)};

chunk_received piece(const char* nonce, std::int64_t index, std::int64_t count,
                     std::uint32_t members = 1) {
  chunk_received x;
  x.nonce = nonce;
  x.chunk_index = index;
  x.chunk_count = count;
  x.members = members;
  return x;
}

} // namespace

CAF_TEST(Q5 a duplicate chunk counts once) {
  using verdict = chunk_ledger::verdict;
  chunk_ledger x;
  CAF_CHECK(x.add(piece("a", 0, 2)) == verdict::foreign);
  x.begin_attempt("a");
  CAF_CHECK(x.add(piece("a", 1, 2)) == verdict::counted);
  CAF_CHECK(x.add(piece("a", 1, 2)) == verdict::duplicate);
  CAF_CHECK(!x.complete());
  CAF_CHECK(x.add(piece("a", 0, 2)) == verdict::counted);
  CAF_CHECK(x.complete());
  CAF_CHECK_EQUAL(x.duplicates(), 1u);
}

CAF_TEST(Q5 impossible fields are malformed) {
  using verdict = chunk_ledger::verdict;
  chunk_ledger x;
  x.begin_attempt("a");
  for (auto& bad :
       {piece("a", 0, 0), piece("a", 0, -1), piece("a", -1, 2),
        piece("a", 2, 2), piece("a", 0, chunk_ledger::max_chunk_count + 1),
        piece("a", std::int64_t{1} << 40, (std::int64_t{1} << 40) + 1)})
    CAF_CHECK(x.add(bad) == verdict::malformed);
  CAF_CHECK(x.add(piece("a", 0, 2)) == verdict::counted);
  CAF_CHECK(x.add(piece("a", 1, 3)) == verdict::malformed); // it has changed
  CAF_CHECK_EQUAL(x.malformed(), 7u);
}

CAF_TEST(Q12 members beyond the bound are not kept) {
  auto bytes = std::make_shared<std::string>(std::string(1000, ' '));
  std::weak_ptr<std::string> kept = bytes;
  auto with_members = [&](std::int64_t index, std::uint32_t members) {
    auto x = piece("a", index, 4, members);
    x.list = {frozen_buffer{std::shared_ptr<const char>{bytes, bytes->data()},
                            100, 1000},
              members};
    return x;
  };
  chunk_ledger x{10};
  x.begin_attempt("a");
  x.add(with_members(0, 5));
  x.add(with_members(1, 5));
  CAF_CHECK_EQUAL(kept.use_count(), 3);
  x.add(with_members(2, 1));
  CAF_CHECK_EQUAL(kept.use_count(), 1);
  x.add(with_members(3, 1));
  CAF_CHECK_EQUAL(kept.use_count(), 1);
  CAF_CHECK(x.complete());
  chunk_request_finished result;
  x.report(result);
  CAF_CHECK_EQUAL(result.members, 12u);
  CAF_CHECK(result.chunks.empty());
}

CAF_TEST(Q5 not_found accumulates over chunks and has a bound) {
  chunk_ledger x;
  x.begin_attempt("a");
  auto first = piece("a", 0, 3);
  first.not_found = {snowflake{1}, snowflake{2}};
  auto second = piece("a", 1, 3);
  second.not_found = {snowflake{2}, snowflake{3}};
  x.add(first);
  x.add(second);
  chunk_request_finished result;
  x.report(result);
  CAF_CHECK_EQUAL(
      result.not_found_ids,
      (std::vector<snowflake>{snowflake{1}, snowflake{2}, snowflake{3}}));
  auto third = piece("a", 2, 3);
  for (std::uint64_t i = 100; i < 100'000; ++i)
    third.not_found.push_back(snowflake{i});
  x.add(third);
  chunk_request_finished all;
  x.report(all);
  CAF_CHECK_EQUAL(all.not_found_ids.size(), max_user_ids);
}

CAF_TEST(Q8 the best attempt is reported) {
  chunk_ledger x;
  x.begin_attempt("a");
  x.add(piece("a", 2, 4, 10));
  x.begin_attempt("b");
  x.add(piece("b", 0, 4, 10));
  x.add(piece("b", 3, 4, 10));
  chunk_request_finished report;
  x.report(report);
  CAF_CHECK_EQUAL(report.missed_chunks, (std::vector<std::uint32_t>{1, 2}));
  CAF_CHECK_EQUAL(report.members, 20u);
  CAF_CHECK_EQUAL(report.chunk_count, 4u);
}

CAF_TEST(Q4 ended nonces are remembered for five minutes and bounded) {
  ended_nonces x;
  x.add("a", t0);
  CAF_CHECK(x.contains("a", t0 + 299s));
  CAF_CHECK(!x.contains("a", t0 + 300s));
  for (int i = 0; i < 10'000; ++i)
    x.add(std::to_string(i), t0);
  CAF_CHECK_EQUAL(x.size(), 8192u);
  CAF_CHECK(x.contains("9999", t0));
  CAF_CHECK(x.contains("1808", t0)); // the oldest of 8,192
  CAF_CHECK(!x.contains("1807", t0));
}

CAF_TEST(Q6 the quiet clock stands still while paused) {
  quiet_clock x{t0};
  CAF_CHECK(x.read(t0 + 5s) == 5s);
  x.pause(t0 + 5s);
  x.pause(t0 + 6s);
  CAF_CHECK(x.read(t0 + 1h) == 5s);
  CAF_CHECK(x.when(7s) == never);
  x.resume(t0 + 1h);
  CAF_CHECK(x.read(t0 + 1h + 2s) == 7s);
  CAF_CHECK(x.when(9s) == t0 + 1h + 4s);
}

CAF_TEST(E6 the estimate follows the pace of the last while) {
  progress_estimate x;
  CAF_CHECK(!x.left());
  x.add(0, 1000, t0);
  CAF_CHECK(!x.left());
  x.add(50, 1000, t0 + 500ms);
  x.add(90, 1000, t0 + 900ms);
  x.add(200, 1000, t0 + 2s);
  CAF_CHECK(*x.left() == 8s);
  x.add(1000, 1000, t0 + 3s);
  CAF_CHECK(*x.left() == 0s);
  x.add(10, 1000, t0 + 4s); // a shard has begun anew
  CAF_CHECK(!x.left());
}

CAF_TEST(E6 nothing is estimated before there is enough to judge by) {
  progress_estimate x;
  x.add(0, 1'000'000, t0);
  x.add(1'000, 1'000'000, t0 + 7s); // would be close to two hours
  CAF_CHECK(!x.left() && !x.left_on_average());
  x.add(2'000, 1'000'000, t0 + 7s + 250ms);
  CAF_CHECK(!x.left() && !x.left_on_average());
  x.add(2'000, 1'000'000, t0 + 7s + 500ms); // no step
  CAF_CHECK(!x.left() && !x.left_on_average());
  x.add(40'000, 1'000'000, t0 + 8s);
  CAF_CHECK(*x.left() == 192s && *x.left_on_average() == 192s);
  progress_estimate fast;
  for (int i = 0; i < 7; ++i)
    fast.add(i * 10, 1000, t0 + i * 250ms);
  CAF_CHECK(!fast.left()); // steps enough, but hardly any time
  fast.add(80, 1000, t0 + 2s);
  CAF_CHECK(*fast.left() == 23s);
}

CAF_TEST(E6 after a pause the pace is that of the whole time) {
  progress_estimate x;
  for (int i = 0; i <= 4; ++i)
    x.add(i * 100, 1000, t0 + i * 1s);
  CAF_CHECK(*x.left() == 6s);
  // One step of the last while says less than the three before it.
  x.add(400, 1000, t0 + 59s);
  x.add(500, 1000, t0 + 60s);
  CAF_CHECK(*x.left() == 60s);
}

CAF_TEST(quantiles are those of the latest samples) {
  quantiles x;
  CAF_CHECK_EQUAL(x.report().samples, 0u);
  for (int i = 1; i <= 100; ++i)
    x.add(std::chrono::milliseconds(i));
  auto r = x.report();
  CAF_CHECK(r.p50 == 50ms);
  CAF_CHECK(r.p90 == 90ms);
  CAF_CHECK(r.p99 == 99ms);
  CAF_CHECK(r.max == 100ms);
}

CAF_TEST(quantiles of a few samples lean to the larger ones) {
  quantiles x;
  x.add(10ms);
  auto one = x.report();
  CAF_CHECK(one.p50 == 10ms && one.p99 == 10ms && one.max == 10ms);
  x.add(90ms);
  auto two = x.report();
  CAF_CHECK(two.p50 == 10ms);
  CAF_CHECK(two.p90 == 90ms && two.p99 == 90ms && two.max == 90ms);
  for (int i = 0; i < 97; ++i)
    x.add(20ms);
  CAF_CHECK(x.report().p99 == 90ms); // of 99
  x.add(20ms);
  x.add(20ms);
  CAF_CHECK(x.report().p99 == 20ms); // of 101
}

CAF_TEST(quantiles never exceed the largest sample) {
  quantiles x;
  for (int i = 0; i < 3'000; ++i) {
    x.add(std::chrono::milliseconds((i * 7'919) % 5'000));
    auto r = x.report();
    CAF_REQUIRE(r.p50 <= r.p90 && r.p90 <= r.p99 && r.p99 <= r.max);
  }
}
