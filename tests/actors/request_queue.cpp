#define CAF_SUITE actors_request_queue

#include "actors/request_queue.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const auto t0 = time_point{} + 1h;

struct fixture {
  request_entry make(std::uint64_t order, origin from = origin::startup,
                     std::uint64_t rank = 0, bool whole_list = true) {
    request_entry x;
    x.request.guild_id = snowflake{order};
    x.order = order;
    x.from = from;
    x.rank = rank;
    x.whole_list = whole_list;
    return x;
  }

  guild_cooldown cooldown{30s};
  request_queue queue{cooldown};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(request_queue_tests, fixture)

CAF_TEST(Q9 the users go first and S7 then the lower rank and then the older) {
  auto late = make(1, origin::startup, 9);
  auto second = make(2, origin::startup, 5);
  auto first = make(3, origin::startup, 5);
  first.order = 0;
  auto user = make(4, origin::user, 0, false);
  for (auto x : {&late, &second, &first, &user})
    queue.add(*x, {});
  CAF_CHECK_EQUAL(queue.size(), 4u);
  for (auto x : {&user, &first, &second, &late})
    CAF_CHECK(queue.take({}, t0) == x);
  CAF_CHECK(queue.take({}, t0) == nullptr);
  CAF_CHECK_EQUAL(queue.size(), 0u);
}

CAF_TEST(Q9 what the filter shuts out stays) {
  auto list = make(1, origin::user);
  auto startup = make(2, origin::startup, 0, false);
  queue.add(list, {});
  queue.add(startup, {});
  CAF_CHECK(queue.take({false, false}, t0) == nullptr);
  CAF_CHECK(queue.take({true, false}, t0) == &startup);
  CAF_CHECK(queue.take({false, true}, t0) == &list);
}

CAF_TEST(Q7 a list waits for its guild and others pass it) {
  auto waits = make(1);
  auto passes = make(2);
  cooldown.posted(waits.request.guild_id, "a", t0);
  queue.add(waits, {});
  queue.add(passes, {});
  CAF_CHECK(queue.take({}, t0) == &passes);
  CAF_CHECK(queue.take({}, t0) == nullptr);
  CAF_CHECK(queue.due() == t0 + 31s);
  CAF_CHECK(queue.take({}, t0 + 31s - 1ns) == nullptr);
  CAF_CHECK(queue.take({}, t0 + 31s) == &waits);
}

CAF_TEST(Q7 who comes to wait while the guild is busy waits longer) {
  auto x = make(1);
  queue.add(x, t0 + 5s);
  cooldown.posted(x.request.guild_id, "a", t0);
  CAF_CHECK(queue.due() == t0 + 5s);
  CAF_CHECK(queue.take({}, t0 + 5s) == nullptr);
  CAF_CHECK(queue.due() == t0 + 31s);
}

CAF_TEST(what is removed is not given out) {
  auto now = make(1);
  auto later = make(2);
  auto same_time = make(3);
  queue.add(now, {});
  queue.add(later, t0 + 5s);
  queue.add(same_time, t0 + 5s);
  queue.remove(now);
  queue.remove(later);
  queue.remove(later); // no longer here
  CAF_CHECK_EQUAL(queue.size(), 1u);
  CAF_CHECK(queue.take({}, t0 + 5s) == &same_time);
}

CAF_TEST_FIXTURE_SCOPE_END()
