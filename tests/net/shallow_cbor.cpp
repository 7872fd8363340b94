#define CAF_SUITE net_shallow_cbor

#include "net/shallow_cbor.hpp"

#include <string>

#include "tests/support/suite.hpp"

using namespace muster;
using nlohmann::json;

namespace {

bool reads(const std::string& text) {
  json out;
  return read_cbor(text, out);
}

std::string nested(std::size_t levels) {
  return std::string(levels, '\x81') + '\x01'; // arrays of one
}

} // namespace

CAF_TEST(what was written is read) {
  auto x = json::array({1u, UINT64_MAX, true, false, "text", "",
                        json::array({json::array({7u}), json::array()})});
  json out;
  CAF_CHECK(read_cbor(write_cbor(x), out));
  CAF_CHECK(out == x);
}

CAF_TEST(F1 no text leads deeper than the parser can go) {
  CAF_CHECK(reads(nested(4)));
  CAF_CHECK(!reads(nested(5)));
  CAF_CHECK(!reads(nested(50'000'000)));
  for (auto head : {'\x9f', '\x7f', '\x5f', '\xbf', '\xff'}) // without a length
    CAF_CHECK(!reads(std::string(10'000'000, head)));
  CAF_CHECK(!reads('\x81' + std::string(10'000'000, '\x7f')));
  CAF_CHECK(!reads(std::string(1'000'000, '\xa1'))); // objects
}

CAF_TEST(F1 no length in a text is believed) {
  for (auto head : {"\x9b", "\x5b", "\x7b", "\xbb"})
    CAF_CHECK(!reads("\x81" + std::string(head) + std::string(8, '\x7f')));
}

CAF_TEST(anything else is refused) {
  for (auto& x : {json(nullptr), json(-1), json(1.5), json::object(),
                  json::object({{"a", 1u}})})
    CAF_CHECK(!reads(write_cbor(json::array({x}))));
  CAF_CHECK(!reads(""));
  CAF_CHECK(!reads("\x01")); // no array
  auto whole = write_cbor(json::array({1u, "text"}));
  CAF_CHECK(reads(whole));
  CAF_CHECK(!reads(whole + '\x01'));
  for (std::size_t n = 0; n < whole.size(); ++n)
    CAF_CHECK(!reads(whole.substr(0, n)));
  CAF_CHECK(!reads(write_cbor(json::array({json::binary({1, 2})}))));
}
