#define CAF_SUITE actors_chunk_request

#include "actors/chunk_request.hpp"

#include <utility>
#include <vector>

#include "actors/config.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

/// Notes in which order messages are put into mailboxes.
class witness : public caf::event_based_actor {
public:
  witness(caf::actor_config& cfg, std::string name,
          std::vector<std::string>& order)
      : caf::event_based_actor(cfg), name_(std::move(name)), order_(order) {}

  void enqueue(caf::mailbox_element_ptr x, caf::execution_unit* host) override {
    order_.push_back(name_);
    caf::event_based_actor::enqueue(std::move(x), host);
  }

private:
  std::string name_;
  std::vector<std::string>& order_;
};

struct fixture : test_coordinator_fixture<muster::config> {
  caf::actor named(const std::string& name) {
    return sys.spawn<witness, caf::lazy_init>(name, order);
  }

  std::vector<std::string> order;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(chunk_request_tests, fixture)

CAF_TEST(Q7 the shard knows of the end before any caller) {
  // Or a caller that asks anew upon its answer would join what has ended.
  auto shard = named("shard");
  chunk_request_config args;
  args.owner = caf::actor_cast<shard_internal_actor>(shard);
  args.guild_id = snowflake{7};
  args.nonce = "mine";
  auto request = sys.spawn<chunk_request>(args);
  auto caller = named("caller");
  caf::send_as(caller, request, join_request{"mine", 0, {}});
  caf::anon_send(request, attempt_news{"mine", attempt_event::written, 1s});
  sched.run();
  CAF_CHECK(order.empty());
  caf::anon_send(request, end_request{outcome::cancelled});
  sched.run();
  CAF_CHECK_EQUAL(order, (std::vector<std::string>{"shard", "caller"}));
  caf::anon_send(request, release_request{});
  sched.run();
}

CAF_TEST_FIXTURE_SCOPE_END()
