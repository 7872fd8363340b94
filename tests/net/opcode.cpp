#define CAF_SUITE net_opcode

#include "net/opcode.hpp"

#include <set>

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(every close code has what follows it) {
  struct row {
    std::uint16_t code;
    after_close follows;
  };
  using enum after_close;
  // The table of Discord; 0 and 1006 stand for a connection that was lost.
  const row table[] = {
      {0, resume},      {1006, resume},   {4000, resume},   {4001, resume},
      {4002, resume},   {4003, identify}, {4004, fatal},    {4005, resume},
      {4007, identify}, {4008, resume},   {4009, identify}, {4010, fatal},
      {4011, fatal},    {4012, fatal},    {4013, fatal},    {4014, fatal},
      {1000, identify}, {1001, identify}, {4006, resume},   {4015, resume},
      {4999, resume},   {1011, resume},   {65535, resume},
  };
  for (auto& [code, follows] : table) {
    CAF_MESSAGE("code " << code);
    CAF_CHECK(what_follows(code) == follows);
  }
}

CAF_TEST(every close code has a sentence of its own) {
  std::set<std::string> sentences;
  for (int code : {0, 1000, 1001, 4000, 4001, 4002, 4003, 4004, 4005, 4007,
                   4008, 4009, 4010, 4011, 4012, 4013, 4014, 4321})
    sentences.insert(describe_close(static_cast<std::uint16_t>(code)));
  CAF_CHECK_EQUAL(sentences.size(), 18u);
  CAF_CHECK(std::string{describe_close(4004)}.find("DISCORD_TOKEN")
            != std::string::npos);
  CAF_CHECK(std::string{describe_close(4011)}.find("2,500")
            != std::string::npos);
}

CAF_TEST(the opcodes are those of Discord) {
  CAF_CHECK_EQUAL(static_cast<int>(opcode::resume), 6);
  CAF_CHECK_EQUAL(static_cast<int>(opcode::request_guild_members), 8);
  CAF_CHECK_EQUAL(static_cast<int>(opcode::hello), 10);
  CAF_CHECK_EQUAL(static_cast<int>(opcode::heartbeat_ack), 11);
}
