#define CAF_SUITE app_simulator_compressor

#include "app/simulator/compressor.hpp"

#include <optional>

#include <zlib.h>

#include "app/simulator/member_text.hpp"
#include "net/inflater.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using method = muster::sim::packing;

namespace {

constexpr std::size_t cap = 1u << 20;

struct pair {
  muster::sim::compressor from;
  std::unique_ptr<inflater> to;

  explicit pair(method x)
      : from(x), to(make_inflater(x == method::zlib_stream ? compression::zlib
                                                           : compression::zstd,
                                  cap)) {}

  std::optional<std::string> inflate(std::string_view bytes) {
    auto x = to->feed(bytes);
    if (x.status != inflater::status::payload)
      return std::nullopt;
    return std::string{x.payload.view()};
  }

  std::optional<std::string> send(std::string_view text) {
    std::string bytes;
    from.encode(text, bytes);
    return inflate(bytes);
  }
};

} // namespace

CAF_TEST(without compression text is sent as it is) {
  muster::sim::compressor x{method::none};
  std::string out = "old";
  x.encode("new", out);
  CAF_CHECK_EQUAL(out, "new");
  x.encode_long("a", 3, "b", out);
  CAF_CHECK_EQUAL(out, "aAAAb");
}

CAF_TEST(every message can be read when it has come) {
  for (auto how : {method::zlib_stream, method::zstd_stream}) {
    pair x{how};
    std::string large(300'000, ' ');
    for (std::size_t i = 0; i < large.size(); ++i)
      large[i] = static_cast<char>(i * i >> 3);
    for (const auto& text : {std::string{"{}"}, std::string{"first"}, large})
      CAF_CHECK(x.send(text) == text);
  }
}

CAF_TEST(one context lives as long as the connection) {
  for (auto how : {method::zlib_stream, method::zstd_stream}) {
    muster::sim::compressor x{how};
    std::string text = "a text of some length that comes twice, word by word";
    std::string first, second;
    x.encode(text, first);
    x.encode(text, second);
    CAF_CHECK(second.size() < first.size());
  }
}

CAF_TEST(a compressed payload is a whole zlib stream of its own) {
  muster::sim::compressor x{method::zlib_payload};
  std::string large(300'000, ' ');
  for (std::size_t i = 0; i < large.size(); ++i)
    large[i] = static_cast<char>(i * i >> 3);
  for (const auto& text : {std::string{"{}"}, large, std::string{"last"}}) {
    std::string bytes, back(text.size(), '\0');
    x.encode(text, bytes);
    // zlib checks the header and the checksum at the end.
    auto size = static_cast<uLongf>(back.size());
    auto used = static_cast<uLong>(bytes.size());
    auto result =
        uncompress2(reinterpret_cast<Bytef*>(back.data()), &size,
                    reinterpret_cast<const Bytef*>(bytes.data()), &used);
    CAF_CHECK_EQUAL(result, Z_OK);
    CAF_CHECK_EQUAL(used, bytes.size());
    CAF_CHECK(back == text);
  }
  std::string bomb;
  x.encode_long("{", 2 * cap, "}", bomb);
  CAF_CHECK(bomb.size() < cap / 20);
}

CAF_TEST(a message may come in two) {
  pair x{method::zlib_stream};
  std::string bytes;
  x.from.encode("halves", bytes);
  CAF_CHECK(!x.inflate(std::string_view{bytes}.substr(0, 5)));
  CAF_CHECK(x.inflate(std::string_view{bytes}.substr(5)) == "halves");
}

CAF_TEST(packed text fits into messages between others) {
  muster::sim::member_text text;
  muster::sim::guild g;
  g.id = snowflake{1'258'291'200'004'194'304};
  g.index = 1;
  g.size = 5'000;
  for (auto how : {method::zlib_stream, method::zstd_stream}) {
    pair x{how};
    std::string blanks(x.from.blanks(), ' ');
    for (auto [first, count] : {std::pair{0u, 1u}, {0u, 1000u}, {995u, 20u}}) {
      std::string plain;
      text.append(plain, g, first, count);
      auto packed = pack(how, plain);
      // What was said last is referred to, and is not where it seems to be.
      for (std::string head : {"[", "[1111,2222,"}) {
        std::string bytes;
        x.from.encode_around(head, packed, ",2222,1111]", bytes);
        CAF_CHECK(x.inflate(bytes)
                  == head + blanks + plain + blanks + ",2222,1111]");
        CAF_CHECK(x.send("[1111,2222,1111]") == "[1111,2222,1111]");
      }
    }
  }
}

CAF_TEST(streams have the parameters of gateways) {
  std::string bytes;
  muster::sim::compressor{method::zlib_stream}.encode("{}", bytes);
  // 32 kB of history, made by the default level.
  CAF_CHECK_EQUAL(bytes.substr(0, 2), "\x78\x9c");
  muster::sim::compressor{method::zstd_stream}.encode("{}", bytes);
  // The window is 2^18 bytes.
  CAF_CHECK_EQUAL(bytes.substr(4, 2), std::string("\x00\x40", 2));
}

CAF_TEST(a long message is small on the wire and beyond the cap) {
  for (auto how : {method::zlib_stream, method::zstd_stream}) {
    pair x{how};
    std::string bytes;
    x.from.encode_long("{\"", 1000, "\"}", bytes);
    CAF_CHECK(x.inflate(bytes) == "{\"" + std::string(1000, 'A') + "\"}");
    x.from.encode_long("{\"", 2 * cap, "\"}", bytes);
    CAF_CHECK(bytes.size() < cap / 20);
    auto result = x.to->feed(bytes);
    CAF_CHECK(result.status == inflater::status::skipped);
    CAF_CHECK_EQUAL(result.size, 2 * cap + 4);
  }
}
