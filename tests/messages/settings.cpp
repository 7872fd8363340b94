#define CAF_SUITE messages_settings

#include "messages/settings.hpp"

#include <functional>

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

std::string after(std::function<void(settings&)> change) {
  settings x;
  change(x);
  return check(x);
}

/// True if `text` begins with `start`.
bool begins(const std::string& text, std::string_view start) {
  return text.rfind(start, 0) == 0;
}

} // namespace

CAF_TEST(the defaults are valid and those that were promised) {
  settings x;
  CAF_CHECK_EQUAL(check(x), "");
  CAF_CHECK(x.timeout == 5s);
  CAF_CHECK(x.first_response_timeout == 10s);
  CAF_CHECK(x.guild_create_timeout == 15s);
  CAF_CHECK(x.cooldown == 30s);
  CAF_CHECK_EQUAL(x.max_in_flight, 8u);
  CAF_CHECK_EQUAL(x.max_refusals, 5u);
  CAF_CHECK_EQUAL(x.max_attempts, 2);
  CAF_CHECK_EQUAL(x.send_limit, 120u);
  CAF_CHECK(x.send_window == 60s);
  CAF_CHECK(!x.auto_chunk);
  CAF_CHECK(!x.chunk_presences);
  CAF_CHECK(x.compress == compression::zstd);
  CAF_CHECK(x.invalid_session_min == 1s);
  CAF_CHECK(x.invalid_session_max == 5s);
}

CAF_TEST(each duration has its bounds and is named when beyond them) {
  struct row {
    const char* name;
    caf::timespan settings::*field;
    bool may_be_zero;
  };
  const row rows[] = {
      {"timeout", &settings::timeout, false},
      {"first_response_timeout", &settings::first_response_timeout, false},
      {"guild_create_timeout", &settings::guild_create_timeout, false},
      {"send_window", &settings::send_window, false},
      {"resolve_timeout", &settings::resolve_timeout, false},
      {"connect_timeout", &settings::connect_timeout, false},
      {"handshake_timeout", &settings::handshake_timeout, false},
      {"close_timeout", &settings::close_timeout, false},
      {"hello_timeout", &settings::hello_timeout, false},
      {"ready_timeout", &settings::ready_timeout, false},
      {"backoff_min", &settings::backoff_min, false},
      {"backoff_max", &settings::backoff_max, false},
      {"progress_interval", &settings::progress_interval, false},
      {"cooldown", &settings::cooldown, true},
      {"network_margin", &settings::network_margin, true},
      {"identify_interval", &settings::identify_interval, true},
      {"invalid_session_min", &settings::invalid_session_min, true},
      {"invalid_session_max", &settings::invalid_session_max, true},
  };
  for (auto& [name, field, may_be_zero] : rows) {
    CAF_MESSAGE("setting " << name);
    auto with = [field = field](caf::timespan value) {
      return after([=](settings& x) { x.*field = value; });
    };
    auto words = std::string{name} + " is between ";
    CAF_CHECK(begins(with(-1ms), words));
    CAF_CHECK(begins(with(24h + 1ns), words));
    CAF_CHECK_EQUAL(begins(with(0s), words), !may_be_zero);
  }
}

CAF_TEST(pairs of bounds keep their order) {
  CAF_CHECK_EQUAL(after([](auto& x) { x.backoff_max = x.backoff_min - 1ms; }),
                  "backoff_max is at least backoff_min");
  CAF_CHECK_EQUAL(after([](auto& x) {
                    x.invalid_session_max = x.invalid_session_min - 1ms;
                  }),
                  "invalid_session_max is at least invalid_session_min");
  CAF_CHECK_EQUAL(after([](auto& x) { x.backoff_max = x.backoff_min; }), "");
}

CAF_TEST(counts have their bounds) {
  CAF_CHECK(begins(after([](auto& x) { x.shard_count = 0; }), "shard_count"));
  CAF_CHECK(
      begins(after([](auto& x) { x.shard_count = 100'001; }), "shard_count"));
  CAF_CHECK(begins(after([](auto& x) { x.large_threshold = 49; }),
                   "large_threshold is 49"));
  CAF_CHECK(begins(after([](auto& x) { x.large_threshold = 251; }),
                   "large_threshold is 251"));
  CAF_CHECK(begins(after([](auto& x) { x.max_attempts = 0; }), "max_attempts"));
  CAF_CHECK(
      begins(after([](auto& x) { x.max_attempts = 101; }), "max_attempts"));
  CAF_CHECK(
      begins(after([](auto& x) { x.max_in_flight = 0; }), "max_in_flight"));
  CAF_CHECK(begins(after([](auto& x) { x.send_limit = 7; }), "send_limit"));
  CAF_CHECK(
      begins(after([](auto& x) { x.max_payload = 4095; }), "max_payload"));
  CAF_CHECK_EQUAL(after([](auto& x) {
                    x.large_threshold = 50;
                    x.send_limit = 8;
                    x.max_payload = 4096;
                    x.shard_count = 100'000;
                  }),
                  "");
}

CAF_TEST(a shard to run exists) {
  CAF_CHECK_EQUAL(after([](auto& x) {
                    x.shard_count = 4;
                    x.shards = {0, 4};
                  }),
                  "shard 4 does not exist with 4 shards");
  CAF_CHECK_EQUAL(after([](auto& x) {
                    x.shard_count = 4;
                    x.shards = {0, 3};
                  }),
                  "");
  // Without a count Discord's answer decides.
  CAF_CHECK_EQUAL(after([](auto& x) { x.shards = {7}; }), "");
}

CAF_TEST(the address of the REST API is http or https) {
  for (auto url : {"", "discord.com", "ws://discord.com", "HTTP", "httpx://a"})
    CAF_CHECK(begins(after([=](auto& x) { x.rest_url = url; }), "rest_url"));
  CAF_CHECK_EQUAL(after([](auto& x) { x.rest_url = "http://localhost:1"; }),
                  "");
}
