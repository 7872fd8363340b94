#include "net/event_data.hpp"

#include <nlohmann/json.hpp>

#include "messages/field_scanner.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_small_dispatch(std::string_view bytes) {
  using namespace std::chrono_literals;
  frozen_buffer text{bytes};
  auto first = first_value(text.view());
  expect(inside(first, text.view()), "the value lies in the text");
  for (auto data : {text.view(), first}) {
    ready r;
    if (read_ready(data, r) == errc{}) {
      expect(!r.session_id.empty(), "READY names a session");
      for (auto id : r.guilds)
        expect(id != snowflake{}, "a guild has an id");
      // Keys are compared as they are written.
      if (is_json(data) && data.find("\\u") == data.npos)
        expect(r.guilds.size() + r.unreadable_guilds
                   == nlohmann::json::parse(data)["guilds"].size(),
               "each guild of READY is read or counted");
    }
    guild_delete gone;
    if (read_guild_delete(data, gone) == errc{})
      expect(gone.id != snowflake{}, "a guild has an id");
    rate_limited limit;
    if (read_rate_limited(data, limit) == errc{})
      expect(limit.retry_after >= 0s && limit.retry_after <= 24h,
             "waits are in bounds");
    timespan interval{0};
    if (read_hello(data, interval) == errc{})
      expect(interval >= 1ms && interval <= 24h, "heartbeats are in bounds");
  }
}

} // namespace muster::fuzz
