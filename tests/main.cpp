// The one unit with CAF test's main; the suites are beside it in folders.
#define CAF_TEST_NO_MAIN
#include <caf/test/unit_test_impl.hpp>

#include "actors/config.hpp"
#include "messages/internal/type_ids.hpp"

int main(int argc, char** argv) {
  return caf::test::main(argc, argv);
}
