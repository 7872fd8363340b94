#define CAF_SUITE messages_timestamp

#include "messages/timestamp.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono;

CAF_TEST(times are read as Discord writes them) {
  discord_time base = sys_days{year{2024} / 7 / 1} + hours{12};
  auto is = [](std::string_view text, discord_time at) {
    CAF_MESSAGE(std::string{text});
    CAF_CHECK(parse_timestamp(text) == at);
  };
  is("2024-07-01T12:00:00.000000+00:00", base);
  is("2024-07-01T12:00:00.123456+00:00", base + microseconds{123456});
  is("2024-07-01T12:00:00+00:00", base);
  is("2024-07-01T12:00:00Z", base);
  is("2024-07-01T12:00:00.5Z", base + milliseconds{500});
  is("2024-07-01T12:00:00.000001999Z", base + microseconds{1});
  is("2024-07-01T14:30:00+02:30", base);
  is("2024-07-01T07:00:00-05:00", base);
  is("1970-01-01T00:00:00Z", discord_time{});
  is("1969-12-31T23:59:59.9Z", discord_time{} - milliseconds{100});
  is("2024-02-29T23:59:60Z", sys_days{year{2024} / 3 / 1}); // a leap second
}

CAF_TEST(what is no time is none) {
  for (std::string_view text : {"",
                                "2024",
                                "2024-07-01",
                                "2024-07-01T12:00:00",
                                "2024-07-01 12:00:00Z",
                                "2024-7-01T12:00:00Z",
                                "2023-02-29T12:00:00Z",
                                "2024-00-01T12:00:00Z",
                                "2024-13-01T12:00:00Z",
                                "2024-07-32T12:00:00Z",
                                "2024-07-01T24:00:00Z",
                                "2024-07-01T12:60:00Z",
                                "2024-07-01T12:00:61Z",
                                "2024-07-01T12:00:00.Z",
                                "2024-07-01T12:00:00.1234567890Z",
                                "2024-07-01T12:00:00Z ",
                                " 2024-07-01T12:00:00Z",
                                "2024-07-01T12:00:00+24:00",
                                "2024-07-01T12:00:00+00:60",
                                "2024-07-01T12:00:00+0000",
                                "2024-07-01T12:00:00+00",
                                "-024-07-01T12:00:00Z",
                                "2024-07-01T12:00:0\xB0Z"}) {
    CAF_MESSAGE(std::string{text});
    CAF_CHECK(!parse_timestamp(text));
  }
}
