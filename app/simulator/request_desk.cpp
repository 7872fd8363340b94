#include "app/simulator/request_desk.hpp"

#include <utility>

#include "net/intents.hpp"

namespace muster::sim {

using kind = member_request::kind;

request_desk::taken request_desk::take(member_request r,
                                       std::optional<std::uint32_t> shard) {
  ++gw_.seen.requests;
  ++gw_.seen.requests_by_kind[to_string(r.what)];
  if (r.what == kind::whole_list)
    gw_.count_request(r.guild);
  const auto* g = gw_.guilds.find(r.guild);
  auto faults = gw_.plan.strike(
      occasion::request,
      {shard, g ? std::optional{g->index} : std::nullopt, r.guild.value, {}});
  return {std::move(r), std::move(faults)};
}

void request_desk::answer(const taken& x, client_session& s,
                          std::uint64_t unsent, time_point now) {
  const auto& r = x.request;
  for (const auto& f : x.faults) {
    if (f.kind == fault_kind::silence)
      return;
    if (f.kind == fault_kind::rate_limit)
      return refuse(r, f.ms, s, unsent);
  }
  const auto* g = gw_.guilds.find(r.guild);
  if (!is_answered(r, g, s)) {
    ++gw_.seen.unanswered;
    return;
  }
  if (r.what == kind::whole_list) {
    auto wait = gw_.cooldown.admit(g->id, now);
    if (wait > clock::duration::zero())
      return refuse(r, wait, s, unsent);
  }
  s.to_come.add(make_answer(r, *g, s.intents(), gw_.opts.chunk_size));
}

bool request_desk::is_answered(const member_request& r, const guild* g,
                               const client_session& s) const {
  if (g == nullptr)
    return false;
  if (r.what == kind::whole_list && (s.intents() & intent::guild_members) == 0)
    return false;
  return g->state == guild::condition::present && owns(s.shard(), g->id);
}

void request_desk::refuse(const member_request& r, clock::duration wait,
                          client_session& s, std::uint64_t unsent) {
  ++gw_.seen.rate_limited;
  s.push({text_event{"RATE_LIMITED", rate_limited_text(r, wait)}}, unsent);
}

} // namespace muster::sim
