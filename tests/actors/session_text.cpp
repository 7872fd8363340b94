#define CAF_SUITE actors_session_text

#include "actors/session_text.hpp"

#include "tests/support/cut_texts.hpp"

using namespace muster;
using namespace muster::test;

namespace {

const session_cut session{{"a1b2c3d4e5f60718293a4b5c6d7e8f90", 123'456'789,
                           "wss://gateway-us-east1-b.discord.gg"},
                          33'281,
                          16};

cut_reading read(const std::string& text) {
  session_cut ignored;
  return read_session(text, ignored);
}

} // namespace

CAF_TEST(C6 a session comes back as it was) {
  auto text = write_session(session);
  CAF_CHECK(text.size() < 200);
  session_cut x;
  CAF_CHECK(read_session(text, x) == cut_reading::good);
  CAF_CHECK(x == session);
}

CAF_TEST(C6 what cannot be resumed is not written) {
  CAF_CHECK_EQUAL(write_session({}), "");
  CAF_CHECK_EQUAL(write_session({{"id", std::nullopt, "wss://x"}, 1, 1}), "");
}

CAF_TEST(C6 a session that is not whole is damaged) {
  auto good = write_session(session);
  check_readings(good, read);
  CAF_CHECK(read(changed(good, 1, UINT64_MAX)) == cut_reading::damaged);
  CAF_CHECK(read(changed(good, 3, "")) == cut_reading::damaged);
}

CAF_TEST(F1 noise is damage and nothing worse) {
  for_noise(write_session(session), 20'000, [](auto& text) { read(text); });
}
