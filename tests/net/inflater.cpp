#define CAF_SUITE net_inflater

#include "net/inflater.hpp"

#include <vector>

#include "net/connection.hpp"
#include "net/isal_inflater.hpp"
#include "net/zlib_inflater.hpp"
#include "net/zstd_inflater.hpp"
#include "tests/support/deflaters.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using status = inflater::status;

constexpr std::size_t cap = 1 << 20;

/// What inflates streams of a method.
struct way {
  compression method;
  std::unique_ptr<inflater> (*make)(std::size_t, std::uint64_t);

  std::unique_ptr<inflater> open(std::uint64_t limit = skip_limit(cap)) const {
    return make(cap, limit);
  }
};

/// All ways that there are for zlib streams.
std::vector<way> zlib_ways() {
  std::vector<way> result{{compression::zlib, make_zlib_inflater}};
  if (make_isal_inflater(cap, cap))
    result.push_back({compression::zlib, make_isal_inflater});
  return result;
}

std::vector<way> all_ways() {
  auto result = zlib_ways();
  result.push_back({compression::zstd, make_zstd_inflater});
  return result;
}

/// Text that does not compress to nothing; the same for the same seed.
std::string noise(std::size_t size, std::uint32_t seed = 1) {
  std::string result;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    result += static_cast<char>(' ' + (seed >> 25) % 90);
  }
  return result;
}

} // namespace

CAF_TEST(messages share one context) {
  for (auto& way : all_ways()) {
    auto method = way.method;
    CAF_MESSAGE(query_value(method));
    auto source = make_deflater(method);
    auto sink = way.open();
    auto text = noise(5000);
    std::size_t first_size = 0;
    for (int i = 0; i < 5; ++i) {
      auto bytes = source->message(text);
      if (i == 0)
        first_size = bytes.size();
      else // what came before is referred to, so the context has to be kept
        CAF_CHECK_LESS(bytes.size(), first_size / 10);
      auto x = sink->feed(bytes);
      CAF_REQUIRE(x.status == status::payload);
      CAF_CHECK(x.payload.view() == text);
    }
  }
}

CAF_TEST(messages of any size) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    std::size_t wrong = 0;
    for (std::size_t size : {1, 2, 1023, 1024, 1025, 65536, 300'000, 3}) {
      auto text = noise(size, static_cast<std::uint32_t>(size));
      auto x = sink->feed(source->message(text));
      wrong += x.status != status::payload || x.payload.view() != text;
    }
    CAF_CHECK_EQUAL(wrong, 0u);
  }
}

CAF_TEST(zlib messages may span frames) {
  for (auto& way : zlib_ways()) {
    auto text = noise(3000);
    for (std::size_t step : {1, 2, 3, 5, 100, 1000}) {
      zlib_deflater source;
      auto sink = way.open();
      std::size_t wrong = 0;
      for (int i = 0; i < 3; ++i) {
        auto bytes = source.message(text);
        for (std::size_t at = 0; at < bytes.size(); at += step) {
          auto x = sink->feed(std::string_view{bytes}.substr(at, step));
          if (at + step < bytes.size())
            wrong += x.status != status::partial;
          else
            wrong += x.status != status::payload || x.payload.view() != text;
        }
      }
      CAF_CHECK_EQUAL(wrong, 0u);
    }
  }
}

CAF_TEST(an empty frame brings nothing) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    CAF_CHECK(sink->feed({}).status == status::partial);
    CAF_CHECK(sink->feed(source->message("one")).payload.view() == "one");
    CAF_CHECK(sink->feed({}).status == status::partial);
    CAF_CHECK(sink->feed(source->message("two")).payload.view() == "two");
  }
}

CAF_TEST(a long message of nothing is an empty payload) {
  for (auto& way : zlib_ways()) {
    // A zlib header, then stored blocks of no bytes.
    std::string bytes{"\x78\x9c"};
    for (int i = 0; i < 1000; ++i)
      bytes.append({"\0\0\0\xff\xff", 5});
    auto sink = way.open();
    auto x = sink->feed(bytes);
    CAF_CHECK(x.status == status::payload);
    CAF_CHECK(x.payload.empty());
  }
}

CAF_TEST(payloads outlive the inflater and one another) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    auto one = sink->feed(source->message("one")).payload;
    auto two = sink->feed(source->message("two")).payload;
    sink.reset();
    CAF_CHECK_EQUAL(one.view(), "one");
    CAF_CHECK_EQUAL(two.view(), "two");
    for (std::size_t i = 0; i < frozen_buffer::padding; ++i)
      CAF_REQUIRE(one.view().data()[one.size() + i] == '\0');
  }
}

CAF_TEST(a new connection has a new context) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    source->message(noise(1000));
    auto second = source->message(noise(1000));
    auto sink = way.open();
    auto x = sink->feed(second);
    CAF_CHECK(x.status == status::failed);
    CAF_CHECK_EQUAL(x.error, errc::corrupt_compression);
  }
}

CAF_TEST(junk fails and the context with it) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    auto x = sink->feed("this is text and not compressed at all");
    CAF_CHECK(x.status == status::failed);
    CAF_CHECK_EQUAL(x.error, errc::corrupt_compression);
    for (int i = 0; i < 2; ++i) {
      auto again = sink->feed(source->message("good"));
      CAF_CHECK(again.status == status::failed);
      CAF_CHECK_EQUAL(again.error, errc::corrupt_compression);
    }
  }
}

CAF_TEST(any changed byte is survived) {
  for (auto& way : all_ways()) {
    auto method = way.method;
    auto text = noise(400);
    auto bytes = make_deflater(method)->message(text);
    std::size_t wrong = 0, noticed = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      auto changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 0x5A);
      auto sink = way.open();
      auto x = sink->feed(changed);
      sink->feed(bytes);
      noticed += x.status == status::failed;
      wrong += x.payload.size() > cap;
    }
    CAF_CHECK_EQUAL(wrong, 0u);
    CAF_CHECK(noticed > 0);
  }
}

CAF_TEST(truncated messages are survived and never whole) {
  for (auto& way : all_ways()) {
    auto method = way.method;
    auto text = noise(400);
    auto bytes = make_deflater(method)->message(text);
    std::size_t whole = 0;
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      auto sink = way.open();
      auto x = sink->feed(std::string_view{bytes}.substr(0, n));
      whole += x.status == status::payload && x.payload.view() == text;
      if (method == compression::zlib)
        whole += x.status != status::partial;
    }
    CAF_CHECK_EQUAL(whole, 0u);
  }
}

CAF_TEST(the end of a zlib stream is an error) {
  for (auto& way : zlib_ways()) {
    zlib_deflater source;
    auto sink = way.open();
    auto x = sink->feed(source.run("text", Z_FINISH));
    CAF_CHECK(x.status == status::failed);
  }
}

CAF_TEST(the end of a zstd frame starts another) {
  zstd_deflater source;
  auto sink = make_inflater(compression::zstd, cap);
  CAF_CHECK(sink->feed(source.run("one", ZSTD_e_end)).payload.view() == "one");
  CAF_CHECK(sink->feed(source.message("two")).payload.view() == "two");
}

CAF_TEST(F2 a payload above the cap is skipped and the stream goes on) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    CAF_CHECK(sink->feed(source->message("one")).payload.view() == "one");
    auto text = "head" + noise(100'000) + std::string(256 << 20, 'x');
    auto bomb = source->message(text);
    CAF_CHECK_LESS(bomb.size(), std::size_t{1} << 20);
    auto x = sink->feed(bomb);
    CAF_CHECK(x.status == status::skipped);
    CAF_CHECK_EQUAL(x.size, text.size());
    CAF_CHECK(x.payload.view() == text.substr(0, connection::head_size));
    // What follows refers to the end of what was skipped.
    auto y = sink->feed(source->message("two" + std::string(1000, 'x')));
    CAF_CHECK(y.status == status::payload);
    CAF_CHECK(y.payload.view() == "two" + std::string(1000, 'x'));
  }
}

CAF_TEST(F2 a payload above the cap is skipped in pieces too) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto text = noise(3 * cap);
    auto bytes = source->message(text);
    auto after = source->message("after");
    for (std::size_t step : {100, 4096, 1 << 20}) {
      auto sink = way.open();
      std::size_t wrong = 0;
      std::size_t at = 0;
      for (; at + step < bytes.size(); at += step)
        wrong +=
            sink->feed(std::string_view{bytes}.substr(at, step), true).status
            != status::partial;
      CAF_CHECK_EQUAL(wrong, 0u);
      auto x = sink->feed(std::string_view{bytes}.substr(at));
      CAF_CHECK(x.status == status::skipped);
      CAF_CHECK_EQUAL(x.size, text.size());
      CAF_CHECK(sink->feed(after).payload.view() == "after");
    }
  }
}

CAF_TEST(an inflater that has rested goes on) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    sink->rest();
    std::size_t wrong = 0;
    std::string text;
    for (std::uint32_t i = 0; i < 30; ++i) {
      // What is old is referred to, across the end of the window.
      auto part = noise(i % 3 == 0 ? 100'000 : 10, i);
      text = part + text.substr(0, 50'000);
      auto bytes = source->message(text);
      auto half = bytes.size() / 2;
      sink->feed(std::string_view{bytes}.substr(0, half), true);
      sink->rest(); // in the middle
      auto x = sink->feed(std::string_view{bytes}.substr(half));
      wrong += x.payload.view() != text;
      sink->rest();
      sink->rest();
    }
    CAF_CHECK_EQUAL(wrong, 0u);
    sink->feed("this is text and not compressed at all");
    sink->rest(); // of what has failed
  }
}

CAF_TEST(a piece does not end a message whatever it ends with) {
  for (auto& way : zlib_ways()) {
    // An empty block in the middle looks like the end of a zlib message.
    zlib_deflater source;
    auto one = source.message("one, ");
    auto two = source.message("two");
    auto sink = way.open();
    CAF_CHECK(sink->feed(one, true).status == status::partial);
    CAF_CHECK(sink->feed(two).payload.view() == "one, two");
  }
}

CAF_TEST(F1 a bomb beyond the limit is given up) {
  for (auto& way : all_ways()) {
    auto method = way.method;
    auto bomb = make_deflater(method)->message(std::string(64 << 20, 'x'));
    auto sink = way.open(32 << 20);
    bool failed = false;
    for (std::size_t at = 0; at < bomb.size() && !failed; at += 64) {
      auto x = sink->feed(std::string_view{bomb}.substr(at, 64), true);
      failed = x.status == status::failed;
      if (failed)
        CAF_CHECK_EQUAL(x.error, errc::payload_limit_exceeded);
    }
    CAF_CHECK(failed);
  }
  CAF_CHECK_EQUAL(skip_limit(4096), std::uint64_t{1} << 30);
  CAF_CHECK_EQUAL(skip_limit(std::size_t{1} << 30), std::uint64_t{1} << 35);
}

CAF_TEST(exactly the cap is allowed and each message counts alone) {
  for (auto& way : all_ways()) {
    auto source = make_deflater(way.method);
    auto sink = way.open();
    for (int i = 0; i < 3; ++i) {
      auto x = sink->feed(source->message(std::string(cap, 'x')));
      CAF_CHECK(x.status == status::payload);
      CAF_CHECK_EQUAL(x.payload.size(), cap);
      x = sink->feed(source->message(std::string(cap + 1, 'x')));
      CAF_CHECK(x.status == status::skipped);
      CAF_CHECK_EQUAL(x.size, cap + 1);
    }
  }
}

CAF_TEST(the query parameter of each method) {
  CAF_CHECK_EQUAL(query_value(compression::none), "");
  CAF_CHECK_EQUAL(query_value(compression::zlib), "zlib-stream");
  CAF_CHECK_EQUAL(query_value(compression::zstd), "zstd-stream");
  CAF_CHECK(make_inflater(compression::none, cap) == nullptr);
}
