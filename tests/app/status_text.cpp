#define CAF_SUITE app_status_text

#include "app/status_text.hpp"

#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::app;
using namespace std::chrono_literals;

namespace {

store_status two_shards() {
  store_status x;
  node_info process;
  process.node = 0xabc;
  x.nodes.push_back({process, {1}, 250ms});
  store_status::shard free;
  free.guilds = 7;
  store_status::shard owned;
  owned.index = 1;
  owned.owner = std::uint64_t{0xabc};
  owned.epoch = 4;
  owned.state = shard_state::connected;
  owned.guilds = 1200;
  owned.guilds_complete = 1100;
  owned.session = store_status::age{61'000};
  owned.saved = store_status::age{-3}; // a clock was set back
  x.shards = {free, owned};
  x.identifies_left = 998u;
  return x;
}

} // namespace

CAF_TEST(the state of a bot as JSON) {
  CAF_CHECK_EQUAL(
      to_json(two_shards()),
      R"({"nodes":[{"node":"0000000000000abc","address":null,)"
      R"("draining":false,"weight":1,"shards":[1],"renewed_ms_ago":250}],)"
      R"("shards":[{"shard":0,"node":null,"epoch":0,"state":"free",)"
      R"("guilds":7,"guilds_complete":0,"session_age_ms":null,)"
      R"("saved_ms_ago":null},{"shard":1,"node":"0000000000000abc",)"
      R"("epoch":4,"state":"connected","guilds":1200,)"
      R"("guilds_complete":1100,"session_age_ms":61000,"saved_ms_ago":0}],)"
      R"("identifies_left":998,"finished":false})");
  auto of_many = two_shards();
  of_many.nodes[0].info.address = "10.0.0.7:7000";
  of_many.nodes[0].info.weight = 3;
  of_many.nodes[0].info.draining = true;
  CAF_CHECK(to_json(of_many).find(R"("address":"10.0.0.7:7000",)"
                                  R"("draining":true,"weight":3,)")
            != std::string::npos);
  CAF_CHECK_EQUAL(to_json(store_status{}),
                  R"({"nodes":[],"shards":[],"identifies_left":null,)"
                  R"("finished":false})");
}

CAF_TEST(the state of a bot for people) {
  CAF_CHECK_EQUAL(
      to_table(two_shards()),
      "process           address  weight  state    heard of    shards\n"
      "0000000000000abc  -        1       running  250 ms ago  1\n"
      "\n"
      "shard  state      process           guilds          session"
      "              saved\n"
      "0      free       -                 0 of 7          -"
      "                    -\n"
      "1      connected  0000000000000abc  1,100 of 1,200  begun 1 min 1 s ago"
      "  0 ms ago\n"
      "\n"
      "998 identifies left, chunking not finished\n");
  store_status none;
  none.finished = true;
  CAF_CHECK(to_table(none).find("no process runs") == 0);
  CAF_CHECK(to_table(none).find("chunking finished") != std::string::npos);
}

CAF_TEST(C11 several processes for people) {
  auto x = two_shards();
  x.nodes[0].info.address = "10.0.0.7:7000";
  node_info other;
  other.node = 0xdef;
  other.address = "bot-2.example.org:7000";
  other.weight = 12;
  other.draining = true;
  x.nodes.push_back({other, {0, 2, 3, 4}, 1s});
  node_info idle;
  idle.node = 1;
  idle.address = "[::1]:7000";
  idle.weight = 0;
  x.nodes.push_back({idle, {}, 0s});
  auto text = to_table(x);
  CAF_CHECK_EQUAL(text.substr(0, text.find("\n\n")),
                  "process           address                 weight  state     "
                  "heard of    shards\n"
                  "0000000000000abc  10.0.0.7:7000           1       running   "
                  "250 ms ago  1\n"
                  "0000000000000def  bot-2.example.org:7000  12      draining  "
                  "1.0 s ago   0, 2-4\n"
                  "0000000000000001  [::1]:7000              0       running   "
                  "0 ms ago    none");
}

CAF_TEST(each state of a shard has a word) {
  CAF_CHECK_EQUAL(to_string(shard_state::free), "free");
  CAF_CHECK_EQUAL(to_string(shard_state::starting), "starting");
  CAF_CHECK_EQUAL(to_string(shard_state::connected), "connected");
  CAF_CHECK_EQUAL(to_string(shard_state::closed), "closed");
  CAF_CHECK_EQUAL(to_string(shard_state::unplaceable), "unplaceable");
}
