#define CAF_SUITE actors_frame_intake

#include "actors/frame_intake.hpp"

#include "app/simulator/compressor.hpp"
#include "net/connection.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

using kind = frame_intake::load;

namespace {

settings with(compression method) {
  settings x;
  x.compress = method;
  x.max_payload = 1000;
  return x;
}

frame_received text(const std::string& bytes) {
  return {1, frozen_buffer{bytes}, false, false, 0};
}

frame_received binary(const std::string& bytes, bool more = false) {
  return {1, frozen_buffer{bytes}, true, more, 0};
}

struct fixture {
  fixture() { x.begin(); }

  statistics counts() const {
    statistics result;
    x.report(result);
    return result;
  }

  frame_intake x{with(compression::none)};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(frame_intake_tests, fixture)

CAF_TEST(B2 a text frame is a payload) {
  auto frame = text("{}");
  CAF_REQUIRE(x.take(frame, {}));
  auto load = x.unpack(frame);
  CAF_CHECK(load.is == kind::payload);
  CAF_CHECK_EQUAL(load.bytes.view(), "{}");
  CAF_CHECK_EQUAL(counts().frames, 1u);
  CAF_CHECK_EQUAL(counts().bytes_received, 2u);
}

CAF_TEST(B1 frames are kept in order while reading has stopped) {
  CAF_CHECK(x.stop(true));
  CAF_CHECK(!x.stop(true)); // no news
  CAF_CHECK(!x.take(text("first"), {}));
  CAF_CHECK(!x.take(text("second"), {}));
  CAF_CHECK(x.stop(false));
  auto kept = x.next();
  CAF_REQUIRE(kept.has_value());
  CAF_CHECK_EQUAL(kept->frame.bytes.view(), "first");
  kept = x.next();
  CAF_REQUIRE(kept.has_value());
  CAF_CHECK_EQUAL(kept->frame.bytes.view(), "second");
  CAF_CHECK(!x.next().has_value());
  CAF_CHECK_EQUAL(counts().reading_pauses, 1u);
  CAF_CHECK_EQUAL(counts().frames, 2u);
}

CAF_TEST(B1 a new connection begins with nothing kept) {
  x.stop(true);
  x.take(text("of the old one"), {});
  x.begin();
  CAF_CHECK(!x.next().has_value());
  CAF_CHECK(x.stopped()); // the listener is still behind
}

CAF_TEST(B1 credit is given in heaps and not while reading has stopped) {
  std::string much(connection::read_window / 16, ' ');
  x.unpack(text("{}"));
  CAF_CHECK_EQUAL(x.take_credit(), 0u);
  x.unpack(text(much));
  x.stop(true);
  CAF_CHECK_EQUAL(x.take_credit(), 0u);
  x.stop(false);
  CAF_CHECK_EQUAL(x.take_credit(),
                  much.size() + 2 + 2 * connection::frame_overhead);
  CAF_CHECK_EQUAL(x.take_credit(), 0u);
}

CAF_TEST(F2 what was too large leaves its head) {
  auto frame = text(R"({"t":"READY")");
  frame.skipped = 5000;
  x.take(frame, {});
  auto load = x.unpack(frame);
  CAF_CHECK(load.is == kind::skipped);
  CAF_CHECK_EQUAL(load.size, 5000u);
  CAF_CHECK_EQUAL(counts().bytes_received, 5000u);
}

CAF_TEST(F2 compressed payloads come whole and too large ones are skipped) {
  frame_intake z{with(compression::zlib)};
  z.begin();
  sim::compressor stream{sim::packing::zlib_stream};
  std::string packed;
  stream.encode("{\"op\":11}", packed);
  CAF_CHECK(z.unpack(binary(packed.substr(0, 4), true)).is == kind::nothing);
  auto load = z.unpack(binary(packed.substr(4)));
  CAF_CHECK(load.is == kind::payload);
  CAF_CHECK_EQUAL(load.bytes.view(), "{\"op\":11}");
  stream.encode(std::string(5000, '.'), packed);
  load = z.unpack(binary(packed));
  CAF_CHECK(load.is == kind::skipped);
  CAF_CHECK_EQUAL(load.size, 5000u);
  CAF_CHECK(z.unpack(binary("no zlib")).is == kind::broken);
  statistics counts;
  z.report(counts);
  CAF_CHECK_EQUAL(counts.bytes_decompressed, 5009u);
}

CAF_TEST(what comes after quiet times is unpacked) {
  // A connection that brings little rests in between.
  frame_intake z{with(compression::zstd)};
  z.begin();
  sim::compressor stream{sim::packing::zstd_stream};
  std::size_t wrong = 0;
  time_point now{};
  for (int i = 0; i < 50; ++i) {
    std::string packed;
    auto text = R"({"op":11,"d":")" + std::to_string(i / 3) + "\"}";
    stream.encode(text, packed);
    auto frame = binary(packed);
    now += std::chrono::seconds{i % 5 == 0 ? 41 : i % 5};
    wrong += !z.take(frame, now);
    wrong += z.unpack(frame).bytes.view() != text;
  }
  CAF_CHECK_EQUAL(wrong, 0u);
}

CAF_TEST_FIXTURE_SCOPE_END()
