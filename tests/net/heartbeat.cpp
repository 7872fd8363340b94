#define CAF_SUITE net_heartbeat

#include "net/heartbeat.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

const time_point t0{};

} // namespace

CAF_TEST(the first heartbeat comes after the jittered interval) {
  heartbeat beat;
  CAF_CHECK(beat.due() == never);
  beat.start(t0, 40s, 0.25);
  CAF_CHECK(beat.due() == t0 + 10s);
  CAF_CHECK(beat.tick(t0 + 9s) == heartbeat::verdict::nothing);
  CAF_CHECK(beat.tick(t0 + 10s) == heartbeat::verdict::send);
  CAF_CHECK(beat.due() == t0 + 50s);
}

CAF_TEST(silence between two heartbeats makes a zombie) {
  heartbeat beat;
  beat.start(t0, 40s, 0);
  CAF_CHECK(beat.tick(t0) == heartbeat::verdict::send);
  CAF_CHECK(beat.tick(t0 + 40s) == heartbeat::verdict::zombied);
}

CAF_TEST(an ack or any other frame is life) {
  heartbeat beat;
  beat.start(t0, 40s, 0);
  beat.tick(t0);
  beat.acknowledged(t0 + 1s);
  CAF_CHECK(beat.latency() == 1s);
  CAF_CHECK(beat.tick(t0 + 40s) == heartbeat::verdict::send);
  beat.alive();
  CAF_CHECK(beat.tick(t0 + 80s) == heartbeat::verdict::send);
  CAF_CHECK(beat.tick(t0 + 120s) == heartbeat::verdict::zombied);
}

CAF_TEST(Q6 silence proves nothing while muster is not reading) {
  heartbeat beat;
  beat.start(t0, 40s, 0);
  beat.tick(t0);
  beat.excuse(true);
  CAF_CHECK(beat.tick(t0 + 40s) == heartbeat::verdict::send);
  CAF_CHECK(beat.tick(t0 + 80s) == heartbeat::verdict::send);
}

CAF_TEST(Q6 silence counts anew once muster reads again) {
  heartbeat beat;
  beat.start(t0, 40s, 0);
  beat.tick(t0);
  beat.excuse(true);
  beat.tick(t0 + 40s);
  // The next tick may come before the first frame has been read.
  beat.excuse(false);
  CAF_CHECK(beat.tick(t0 + 80s) == heartbeat::verdict::send);
  CAF_CHECK(beat.tick(t0 + 120s) == heartbeat::verdict::zombied);
}

CAF_TEST(Q6 an excuse that was not needed forgives nothing) {
  heartbeat beat;
  beat.start(t0, 40s, 0);
  beat.tick(t0);
  beat.excuse(false);
  CAF_CHECK(beat.tick(t0 + 40s) == heartbeat::verdict::zombied);
}

CAF_TEST(Q6 an excuse outlasts a reconnect) {
  heartbeat beat;
  beat.excuse(true);
  beat.start(t0, 40s, 0);
  CAF_CHECK(beat.excused());
  beat.tick(t0);
  CAF_CHECK(beat.tick(t0 + 40s) == heartbeat::verdict::send);
}
