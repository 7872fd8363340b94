#include <algorithm>
#include "tests/support/model.hpp"
namespace muster::test {
std::string judge(const chronicle& x) {
  std::string r;
  for (auto& w : x.wrong) r += "\n  " + w;
  return r;
}
}
