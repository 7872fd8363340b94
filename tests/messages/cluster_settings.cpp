#define CAF_SUITE messages_cluster_settings

#include "messages/cluster_settings.hpp"

#include "messages/settings.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr auto by_file = "sqlite:bot.db";
constexpr auto by_server = "postgresql://bot@db.example/bots";

/// One that shares the shards, with keys.
cluster_settings at(const char* node, const char* advertise = "") {
  cluster_settings x;
  x.node = node;
  x.advertise = advertise;
  x.tls_dir = "keys/a";
  return x;
}

/// True if `x` is refused with both of these words.
bool refused(const cluster_settings& x, const char* state, const char* what,
             const char* mend) {
  auto text = check(x, state);
  CAF_MESSAGE(text);
  auto at = text.find(what);
  return at == 0 && text.find(mend) != std::string::npos;
}

} // namespace

CAF_TEST(a process alone needs nothing) {
  CAF_CHECK_EQUAL(check(cluster_settings{}, ""), "");
  CAF_CHECK_EQUAL(check(cluster_settings{}, by_file), "");
}

CAF_TEST(C11 what is for several processes is refused of one alone) {
  auto mend = "set cluster.node";
  cluster_settings x;
  x.advertise = "10.0.0.7:7000";
  CAF_CHECK(refused(x, by_file, "cluster.advertise", mend));
  x = {};
  x.tls_dir = "keys/a";
  CAF_CHECK(refused(x, by_file, "cluster.tls_dir", mend));
  x = {};
  x.weight = 0;
  CAF_CHECK(refused(x, by_file, "cluster.weight", mend));
  x = {};
  x.max_shards = 4u;
  CAF_CHECK(refused(x, by_file, "cluster.max_shards", mend));
  x = {};
  x.rebalance_after = 1s;
  CAF_CHECK(refused(x, by_file, "cluster.rebalance_after", mend));
}

CAF_TEST(C11 shares have their bounds) {
  auto x = at("127.0.0.1:7000");
  x.weight = 0;
  x.max_shards = 1u;
  x.rebalance_after = 0s;
  CAF_CHECK_EQUAL(check(x, by_file), "");
  x.weight = 1'000'000;
  x.max_shards = 100'000u;
  x.rebalance_after = 1h;
  CAF_CHECK_EQUAL(check(x, by_file), "");
  x.max_shards = 0u;
  CAF_CHECK(refused(x, by_file, "cluster.max_shards", "cluster.weight to 0"));
  x.max_shards = 100'001u;
  CAF_CHECK(refused(x, by_file, "cluster.max_shards", "100000"));
  x.max_shards = {};
  x.weight = 1'000'001;
  CAF_CHECK(refused(x, by_file, "cluster.weight", "1000000"));
  x.weight = 1;
  x.rebalance_after = -1ms;
  CAF_CHECK(refused(x, by_file, "cluster.rebalance_after", "1 h"));
  x.rebalance_after = 1h + 1ms;
  CAF_CHECK(refused(x, by_file, "cluster.rebalance_after", "1 h"));
}

CAF_TEST(a process among others needs a state) {
  CAF_CHECK(
      refused(at("127.0.0.1:7000"), "", "cluster.node", "set state to sqlite"));
}

CAF_TEST(addresses are read) {
  CAF_CHECK(refused(at("127.0.0.1"), by_file, "cluster.node is '127.0.0.1'",
                    "HOST:PORT"));
  CAF_CHECK(refused(at("127.0.0.1:7000", "a"), by_file,
                    "cluster.advertise is 'a'", "HOST:PORT"));
  for (auto node : {"10.0.0.7:7000", "[2001:db8::7]:7000", "bot1:7000"})
    CAF_CHECK_EQUAL(check(at(node), by_server), "");
}

CAF_TEST(others need one address of this machine) {
  for (auto any : {"0.0.0.0:7000", "[::]:7000"}) {
    CAF_CHECK(
        refused(at(any), by_server, "cluster.node", "with cluster.advertise"));
    CAF_CHECK_EQUAL(check(at(any, "bot1.example:7001"), by_server), "");
    CAF_CHECK(refused(at("10.0.0.7:7000", any), by_server, "cluster.advertise",
                      "write this machine's name"));
  }
}

CAF_TEST(an SQLite file is for one machine) {
  for (auto node : {"127.0.0.1:7000", "[::1]:7000", "localhost:7000"})
    CAF_CHECK_EQUAL(check(at(node), by_file), "");
  for (auto node : {"10.0.0.7:7000", "0.0.0.0:7000", "bot1:7000", "[::]:7000"})
    CAF_CHECK(refused(at(node, "127.0.0.1:7000"), by_file, "cluster.node",
                      "write 127.0.0.1:PORT"));
  CAF_CHECK(refused(at("127.0.0.1:7000", "10.0.0.7:7000"), by_file,
                    "cluster.advertise", "leave it out"));
  CAF_CHECK_EQUAL(check(at("127.0.0.1:7000", "localhost:7001"), by_file), "");
}

CAF_TEST(C14 keys are made beside a file only) {
  auto x = at("10.0.0.7:7000");
  x.tls_dir.clear();
  CAF_CHECK(refused(x, by_server, "cluster.tls_dir", "muster certs DIR NAME"));
  x.node = "127.0.0.1:7000";
  CAF_CHECK_EQUAL(check(x, by_file), "");
}

CAF_TEST(settings are called what they are where they were given) {
  cluster_names names;
  names.node = "--node";
  names.advertise = "--advertise";
  CAF_CHECK_EQUAL(check(at("0.0.0.0:7000"), by_server, names),
                  "--node is '0.0.0.0:7000': all addresses of this machine, of "
                  "which others need one; say it with --advertise");
}

CAF_TEST(settings as a whole are refused for these reasons too) {
  settings x;
  x.cluster = at("10.0.0.7:7000");
  CAF_CHECK_EQUAL(check(x).find("cluster.node needs a state"), 0u);
  x.state = by_server;
  CAF_CHECK_EQUAL(check(x), "");
}

CAF_TEST(the address for others is the advertised one) {
  auto x = at("10.0.0.7:1");
  CAF_CHECK_EQUAL(x.address(), "10.0.0.7:1");
  x.advertise = "a:2";
  CAF_CHECK_EQUAL(x.address(), "a:2");
}
