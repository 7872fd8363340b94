#define CAF_SUITE net_postgres_store

#include "net/postgres_store.hpp"

#include <cstdlib>

#include "tests/support/postgres_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct fixture : postgres_fixture {
  /// Runs a statement in the database.
  std::string execute(const std::string& what) {
    return server.execute(what, database);
  }

  std::string start(const std::string& role) {
    auto x = open(url(role));
    return refusal(join(*x, 1));
  }

  std::string look(const std::string& bot, store_status& out) {
    auto error = process(bot)->look(out);
    return error ? refusal(error) : "";
  }

  store_status found;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(postgres_store_tests, fixture)

CAF_TEST(C14 a wrong password is told with the mend and not repeated) {
  execute("DROP ROLE IF EXISTS secret");
  execute("CREATE ROLE secret LOGIN PASSWORD 'hunter2'");
  CAF_CHECK(has(start("secret"), "PGPASSFILE"));
  setenv("PGPASSWORD", "hunter3", 1);
  auto sentence = start("secret");
  CAF_CHECK(has(sentence, "PGPASSFILE"));
  CAF_CHECK(!has(sentence, "hunter"));
  setenv("PGPASSWORD", "hunter2", 1);
  // It may do nothing yet.
  CAF_CHECK(has(start("secret"), "grant"));
  execute("GRANT CREATE ON DATABASE " + database + " TO secret");
  auto x = open(url("secret"));
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  CAF_CHECK_EQUAL(claim(*x, 1).size(), 2u);
  unsetenv("PGPASSWORD");
  execute("DROP OWNED BY secret CASCADE; DROP ROLE secret");
}

CAF_TEST(who may not use what is there is refused) {
  CAF_CHECK_EQUAL(join(*process(), 1), caf::none);
  execute("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN");
  auto sentence = start("guest");
  CAF_CHECK(has(sentence, "permission denied") && has(sentence, "grant"));
  CAF_CHECK(has(refusal(open(url("guest"))->look(found)), "grant"));
  // Who may read may look.
  execute("GRANT USAGE ON SCHEMA muster TO guest;"
          "GRANT SELECT ON ALL TABLES IN SCHEMA muster TO guest");
  CAF_CHECK_EQUAL(open(url("guest"))->look(found), caf::none);
  CAF_CHECK_EQUAL(found.nodes.size(), 1u);
  CAF_CHECK(has(start("guest"), "grant"));
  execute("DROP OWNED BY guest; DROP ROLE guest");
}

CAF_TEST(a schema that was made for a role is used) {
  execute("DROP ROLE IF EXISTS tenant; CREATE ROLE tenant LOGIN;"
          "CREATE SCHEMA muster AUTHORIZATION tenant");
  auto x = open(url("tenant"));
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  CAF_CHECK_EQUAL(renew(*x, 1), "known");
  execute("DROP OWNED BY tenant CASCADE; DROP ROLE tenant");
}

CAF_TEST(what is not there is named) {
  auto no_database = refusal(join(*open(server.url("nowhere")), 1));
  CAF_CHECK(has(no_database, "'nowhere'") && has(no_database, "createdb"));
  CAF_CHECK(has(start("nobody"), "nobody"));
  auto pooled = join(*open(server.pooled_url("nowhere")), 1);
  CAF_CHECK(has(sentence_of(pooled), "nowhere"));
}

CAF_TEST(a schema of another program is left as it is) {
  execute("CREATE SCHEMA muster; CREATE TABLE muster.mine(x int)");
  CAF_CHECK(has(start("postgres"), "another program's"));
  CAF_CHECK(has(look("", found), "another program's"));
  CAF_CHECK_EQUAL(execute("SELECT count(*) FROM pg_tables WHERE "
                          "schemaname='muster'"),
                  "1");
  // One that has a version, too.
  execute("CREATE TABLE muster.version(number int)");
  CAF_CHECK(has(start("postgres"), "another program's"));
  execute("DROP TABLE muster.version; CREATE TABLE muster.version(program text,"
          "number int); INSERT INTO muster.version VALUES('other', 1)");
  CAF_CHECK(has(start("postgres"), "another program's"));
  execute("DELETE FROM muster.version");
  CAF_CHECK(has(start("postgres"), "another program's"));
}

CAF_TEST(C15 a newer schema is for a newer muster) {
  auto old = process();
  CAF_CHECK_EQUAL(join(*old, 1), caf::none);
  execute("UPDATE muster.version SET number=99");
  CAF_CHECK(has(start("postgres"), "newer version"));
  CAF_CHECK(has(look("", found), "newer version"));
  // Who runs goes on beside it, also when it connects anew.
  execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
          "datname=current_database() AND pid<>pg_backend_pid()");
  CAF_CHECK_EQUAL(claim(*old, 1).size(), 2u);
  CAF_CHECK_EQUAL(renew(*old, 1), "known");
  execute("UPDATE muster.version SET number=0");
  CAF_CHECK(has(look("", found), "holds no bot"));
}

CAF_TEST(who looks makes nothing) {
  CAF_CHECK(has(look("", found), "holds no bot"));
  CAF_CHECK_EQUAL(execute("SELECT count(*) FROM pg_namespace WHERE "
                          "nspname='muster'"),
                  "0");
}

CAF_TEST(C15 several bots know nothing of each other) {
  auto one = process("one");
  auto two = process("two");
  CAF_CHECK_EQUAL(join(*one, 1), caf::none);
  CAF_CHECK_EQUAL(look("", found), "");
  CAF_CHECK_EQUAL(join(*two, 2), caf::none);
  CAF_CHECK_EQUAL(claim(*one, 1).size(), 2u);
  CAF_CHECK_EQUAL(claim(*two, 2).size(), 2u);
  state_store::renewed out;
  CAF_CHECK_EQUAL(one->renew({1, {{2, 1}}}, out), caf::none);
  CAF_CHECK(out.others.empty() && out.buried.empty());
  CAF_CHECK_EQUAL(out.own.size(), 2u);
  auto why = look("", found);
  CAF_CHECK(has(why, "2 bots") && has(why, "one two"));
  CAF_CHECK_EQUAL(look("two", found), "");
  CAF_REQUIRE_EQUAL(found.nodes.size(), 1u);
  CAF_CHECK_EQUAL(found.nodes[0].info.node, 2u);
  // Any bytes are a name.
  auto strange = "b\\o't\"\xff$f$"s;
  auto third = process(strange);
  CAF_CHECK_EQUAL(join(*third, 3), caf::none);
  CAF_CHECK_EQUAL(look(strange, found), "");
  CAF_CHECK(has(look("three", found), "no bot 'three'"));
}

CAF_TEST(bytes and numbers survive whatever the database is set to) {
  for (auto how :
       {"ENCODING 'SQL_ASCII'", "ENCODING 'LATIN1'", "ENCODING 'UTF8'"}) {
    auto name = server.make_database();
    server.execute("DROP DATABASE " + name);
    server.execute("CREATE DATABASE " + name + " TEMPLATE template0 " + how);
    for (auto set : {"standard_conforming_strings=off", "bytea_output='escape'",
                     "search_path='nowhere'", "lc_messages='C'",
                     "default_transaction_isolation='serializable'",
                     "intervalstyle='iso_8601'"})
      server.execute("ALTER DATABASE " + name + " SET " + set);
    auto x = open(server.url(name));
    auto big = ~std::uint64_t{0};
    join_store who{big, big - 1, 2, UINT32_MAX, {0, 1}};
    who.info.address = "h\\ost'\x80:1";
    who.info.only = "0-1";
    who.info.weight = UINT32_MAX;
    joined_store joined;
    CAF_REQUIRE_EQUAL(x->join(who, joined), caf::none);
    CAF_CHECK_EQUAL(joined.start_id, big - 1);
    auto cuts = claim(*x, big, std::uint64_t{1} << 63);
    CAF_REQUIRE_EQUAL(cuts.size(), 2u);
    CAF_CHECK_EQUAL(cuts[0].owner, (shard_owner{0, big, 1, 1ull << 63}));
    std::string all;
    for (int i = 0; i < 256; ++i)
      all += static_cast<char>(i);
    auto write = next(cuts[0]);
    write.cut.session = all;
    write.cut.rows = {{all, all}, {"'", ""s}, {"gone", "x"s}, {"gone", {}}};
    CAF_CHECK_EQUAL(save(*x, write), "holds");
    auto again = claim(*x, big, 6);
    CAF_CHECK_EQUAL(*again.at(0).session, all);
    CAF_CHECK_EQUAL(again.at(0).rows,
                    (std::vector<cut_row>{{all, all}, {"'", ""s}}));
    state_store::renewed out;
    CAF_CHECK_EQUAL(x->renew({big, {}}, out), caf::none);
    who.info.node = big;
    who.info.owns = 2;
    CAF_REQUIRE_EQUAL(out.nodes.size(), 1u);
    CAF_CHECK(out.nodes[0] == who.info);
    CAF_REQUIRE_EQUAL(out.own.size(), 2u);
    CAF_CHECK_EQUAL(out.own[0], again[0].owner);
  }
}

CAF_TEST(a large shard is saved and read in one piece) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  auto cuts = claim(*x, 1);
  auto write = next(cuts.at(0));
  for (int i = 0; i < 2500; ++i)
    write.cut.rows.push_back({"guild " + std::to_string(i), "x"s});
  // More than any buffer on the way holds.
  write.cut.rows.push_back({"bulk", std::string(8'000'000, 'b')});
  CAF_CHECK_EQUAL(save(*x, write), "holds");
  auto again = claim(*x, 1, 6);
  CAF_REQUIRE_EQUAL(again.at(0).rows.size(), 2501u);
  CAF_CHECK_EQUAL(again[0].rows[0].text->size(), 8'000'000u);
}

CAF_TEST(it is reached by a socket and by the one of several servers) {
  auto x = open(server.socket_url(database));
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  auto where = server.url(database);
  where.replace(where.find("127.0.0.1"), 9, "127.0.0.1:1,localhost");
  auto y = open(where);
  CAF_CHECK_EQUAL(renew(*y, 1), "known");
}

CAF_TEST(damage of the schema is told) {
  auto x = process();
  CAF_CHECK_EQUAL(join(*x, 1), caf::none);
  auto cuts = claim(*x, 1);
  execute("DROP TABLE muster.books");
  CAF_CHECK(has(save(*x, next(cuts.at(0))), "restore it"));
  execute("DROP FUNCTION muster.lease_renew");
  CAF_CHECK_EQUAL(renew(*x, 1), "store_refused");
  execute("CREATE FUNCTION muster.lease_renew(x jsonb) RETURNS json LANGUAGE "
          "sql AS 'SELECT ''{\"known\": \"yes\"}''::json'");
  CAF_CHECK_EQUAL(renew(*x, 1), "store_refused");
  execute("DROP SCHEMA muster CASCADE");
  shards_claimed ignored;
  CAF_CHECK(has(refusal(x->claim({1, 7, {0}}, ignored)), "restore it"));
}

CAF_TEST_FIXTURE_SCOPE_END()
