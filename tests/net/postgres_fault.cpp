#define CAF_SUITE net_postgres_fault

#include "net/postgres_fault.hpp"

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

errc code_of_error(const postgres_fault& x) {
  auto error = x.to_error("database 'bots' at db:5432");
  auto sentence = sentence_of(error);
  CAF_CHECK(sentence.find("database 'bots' at db:5432") != sentence.npos);
  CAF_CHECK(sentence.find('\n') == sentence.npos);
  CAF_CHECK_EQUAL(x.is_final(), code_of(error) == errc::store_refused);
  return code_of(error);
}

} // namespace

CAF_TEST(C3 what may succeed later is waited for) {
  for (auto code :
       {"",      "08006", "08001", "53300", "53100", "53200", "57P01",
        "57P02", "57P03", "57P05", "57014", "55P03", "55000", "40001",
        "40P01", "40003", "25006", "25P03", "58030", "XX000"})
    CAF_CHECK(code_of_error({code, "words"}) == errc::store_away);
}

CAF_TEST(what will not succeed later is refused with the mend) {
  for (auto code : {"28P01", "28000", "3D000", "42501", "42P01", "42883",
                    "3F000", "22P02", "23505", "XX001", "0A000"})
    CAF_CHECK(code_of_error({code, "words"}) == errc::store_refused);
  for (auto words : {"fe_sendauth: no password supplied",
                     "SASL authentication failed", "no such database: bots",
                     "root certificate file \"/root.crt\" does not exist",
                     "server does not support SSL, but SSL was required",
                     "SSL error: certificate verify failed"})
    CAF_CHECK(code_of_error({"", words}) == errc::store_refused);
  // A pooler calls everything so.
  CAF_CHECK(code_of_error({"08P01", "no such user"}) == errc::store_refused);
  CAF_CHECK(code_of_error({"08P01", "query_wait_timeout"}) == errc::store_away);
  // Words of a server are of any language, its codes are not.
  CAF_CHECK(code_of_error({"57P03", "no such database"}) == errc::store_away);
}

CAF_TEST(the code is read out of what libpq says of a connection) {
  auto x = postgres_fault::of_connecting(
      "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  "
      "28P01: password authentication failed for user \"me\"\n"
      "LOCATION:  auth_failed, auth.c:338\n");
  CAF_CHECK_EQUAL(x.code, "28P01");
  CAF_CHECK_EQUAL(x.text, "password authentication failed for user \"me\"");
  auto y = postgres_fault::of_connecting(
      "connection to server at \"db\", port 5432 failed: Connection refused\n"
      "\tIs the server running on that host?\n");
  CAF_CHECK_EQUAL(y.code, "");
  CAF_CHECK(y.text.find("Connection refused") != y.text.npos);
  CAF_CHECK(y.text.find_first_of("\n\t") == y.text.npos);
  for (auto text :
       {"", ":  ", "FATAL:  28P0", "FATAL:  28p01: x", "FATAL:  28P01 x"})
    CAF_CHECK_EQUAL(postgres_fault::of_connecting(text).code, "");
}

CAF_TEST(C1 what others have come before is tried again at once) {
  CAF_CHECK((postgres_fault{"40P01", ""}.is_passing()));
  CAF_CHECK((postgres_fault{"40001", ""}.is_passing()));
  CAF_CHECK(!(postgres_fault{"57014", ""}.is_passing()));
  CAF_CHECK(!(postgres_fault{"", ""}.is_passing()));
}
