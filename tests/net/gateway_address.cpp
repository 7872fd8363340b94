#define CAF_SUITE net_gateway_address

#include "net/gateway_address.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

bool takes(const char* base, const char* saved) {
  gateway_address x;
  x.set_base(base);
  auto result = x.set_saved(saved);
  CAF_CHECK_EQUAL(x.next(true), result ? saved : base);
  CAF_CHECK_EQUAL(x.resume(), result ? saved : "");
  return result;
}

} // namespace

CAF_TEST(C14 a saved address for resuming is of the domain of the gateway) {
  constexpr auto discord = "wss://gateway.discord.gg";
  CAF_CHECK(takes(discord, "wss://gateway-us-east1-b.discord.gg"));
  CAF_CHECK(takes(discord, "wss://gateway.discord.gg:443/"));
  for (auto other :
       {"wss://discord.gg.example.org", "wss://gateway.discord.gg.org",
        "wss://xdiscord.gg", "ws://gateway.discord.gg", "wss://gg", "wss://",
        "https://gateway.discord.gg", "wss://127.0.0.1", "wss://[::1]", ""})
    CAF_CHECK(!takes(discord, other));
}

CAF_TEST(C14 an address without a name is its own domain) {
  CAF_CHECK(takes("ws://127.0.0.1:8080", "ws://127.0.0.1:9090"));
  CAF_CHECK(!takes("ws://127.0.0.1:8080", "ws://126.0.0.1:8080"));
  CAF_CHECK(!takes("ws://127.0.0.1", "ws://127.0.0.1.example.org"));
  CAF_CHECK(takes("ws://[::1]:80", "ws://[::1]:81"));
  CAF_CHECK(!takes("ws://[::1]", "ws://[::2]"));
  CAF_CHECK(takes("ws://localhost", "ws://localhost:1234"));
  CAF_CHECK(takes("ws://gateway", "wss://gateway"));
  CAF_CHECK(!takes("ws://gateway", "ws://other"));
}
