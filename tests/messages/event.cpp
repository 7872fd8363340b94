#define CAF_SUITE messages_event

#include "messages/event.hpp"

#include <set>

#include "messages/subscription.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(every outcome has its word) {
  const char* words[] = {"complete",     "incomplete", "no_response",
                         "rate_limited", "guild_left", "session_lost",
                         "cancelled"};
  static_assert(std::size(words) == outcome_count);
  for (std::size_t i = 0; i < outcome_count; ++i)
    CAF_CHECK_EQUAL(to_string(static_cast<outcome>(i)), words[i]);
  CAF_CHECK_EQUAL(to_string(static_cast<outcome>(outcome_count)), "unknown");
}

CAF_TEST(every next step has its word) {
  CAF_CHECK_EQUAL(to_string(next_step::resume), "resume");
  CAF_CHECK_EQUAL(to_string(next_step::identify), "identify");
  CAF_CHECK_EQUAL(to_string(next_step::none), "none");
}

CAF_TEST(the end of a request begins with nothing received) {
  chunk_request_finished x;
  CAF_CHECK(!x.first_received_at);
  CAF_CHECK(!x.last_received_at);
  CAF_CHECK_EQUAL(x.chunk_count, 0u);
  CAF_CHECK(x.outcome == outcome::no_response);
}

CAF_TEST(the books are all events but members and progress and moves) {
  CAF_CHECK_EQUAL(event_bit::books & event_bit::guild_members_chunk, 0u);
  CAF_CHECK_EQUAL(event_bit::books & event_bit::chunking_progress, 0u);
  std::set<std::uint32_t> bits{event_bit::chunk_request_finished,
                               event_bit::shard_finished_chunking,
                               event_bit::finished_chunking,
                               event_bit::guild_members_chunk,
                               event_bit::chunking_progress,
                               event_bit::shard_ready,
                               event_bit::shard_resumed,
                               event_bit::shard_disconnected,
                               event_bit::shard_moved};
  CAF_CHECK_EQUAL(bits.size(), 9u);
  for (auto bit : bits) {
    bool in_books = (event_bit::books & bit) != 0;
    CAF_CHECK_EQUAL(in_books, bit != event_bit::guild_members_chunk
                                  && bit != event_bit::chunking_progress
                                  && bit != event_bit::shard_moved);
  }
}
