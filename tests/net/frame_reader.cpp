#define CAF_SUITE net_frame_reader

#include "net/frame_reader.hpp"

#include <string>
#include <vector>

#include "tests/support/frames.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using kind = frame_reader::kind;

/// What a reader tells of `bytes`, which come `step` at a time.
std::vector<std::string> told(const std::string& bytes, std::size_t step) {
  std::vector<std::string> result;
  frame_reader x;
  std::string message;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    auto part = std::string_view{bytes}.substr(at, step);
    for (;;) {
      auto told = x.next(part);
      if (told.kind == kind::more)
        break;
      switch (told.kind) {
      case kind::piece:
        message += told.bytes;
        if (told.done)
          result.push_back((x.binary() ? "binary " : "text ")
                           + std::exchange(message, {}));
        continue;
      case kind::ping:
        result.push_back("ping " + std::string{told.bytes});
        continue;
      case kind::close:
        result.push_back("close " + std::to_string(told.code) + " "
                         + std::string{told.bytes});
        return result;
      default:
        result.push_back(std::to_string(told.code) + " " + told.fault);
        return result;
      }
    }
    CAF_CHECK(part.empty());
  }
  return result;
}

/// The same whatever the portions.
std::vector<std::string> told(const std::string& bytes) {
  auto result = told(bytes, bytes.size());
  for (std::size_t step : {1, 2, 3, 7})
    CAF_CHECK(told(bytes, step) == result);
  return result;
}

std::string failure_of(const std::string& bytes) {
  auto all = told(bytes);
  CAF_REQUIRE_EQUAL(all.size(), 1u);
  return all[0];
}

using list = std::vector<std::string>;

} // namespace

CAF_TEST(messages come out as they are) {
  CAF_CHECK(told(frame(1, "hello") + frame(2, "\xff\x00") + frame(1, ""))
            == (list{"text hello", "binary \xff", "text "}));
  for (std::size_t n : {125, 126, 65535, 65536, 200'000})
    CAF_CHECK(told(frame(2, std::string(n, 'x')), 10'000)
              == list{"binary " + std::string(n, 'x')});
}

CAF_TEST(fragments are one message and control frames may come between) {
  CAF_CHECK(told(part(1, "he") + frame(9, "1") + part(0, "") + frame(10, "pong")
                 + part(0, "l") + frame(0, "lo") + frame(1, "next"))
            == (list{"ping 1", "text hello", "text next"}));
  CAF_CHECK(told(part(2, "") + frame(0, "")) == list{"binary "});
}

CAF_TEST(what is expected can be brought to its place) {
  frame_reader x;
  CAF_CHECK_EQUAL(x.expected(), 0u);
  auto bytes = part(1, "hello");
  auto head = std::string_view{bytes}.substr(0, 2);
  CAF_CHECK(x.next(head).kind == kind::more);
  CAF_CHECK_EQUAL(x.expected(), 5u);
  auto first = x.took("hel");
  CAF_CHECK(first.kind == kind::piece && !first.done);
  CAF_CHECK_EQUAL(x.expected(), 2u);
  CAF_CHECK(!x.took("lo").done);
  CAF_CHECK_EQUAL(x.expected(), 0u); // a fragment
  bytes = frame(9, "ping") + frame(0, "x");
  std::string_view rest = bytes;
  CAF_CHECK(x.next(rest).kind == kind::ping);
  auto last = x.next(rest);
  CAF_CHECK(last.done && last.bytes == "x");
}

CAF_TEST(a close frame tells its code) {
  CAF_CHECK_EQUAL(failure_of(frame(8, "")), "close 0 ");
  CAF_CHECK_EQUAL(failure_of(frame(8, code(1000))), "close 1000 ");
  CAF_CHECK_EQUAL(failure_of(frame(8, code(4014) + "intents")),
                  "close 4014 intents");
  CAF_CHECK_EQUAL(failure_of(frame(8, code(65535))), "close 65535 ");
  CAF_CHECK_EQUAL(failure_of(frame(8, code(4000)) + "\xff\xff"),
                  "close 4000 "); // what follows does not count
  CAF_CHECK_EQUAL(failure_of(frame(8, "x")),
                  "1002 a close frame is one byte long");
  for (auto n : {0, 999, 1004, 1005, 1006, 1014, 1015, 1016, 2999})
    CAF_CHECK_EQUAL(failure_of(frame(8, code(n))),
                    "1002 a close frame has a code that none may have");
  CAF_CHECK_EQUAL(failure_of(frame(8, code(1000) + "\xc3")),
                  "1002 a close frame's reason is not UTF-8");
}

CAF_TEST(frames that break the protocol end it) {
  CAF_CHECK_EQUAL(failure_of(frame(3, "")),
                  "1002 a frame has an unknown opcode");
  CAF_CHECK_EQUAL(failure_of(frame(11, "")),
                  "1002 a frame has an unknown opcode");
  CAF_CHECK_EQUAL(failure_of(frame(0, "x")),
                  "1002 a frame continues no message");
  CAF_CHECK_EQUAL(failure_of(part(1, "") + frame(1, "x")),
                  "1002 a message begins within another one");
  for (auto bits : {0x40, 0x20, 0x10})
    for (auto opcode : {1, 9})
      CAF_CHECK_EQUAL(failure_of(frame(opcode | bits, "x")),
                      "1002 a frame has reserved bits");
  CAF_CHECK_EQUAL(failure_of("\x81\x81mask!"), "1002 a frame is masked");
  CAF_CHECK_EQUAL(failure_of(part(9, "x")),
                  "1002 a control frame is fragmented");
  CAF_CHECK_EQUAL(failure_of(frame(9, std::string(126, 'x'))),
                  "1002 a control frame is too long");
  auto wrong = "1002 a frame has a length in a wrong form";
  CAF_CHECK_EQUAL(failure_of(std::string{"\x82\x7e\0\x7d", 4}), wrong);
  CAF_CHECK_EQUAL(failure_of(std::string{"\x82\x7f\0\0\0\0\0\0\xff\xff", 10}),
                  wrong);
  CAF_CHECK_EQUAL(failure_of(std::string{"\x82\x7f\x80\0\0\0\0\x01\0\0", 10}),
                  wrong);
}

CAF_TEST(texts are UTF8 over fragments and others need not be) {
  CAF_CHECK(told(part(1, "\xe2") + frame(9, "\xff") + part(0, "\x82")
                 + frame(0, "\xac"))
            == (list{"ping \xff", "text \xe2\x82\xac"}));
  CAF_CHECK_EQUAL(failure_of(frame(1, "\xff")), "1007 a text is not UTF-8");
  CAF_CHECK_EQUAL(failure_of(part(1, "\xe2\x82") + frame(0, "")),
                  "1007 a text is not UTF-8");
  CAF_CHECK(told(part(2, "\xe2") + frame(0, "")) == list{"binary \xe2"});
  // One text's end is no other's beginning.
  CAF_CHECK(told(frame(1, "a") + frame(1, "\x80"))
            == (list{"text a", "1007 a text is not UTF-8"}));
}
