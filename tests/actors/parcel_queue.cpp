#define CAF_SUITE actors_parcel_queue

#include "actors/parcel_queue.hpp"

#include <algorithm>
#include <string>

#include "actors/bulk_outlet.hpp"
#include "actors/parcel_reader.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// A dispatch of shard 1 whose payload has so many bytes.
peer_parcel parcel(std::size_t size, char of = 'x') {
  peer_parcel x;
  x.event = muster::dispatch{};
  x.event->shard = {1, 4};
  x.event->name = "EVENT";
  x.event->payload = frozen_buffer{std::string(size, of)};
  return x;
}

parcel_queue::small event(std::uint64_t number) {
  peer_event x;
  x.number = number;
  return x;
}

/// Letters of parcels and numbers of events, in the order in which they came.
struct receiver {
  void take(parcel_queue::outgoing x) {
    auto piece = std::get_if<peer_piece>(&x);
    if (piece == nullptr) {
      auto& y = std::get<peer_event>(std::get<parcel_queue::small>(x));
      heard += std::to_string(y.number);
      return;
    }
    largest = std::max(largest, piece->bytes.size());
    bytes += piece->bytes.size();
    lanes += std::to_string(piece->lane);
    peer_parcel all;
    auto read = readers.try_emplace(piece->lane, std::size_t{1} << 30)
                    .first->second.take(*piece, all);
    CAF_CHECK(read != parcel_reader::verdict::wrong);
    if (read == parcel_reader::verdict::complete)
      heard += all.event->payload.view().front();
  }

  std::string heard;
  std::string lanes;
  std::size_t largest = 0;
  std::size_t bytes = 0;
  std::map<std::uint32_t, parcel_reader> readers;
};

struct fixture : receiver {
  bulk_outlet outlet{10u << 20, [this](auto&& x) { take(std::move(x)); }};
  std::size_t at_once = 100'000;
  parcel_queue queue{at_once};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(parcel_queue_tests, fixture)

CAF_TEST(C13 a parcel goes in pieces of 64 kB) {
  queue.add(parcel(90'000, 'a'));
  queue.add(parcel(10, 'b'));
  while (auto x = queue.next(piece_size))
    take(std::move(*x));
  CAF_CHECK_EQUAL(heard, "ab");
  CAF_CHECK_EQUAL(largest, piece_size);
  CAF_CHECK(queue.empty());
}

CAF_TEST(C13 what is small needs no credit and does not overtake) {
  queue.add(event(1));
  queue.add(parcel(10, 'a'));
  queue.add(event(2));
  while (auto x = queue.next(0))
    take(std::move(*x));
  CAF_CHECK_EQUAL(heard, "1");
  while (auto x = queue.next(piece_size))
    take(std::move(*x));
  CAF_CHECK_EQUAL(heard, "1a2");
}

CAF_TEST(B1 C13 a parcel is held until its last piece has gone) {
  auto lease = std::make_shared<int>(0);
  std::weak_ptr<int> held = lease;
  auto x = parcel(90'000);
  x.event->payload = x.event->payload.with_lease(std::move(lease));
  queue.add(std::move(x));
  CAF_CHECK(queue.next(piece_size));
  CAF_CHECK(!held.expired());
  CAF_CHECK(!queue.next(piece_size / 8)); // not even a smaller one
  CAF_CHECK(queue.next(piece_size));
  CAF_CHECK(held.expired());
}

CAF_TEST(C13 what is too large is left out) {
  queue.add(parcel(at_once));
  queue.add(parcel(10, 'b'));
  while (auto x = queue.next(piece_size))
    take(std::move(*x));
  CAF_CHECK_EQUAL(heard, "b");
  CAF_CHECK_EQUAL(queue.dropped(), 1u);
}

CAF_TEST(C13 a lane has so much under way at most) {
  for (int i = 0; i < 50; ++i)
    outlet.add(1, parcel(50'000));
  CAF_CHECK(bytes <= lane_window);
  CAF_CHECK(bytes > lane_window - piece_size);
  auto before = heard.size();
  CAF_CHECK(outlet.take({0, 1, 150'000, 0}));
  CAF_CHECK(heard.size() >= before + 2);
  CAF_CHECK(bytes <= lane_window + 150'000);
}

CAF_TEST(C13 a full lane stops no other) {
  for (int i = 0; i < 50; ++i)
    outlet.add(1, parcel(50'000, 'a'));
  outlet.add(1, event(7));
  outlet.add(2, parcel(10, 'b'));
  CAF_CHECK_EQUAL(heard.back(), 'b');
  CAF_CHECK_EQUAL(std::count(heard.begin(), heard.end(), '7'), 0);
}

CAF_TEST(C13 a link has so much under way at most) {
  for (std::uint32_t lane = 0; lane < 9; ++lane)
    for (int i = 0; i < 4; ++i)
      outlet.add(lane, parcel(60'000));
  CAF_CHECK(bytes <= link_window);
  CAF_CHECK(bytes > link_window - piece_size);
  // Then the lanes take turns.
  lanes.clear();
  CAF_CHECK(outlet.take({0, 0, 0, link_window / 2}));
  for (char lane : {'5', '6', '7', '8'})
    CAF_CHECK(std::count(lanes.begin(), lanes.end(), lane) > 0);
}

CAF_TEST(C13 credit for what was not sent is refused) {
  outlet.add(1, parcel(10));
  CAF_CHECK(!outlet.take({0, 1, bytes + 1, 0}));
  CAF_CHECK(!outlet.take({0, 1, 0, bytes + 1}));
  CAF_CHECK(!outlet.take({0, 2, 1, 0}));
  CAF_CHECK(outlet.take({0, 1, bytes, bytes}));
  CAF_CHECK(!outlet.take({0, 1, 1, 0}));
}

CAF_TEST(C9 C13 at the end what is small still goes) {
  for (int i = 0; i < 50; ++i)
    outlet.add(1, parcel(50'000, 'a'));
  outlet.add(1, event(7));
  outlet.add(2, event(8));
  heard.clear();
  CAF_CHECK_EQUAL(outlet.finish(), std::vector<std::uint32_t>{1});
  CAF_CHECK_EQUAL(heard, "7");
  CAF_CHECK(outlet.finish().empty());
}

CAF_TEST_FIXTURE_SCOPE_END()
