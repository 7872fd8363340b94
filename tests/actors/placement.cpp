#define CAF_SUITE actors_placement

#include "actors/placement.hpp"

#include <numeric>
#include <random>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using indexes = std::vector<std::uint32_t>;

node_info process(std::uint64_t node, std::uint32_t owns = 0,
                  std::uint32_t weight = 1) {
  node_info x;
  x.node = node;
  x.address = "host:" + std::to_string(node);
  x.weight = weight;
  x.owns = owns;
  return x;
}

indexes up_to(std::uint32_t n) {
  indexes result(n);
  std::iota(result.begin(), result.end(), 0);
  return result;
}

std::uint32_t share_of(std::uint64_t node, std::vector<node_info> all,
                       std::uint32_t shards) {
  return placement{all, node, shards}.share();
}

} // namespace

CAF_TEST(C11 shares go by weight and are rounded up) {
  std::vector<node_info> all{process(1), process(2), process(3, 0, 2)};
  CAF_CHECK_EQUAL(share_of(1, all, 10), 3u);
  CAF_CHECK_EQUAL(share_of(3, all, 10), 5u);
  all[1].weight = 0;
  CAF_CHECK_EQUAL(share_of(2, all, 10), 0u);
  CAF_CHECK_EQUAL(share_of(1, all, 10), 4u);
  CAF_CHECK_EQUAL(share_of(3, all, 10), 7u);
  all[2].draining = true;
  CAF_CHECK_EQUAL(share_of(3, all, 10), 0u);
  CAF_CHECK_EQUAL(share_of(1, all, 10), 10u);
}

CAF_TEST(C11 what one may not have goes to the others) {
  std::vector<node_info> all{process(1), process(2), process(3)};
  all[0].max_shards = 1u;
  CAF_CHECK_EQUAL(share_of(1, all, 9), 1u);
  CAF_CHECK_EQUAL(share_of(2, all, 9), 4u);
  all[1].only = "0-1";
  CAF_CHECK_EQUAL(share_of(2, all, 9), 2u);
  CAF_CHECK_EQUAL(share_of(3, all, 9), 6u);
  all[2].max_shards = 3u;
  CAF_CHECK_EQUAL(share_of(3, all, 9), 3u);
  CAF_CHECK(!placement(all, 3, 9).is_unplaceable(8));
  for (auto& x : all)
    x.owns = share_of(x.node, all, 9);
  CAF_CHECK(placement(all, 3, 9).is_unplaceable(8));
}

CAF_TEST(C11 who has all that it may have leaves the rest of its part too) {
  std::vector<node_info> all{process(1), process(2), process(3)};
  all[0].max_shards = 2u;
  all[1].max_shards = 4u;
  CAF_CHECK_EQUAL(share_of(1, all, 12), 2u);
  CAF_CHECK_EQUAL(share_of(2, all, 12), 4u);
  CAF_CHECK_EQUAL(share_of(3, all, 12), 6u);
}

CAF_TEST(C11 what was left since counts) {
  std::vector<node_info> all{process(1, 6), process(2, 6)};
  all[0].draining = true;
  all[1].max_shards = 8u;
  placement x{all, 1, 12};
  CAF_CHECK_EQUAL(x.leaves(up_to(6)).size(), 2u);
  x.set_owned(5);
  CAF_CHECK_EQUAL(x.leaves(up_to(5)).size(), 1u);
  x.set_owned(4);
  CAF_CHECK(x.leaves(up_to(4)).empty());
}

CAF_TEST(C11 who is below its share takes what is free) {
  std::vector<node_info> all{process(1, 1), process(2, 3)};
  placement x{all, 1, 8};
  CAF_CHECK_EQUAL(x.free(), 4u);
  auto wanted = up_to(8);
  CAF_CHECK_EQUAL(x.takes(wanted), 3u);
  CAF_CHECK_EQUAL(wanted.size(), 8u);
  x.set_owned(4);
  CAF_CHECK_EQUAL(x.free(), 1u);
  wanted = up_to(8); // the other is to take it
  x.takes(wanted);
  CAF_CHECK(wanted.empty());
}

CAF_TEST(
    C11 what nobody else may take goes to who may although it has its share) {
  std::vector<node_info> all{process(1, 4), process(2, 2)};
  all[1].only = "0-3";
  placement x{all, 1, 8};
  auto wanted = up_to(8);
  CAF_CHECK_EQUAL(x.takes(wanted), 4u);
  CAF_CHECK_EQUAL(wanted, (indexes{4, 5, 6, 7}));
  // And is left to nobody.
  all[0].owns = 6;
  CAF_CHECK_EQUAL(placement(all, 1, 8).leaves({0, 1, 4, 5, 6, 7}),
                  (indexes{0, 1}));
}

CAF_TEST(C11 who has too much leaves it to who has too little only) {
  std::vector<node_info> all{process(1, 8), process(2)};
  CAF_CHECK_EQUAL(placement(all, 1, 8).leaves(up_to(8)).size(), 4u);
  all[1].max_shards = 1u;
  CAF_CHECK_EQUAL(placement(all, 1, 8).leaves(up_to(8)).size(), 1u);
  all[1].weight = 0;
  CAF_CHECK(placement(all, 1, 8).leaves(up_to(8)).empty());
  // Shares are rounded up: a difference of one is no imbalance.
  all = {process(1, 3), process(2, 3), process(3, 3), process(4, 1)};
  CAF_CHECK(placement(all, 1, 10).leaves(up_to(3)).empty());
}

CAF_TEST(C11 who drains leaves all) {
  std::vector<node_info> all{process(1, 4), process(2, 4)};
  all[0].draining = true;
  CAF_CHECK_EQUAL(placement(all, 1, 8).leaves(up_to(4)).size(), 4u);
  auto wanted = up_to(8);
  placement(all, 1, 8).takes(wanted);
  CAF_CHECK(wanted.empty());
  // Rather there than nowhere.
  all[1].max_shards = 4u;
  wanted = {3};
  CAF_CHECK_EQUAL(placement(all, 1, 8).takes(wanted), 4u);
  CAF_CHECK_EQUAL(wanted, (indexes{3}));
  all[1].draining = true; // nobody is left to take them
  CAF_CHECK(placement(all, 1, 8).leaves(up_to(4)).empty());
}

CAF_TEST(C11 who is alone is no part of it) {
  std::vector<node_info> all{process(1), process(2, 8)};
  all[1].address.clear();
  placement x{all, 1, 8};
  CAF_CHECK_EQUAL(x.share(), 8u);
  CAF_CHECK(!x.has_others());
}

CAF_TEST(C11 steps lead to a state that lasts and in which all is placed) {
  std::mt19937 draw{7};
  for (int round = 0; round < 500; ++round) {
    auto count = 1 + draw() % 5;
    std::uint32_t shards = 1 + draw() % 24;
    std::vector<node_info> all;
    std::vector<indexes> owned(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      auto x = process(i + 1, 0, draw() % 4);
      if (draw() % 4 == 0)
        x.max_shards = draw() % 10;
      if (draw() % 4 == 0)
        x.only = "0-" + std::to_string(draw() % shards);
      x.draining = draw() % 8 == 0;
      all.push_back(x);
    }
    indexes free = up_to(shards);
    std::size_t quiet = 0, steps = 0;
    for (; quiet <= count && steps < 5000; ++steps) {
      auto i = steps % count;
      placement x{all, i + 1, shards};
      auto wanted = free;
      auto most = x.takes(wanted);
      auto before = owned[i];
      for (auto shard : wanted)
        if (most > 0 && most-- > 0) {
          owned[i].push_back(shard);
          std::erase(free, shard);
        }
      auto left = x.leaves(before);
      if (!left.empty()) {
        std::erase(owned[i], left[0]);
        free.push_back(left[0]);
      }
      all[i].owns = static_cast<std::uint32_t>(owned[i].size());
      quiet = owned[i] == before ? quiet + 1 : 0;
    }
    CAF_REQUIRE(steps < 5000);
    placement end{all, 1, shards};
    for (auto shard : free)
      CAF_REQUIRE(end.is_unplaceable(shard));
    for (std::size_t i = 0; i < count; ++i)
      CAF_REQUIRE(!all[i].max_shards || owned[i].size() <= *all[i].max_shards);
  }
}
