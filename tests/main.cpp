// The one unit with CAF test's main; the suites are beside it in folders.
#define CAF_TEST_NO_MAIN
#include <caf/test/unit_test_impl.hpp>

#include <algorithm>
#include <cstring>
#include <string_view>

#include "actors/config.hpp"
#include "messages/internal/type_ids.hpp"

int main(int argc, char** argv) {
#if defined(__clang__) && !defined(_LIBCPP_VERSION)
  // Built so, CAF takes names of suites where it otherwise takes patterns; a
  // pattern of whole names becomes those names.
  for (int i = 1; i < argc; ++i) {
    if (std::string_view{argv[i]} != "-s" || ++i == argc)
      continue;
    auto last = std::remove_if(argv[i], argv[i] + std::strlen(argv[i]),
                               [](char c) { return c == '^' || c == '$'; });
    *last = '\0';
  }
#endif
  return caf::test::main(argc, argv);
}
