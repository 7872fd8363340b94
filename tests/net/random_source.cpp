#define CAF_SUITE net_random_source

#include "net/random_source.hpp"

#include <functional>
#include <vector>

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(copies go different ways whenever they are made) {
  random_source x;
  std::function<double()> first = x;
  first();
  auto second = first; // of one that has been drawn from
  std::vector<double> a, b, c;
  for (int i = 0; i < 10; ++i) {
    a.push_back(x());
    b.push_back(first());
    c.push_back(second());
  }
  CAF_CHECK(a != b && b != c && a != c);
  for (auto& all : {a, b, c})
    for (auto y : all)
      CAF_CHECK(y >= 0 && y < 1);
}
