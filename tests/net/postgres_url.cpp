#define CAF_SUITE net_postgres_url

#include "net/postgres_url.hpp"

#include <cstdlib>

#include "net/open_store.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// Without what this machine would add to a URL.
struct fixture {
  fixture() {
    for (auto name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE",
                      "PGSSLMODE", "PGSERVICE"})
      unsetenv(name);
  }
  ~fixture() {
    for (auto name : {"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE",
                      "PGSSLMODE", "PGSERVICE"})
      unsetenv(name);
  }

  /// What is wrong, the same from both who ask.
  static std::string wrong(const std::string& url, bool insecure = false) {
    postgres_url ignored;
    auto result = postgres_url::parse(url, insecure, ignored);
    CAF_CHECK_EQUAL(check_store(url, insecure), result);
    return result;
  }

  static postgres_url parse(const std::string& url) {
    postgres_url result;
    CAF_CHECK_EQUAL(postgres_url::parse(url, true, result), "");
    return result;
  }

  static bool has(const std::string& text, const char* word) {
    return text.find(word) != text.npos;
  }

  static std::string option(const postgres_url& x, const std::string& name) {
    for (auto& [key, value] : x.options())
      if (key == name)
        return value;
    return "none";
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_url_tests, fixture)

CAF_TEST(what libpq takes is taken) {
  for (auto url :
       {"postgresql://localhost/bots", "postgres://127.0.0.1:5433/bots",
        "postgresql://me@[::1]:5432/bots", "postgresql://127.5.6.7/bots",
        "postgresql:///bots", "postgresql:///bots?host=/run/postgresql",
        "postgresql://%2Frun%2Fpostgresql/bots",
        "postgresql://localhost,127.0.0.1:6000/bots",
        "postgresql://db.example/bots?sslmode=verify-full",
        "postgresql://a.example:1,b.example:2/bots?sslmode=verify-full"
        "&target_session_attrs=any"})
    CAF_CHECK_EQUAL(wrong(url), "");
  auto x = parse("postgresql://me@a.example:1,b.example/bots?"
                 "connect_timeout=3");
  CAF_REQUIRE_EQUAL(x.servers().size(), 2u);
  CAF_CHECK_EQUAL(x.servers()[0].host, "a.example");
  CAF_CHECK_EQUAL(x.servers()[0].port, "1");
  CAF_CHECK_EQUAL(x.servers()[1].port, "");
  CAF_CHECK_EQUAL(option(x, "user"), "me");
  CAF_CHECK_EQUAL(option(x, "dbname"), "bots");
  CAF_CHECK_EQUAL(option(x, "connect_timeout"), "3");
  // The one of them that can be written to.
  CAF_CHECK_EQUAL(option(x, "target_session_attrs"), "read-write");
  CAF_CHECK_EQUAL(x.name(), "database 'bots' at a.example:1, b.example:5432");
  CAF_CHECK_EQUAL(parse("postgresql:///bots").name(),
                  "database 'bots' at this machine:5432");
}

CAF_TEST(C14 a password in the URL is refused and not repeated) {
  for (auto url : {"postgresql://me:hunter2@localhost/bots",
                   "postgresql://me:hunter2@localhost",
                   "postgresql://me:%68unter2@localhost/bots",
                   "postgresql://localhost/bots?password=hunter2",
                   "postgresql://localhost/bots?user=me&password=hunter2",
                   "postgres://:hunter2@localhost/bots",
                   "postgresql://db.example/bots?sslpassword=hunter2"}) {
    for (auto insecure : {false, true}) {
      auto sentence = wrong(url, insecure);
      CAF_CHECK(has(sentence, "PGPASSFILE") && has(sentence, "PGPASSWORD"));
      CAF_CHECK(!has(sentence, "hunter2"));
    }
  }
  // Nor what libpq does not understand.
  for (auto url : {"postgresql://me:hunter2@[::1/bots",
                   "postgresql://localhost/bots?passwrd=hunter2",
                   "postgresql://me:hunter2%zz@localhost/bots",
                   "postgresql://localhost/bots?=hunter2"}) {
    auto sentence = wrong(url);
    CAF_CHECK(has(sentence, "postgresql://USER@HOST:PORT/DATABASE"));
    CAF_CHECK(!has(sentence, "hunter2"));
  }
  // Nor one that libpq takes for something else.
  for (auto url : {"postgresql://localhost:hunt/er2@127.0.0.1/bots",
                   "postgresql://me:123/hunter2@127.0.0.1/bots",
                   "postgresql://me:99999/bots", "postgresql://me:0/bots",
                   "postgresql://localhost/hunter2@db/bots"}) {
    for (auto insecure : {false, true}) {
      auto sentence = wrong(url, insecure);
      CAF_CHECK(!sentence.empty());
      CAF_CHECK(!has(sentence, "hunter2") && !has(sentence, "er2@"));
    }
  }
  for (auto url : {"mysql://me:hunter2@localhost/bots", "hunter2"}) {
    auto sentence = check_store(url, false);
    CAF_CHECK(has(sentence, "postgresql://USER@HOST:PORT/DATABASE"));
    CAF_CHECK(!has(sentence, "hunter2"));
  }
}

CAF_TEST(C14 a server elsewhere is to prove who it is) {
  for (auto url :
       {"postgresql://db.example/bots", "postgresql://10.0.0.1/bots",
        "postgresql://db.example/bots?sslmode=require",
        "postgresql://db.example/bots?sslmode=verify-ca",
        "postgresql://db.example/bots?sslmode=disable",
        "postgresql://localhost,db.example/bots",
        "postgresql://db.example,localhost/bots", "postgresql://0.0.0.0/bots",
        "postgresql://127.1/bots", "postgresql://localhost.example/bots",
        "postgresql://[2001:db8::1]/bots", "postgresql://128.0.0.1/bots",
        "postgresql://[::ffff:127.0.0.1]/bots",
        // Where it connects to counts, not what it is called.
        "postgresql://localhost/bots?hostaddr=10.0.0.1",
        "postgresql:///bots?hostaddr=10.0.0.1"}) {
    auto sentence = wrong(url);
    CAF_CHECK(has(sentence, "sslmode=verify-full"));
    CAF_CHECK(has(sentence, "--insecure-store"));
    CAF_CHECK_EQUAL(wrong(url, true), "");
  }
  CAF_CHECK_EQUAL(wrong("postgresql://bots.example/bots?hostaddr=127.0.0.1"),
                  "");
}

CAF_TEST(C14 what variables say counts as if the URL said it) {
  setenv("PGHOST", "db.example", 1);
  CAF_CHECK(has(wrong("postgresql:///bots"), "db.example"));
  CAF_CHECK_EQUAL(wrong("postgresql://localhost/bots"), "");
  setenv("PGSSLMODE", "verify-full", 1);
  CAF_CHECK_EQUAL(wrong("postgresql:///bots"), "");
  CAF_CHECK_EQUAL(option(parse("postgresql:///bots"), "sslmode"),
                  "verify-full");
  // The URL knows better.
  CAF_CHECK(has(wrong("postgresql:///bots?sslmode=require"), "verify-full"));
  unsetenv("PGSSLMODE");
  unsetenv("PGHOST");
  setenv("PGHOSTADDR", "10.0.0.1", 1);
  CAF_CHECK(has(wrong("postgresql:///bots"), "verify-full"));
  unsetenv("PGHOSTADDR");
  setenv("PGDATABASE", "bots", 1);
  setenv("PGPORT", "6000", 1);
  CAF_CHECK_EQUAL(parse("postgresql://localhost").name(),
                  "database 'bots' at localhost:6000");
  setenv("PGSERVICE", "elsewhere", 1);
  CAF_CHECK(has(wrong("postgresql://localhost/bots"), "PGSERVICE"));
}

CAF_TEST(what is left out or too much is told) {
  CAF_CHECK(has(wrong("postgresql://localhost"), "no database"));
  CAF_CHECK(has(wrong("postgresql://localhost/"), "no database"));
  CAF_CHECK(has(wrong("postgresql://localhost/bots?service=x"), "service"));
  CAF_CHECK(has(wrong("postgresql://localhost/bots?sslmode=full"), "sslmode"));
  CAF_CHECK(has(wrong("postgresql://localhost,localhost/bots?"
                      "hostaddr=127.0.0.1"),
                "as servers"));
  CAF_CHECK(has(wrong("postgresql:///bots?host=localhost,localhost,localhost"
                      "&port=1,2"),
                "as servers"));
  CAF_CHECK_EQUAL(check_store("", false), "");
  CAF_CHECK_EQUAL(check_store("sqlite:bot.db", false), "");
  CAF_CHECK(has(check_store("sqlite:", false), "sqlite: and the path"));
}

CAF_TEST_FIXTURE_SCOPE_END()
