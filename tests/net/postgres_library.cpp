#define CAF_SUITE net_postgres_library

#include "net/postgres_library.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(there is a libpq) {
  CAF_CHECK_EQUAL(postgres_library_fault(), "");
  CAF_CHECK(pq().PQstatus(nullptr) == CONNECTION_BAD);
}

CAF_TEST(a library that is not there is told with the mend) {
  postgres_library x{};
  auto said = postgres_library::load("libnone.so.9", x);
  CAF_CHECK(said.find("libnone.so.9") != said.npos);
  CAF_CHECK(said.find("install libpq5") != said.npos);
  CAF_CHECK(x.PQclear == nullptr);
}

CAF_TEST(a library that is another one is told with what it lacks) {
  postgres_library x{};
  auto said = postgres_library::load("libc.so.6", x);
  CAF_CHECK(said.find("PQclear") != said.npos);
  CAF_CHECK(x.PQstatus == nullptr);
}
