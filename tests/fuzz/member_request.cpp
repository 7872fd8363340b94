#include "app/simulator/member_request.hpp"

#include <nlohmann/json.hpp>

#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_member_request(std::string_view bytes) {
  using kind = sim::member_request::kind;
  auto d = nlohmann::json::parse(bytes, nullptr, false);
  auto r = sim::read_member_request(d);
  expect(!r.nonce || r.nonce->size() <= 32, "a long nonce is ignored");
  expect(nlohmann::json::accept(
             sim::rate_limited_text(r, std::chrono::seconds{1})),
         "a refusal is JSON");
  if (r.what == kind::malformed)
    return;
  expect(r.limit <= 100 && r.user_ids.size() <= 100, "numbers are in bounds");
  sim::guild g;
  g.id = r.guild;
  g.size = 250;
  auto x = sim::make_answer(r, g, ~0u, 100);
  expect(x->chunk_count == (r.what == kind::whole_list ? 3u : 1u),
         "only a whole list has more chunks than one");
  for (auto member : x->members)
    expect(member < g.size, "members are in the guild");
}

} // namespace muster::fuzz
