#define CAF_SUITE actors_parcel_reader

#include "actors/parcel_reader.hpp"

#include <random>
#include <string>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using verdict = parcel_reader::verdict;

struct fixture {
  static parcel_bytes members() {
    peer_parcel x;
    x.call = 7;
    x.members = guild_members_chunk{};
    x.members->shard = {1, 4};
    x.members->nonce = "n";
    x.members->members.json = frozen_buffer{"[{}, {}]"};
    x.members->not_found = {snowflake{5}};
    return write_parcel(x);
  }

  verdict take(std::string bytes, bool more = false) {
    return reader.take({1, 1, more, std::move(bytes)}, out);
  }

  static std::string text(const parcel_bytes& x) {
    return {x.begin(), x.end()};
  }

  peer_parcel out;
  parcel_reader reader{200'000};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(parcel_reader_tests, fixture)

CAF_TEST(C13 pieces become a parcel again) {
  auto all = text(members());
  CAF_CHECK(take(all.substr(0, 3), true) == verdict::goes_on);
  CAF_CHECK(take(all.substr(3, 1), true) == verdict::goes_on);
  CAF_CHECK(take(all.substr(4)) == verdict::complete);
  CAF_CHECK_EQUAL(out.call, 7u);
  CAF_REQUIRE(out.members);
  CAF_CHECK_EQUAL(out.members->nonce, "n");
  CAF_CHECK_EQUAL(out.members->members.json.view(), "[{}, {}]");
  CAF_CHECK_EQUAL(out.members->not_found.size(), 1u);
  out = {};
  CAF_CHECK(take(all) == verdict::complete); // and the next one
}

CAF_TEST(F1 C13 pieces that no muster sends are refused) {
  CAF_CHECK(take("") == verdict::wrong);
  CAF_CHECK(take("", true) == verdict::wrong);
  CAF_CHECK(take(std::string(piece_size + 1, 'x'), true) == verdict::wrong);
  for (int i = 0; i < 3; ++i)
    CAF_CHECK(take(std::string(piece_size, 'x'), true) == verdict::goes_on);
  CAF_CHECK(take(std::string(piece_size, 'x'), true) == verdict::wrong);
}

CAF_TEST(F1 C13 what is not one parcel is refused) {
  auto all = text(members());
  CAF_CHECK(take(all.substr(0, all.size() - 1)) == verdict::wrong);
  CAF_CHECK(take(all + "x") == verdict::wrong);
  CAF_CHECK(take(text(write_parcel({}))) == verdict::wrong); // nothing in it
  peer_parcel two;
  two.event = muster::dispatch{};
  two.answer = peer_answer{};
  CAF_CHECK(take(text(write_parcel(two))) == verdict::wrong);
}

CAF_TEST(F1 C13 no length is believed) {
  auto all = text(members());
  // Whatever stands in the place of a length, here of all of them.
  for (std::size_t i = 0; i < all.size(); ++i)
    for (char c : {'\xff', '\x7f', '\x80', '\0'}) {
      auto wrong = all;
      wrong[i] = c;
      wrong.insert(i, "\xff\xff\xff\xff");
      out = {};
      CAF_CHECK(take(wrong) == verdict::wrong);
    }
  std::mt19937 draw{7};
  for (int i = 0; i < 2000; ++i) {
    std::string wrong(1 + draw() % 200, ' ');
    for (auto& c : wrong)
      c = static_cast<char>(draw());
    out = {};
    CAF_CHECK(take(wrong) == verdict::wrong);
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
