#define CAF_SUITE actors_model

#include "tests/support/model.hpp"

#include <cstdio>
#include <cstdlib>

#include "tests/support/schedules.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr int most_reports = 20;

/// From so many schedules on, each of `all_kinds` must have been drawn.
constexpr std::uint64_t enough = 2000;

constexpr const char* all_kinds[] = {
    "E2",
    "E3",
    "answer answer_too_large",
    "answer invalid_attempts",
    "answer invalid_guild_id",
    "answer invalid_timeout",
    "answer limit_out_of_range",
    "answer nonce_in_use",
    "answer nonce_too_long",
    "answer not_running",
    "answer unknown_guild",
    "close 0",
    "close 1000",
    "close 1001",
    "close 1006",
    "close 4000",
    "close 4001",
    "close 4002",
    "close 4003",
    "close 4004",
    "close 4005",
    "close 4007",
    "close 4008",
    "close 4009",
    "close 4010",
    "close 4011",
    "close 4012",
    "close 4013",
    "close 4014",
    "fault ACK twice",
    "fault HELLO twice",
    "fault RATE_LIMITED",
    "fault RATE_LIMITED, no nonce",
    "fault READY malformed",
    "fault any order",
    "fault cannot connect",
    "fault chunk of an old session",
    "fault chunk twice",
    "fault chunk without nonce",
    "fault corrupt frame",
    "fault cut payload",
    "fault heartbeat wanted",
    "fault identify refused",
    "fault index out of range",
    "fault late answer",
    "fault lost chunk",
    "fault negative index",
    "fault no ACK",
    "fault no GUILD_CREATE",
    "fault no HELLO",
    "fault no READY",
    "fault no chunk_count",
    "fault op 7",
    "fault op 9 false",
    "fault op 9 true",
    "fault other chunk_count",
    "fault poison GUILD_CREATE",
    "fault poison answer",
    "fault poison half answer",
    "fault poison request",
    "fault poison that lasts",
    "fault resume postponed",
    "fault resume refused",
    "fault silence",
    "fault text without JSON",
    "fault unknown opcode",
    "fault vain resume",
    "fault wrong guild",
    "guild created",
    "guild member event",
    "guild outage",
    "guild removed",
    "guild whole",
    "listener dawdles",
    "listener errs",
    "listener lacks handlers",
    "listener late",
    "listener loses",
    "outcome cancelled",
    "outcome complete",
    "outcome guild_left",
    "outcome incomplete",
    "outcome no_response",
    "outcome rate_limited",
    "outcome session_lost",
    "race",
    "request cancel",
    "request cancel of nothing",
    "request command",
    "request command beyond the queue",
    "request foreign",
    "request refused",
    "request search",
    "request streamed",
    "request users",
    "request whole list",
    "request whole list of its own",
    "request whose caller dies",
    "request with members",
    "session anew",
    "session resumed",
    "setting chunking off",
    "setting chunking on",
    "setting guild_filter",
    "setting only_guilds",
};

} // namespace

CAF_TEST(E1 E2 E3 E4 Q3 Q5 S5 hold over random schedules) {
  silence quiet;
  auto only = number_from("MUSTER_MODEL_SEED", 0);
  auto schedules = number_from("MUSTER_MODEL_SCHEDULES", 10'000);
  auto first = only != 0 ? only : number_from("MUSTER_MODEL_FIRST", 1);
  auto last = only != 0 ? only : first + schedules - 1;
  auto tried = std::make_unique<model>();
  coverage seen;
  int failed = 0;
  for (auto seed = first; seed <= last && failed < most_reports; ++seed) {
    auto wrong = tried->run(seed, only != 0, seen);
    if (wrong.empty())
      continue;
    ++failed;
    CAF_ERROR("MUSTER_MODEL_SEED=" << seed << ": " << wrong);
    tried = std::make_unique<model>(); // nothing is left over
  }
  CAF_MESSAGE("seeds " << first << " to " << last);
  CAF_CHECK_EQUAL(failed, 0);
  if (std::getenv("MUSTER_MODEL_COVERAGE") != nullptr)
    for (auto& [what, count] : seen)
      std::fprintf(stderr, "%10llu %s\n",
                   static_cast<unsigned long long>(count), what.c_str());
  if (only != 0 || schedules < enough || failed != 0)
    return;
  for (auto what : all_kinds)
    if (seen.count(what) == 0)
      CAF_ERROR("never drawn: " << what);
}
