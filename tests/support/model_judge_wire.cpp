// What was sent: Q4, Q6, Q7, Q9.

#include "tests/support/model_court.hpp"

namespace muster::test {

void model_court::judge_wire() {
  for (auto& sends : x.sends)
    for (std::size_t i = 120; i < sends.size(); ++i)
      if (sends[i] - sends[i - 120] < std::chrono::seconds(60)) {
        wrong("more than 120 sends in 60 s");
        break;
      }
  for (std::size_t i = 0; i < x.attempts.size(); ++i) {
    auto& a = x.attempts[i];
    if (a.nonce.empty() || a.nonce.size() > max_nonce_size)
      wrong("opcode 8 has a nonce of ", std::to_string(a.nonce.size()),
            " bytes");
    if (a.foreign)
      continue;
    judge_nonce(i);
    if (a.whole_list)
      judge_cooldown(i);
  }
  judge_in_flight();
}

const model_court::delivery*
model_court::first_chunk(const attempt& a, std::uint64_t before) const {
  if (auto i = x.deliveries.find(a.nonce); i != x.deliveries.end())
    for (auto& d : i->second)
      if (d.session == a.session && d.step >= a.step && d.step < before)
        return &d;
  return nullptr;
}

/// The shard could know that it was on the socket.
bool model_court::left(const attempt& a, std::uint64_t before) const {
  return (a.confirmed && *a.confirmed_step <= before)
         || first_chunk(a, before) != nullptr;
}

/// Whole lists that are surely on the wire: too little has passed for the
/// shard to have given them up.
void model_court::judge_in_flight() {
  auto shortest = std::min(x.values.timeout, x.values.first_response_timeout);
  for (auto& q : x.questions)
    for (auto own : {q->request.timeout, q->request.first_response_timeout})
      if (own.count() > 0)
        shortest = std::min(shortest, own);
  for (auto& now : x.attempts) {
    if (!now.whole_list || now.foreign)
      continue;
    std::uint32_t open = 0;
    for (auto& a : x.attempts)
      if (a.whole_list && !a.foreign && a.link == now.link && a.step <= now.step
          && &a <= &now && now.sent < a.sent + shortest
          && !(a.refused_step && *a.refused_step <= now.step)
          && !maybe_over(a, now.step))
        ++open;
    if (open > x.values.max_in_flight)
      wrong(std::to_string(open), " whole lists are in flight");
  }
}

bool model_court::surely_over(const attempt& a, std::uint64_t step) const {
  auto& mine = owners.at(static_cast<std::size_t>(&a - x.attempts.data()));
  return std::all_of(mine.begin(), mine.end(),
                     [&](auto& nonce) { return ends.at(nonce)->step < step; });
}

bool model_court::maybe_over(const attempt& a, std::uint64_t step) const {
  auto& mine = owners.at(static_cast<std::size_t>(&a - x.attempts.data()));
  return std::any_of(mine.begin(), mine.end(),
                     [&](auto& nonce) { return ends.at(nonce)->step <= step; });
}

void model_court::judge_nonce(std::size_t i) {
  auto& a = x.attempts[i];
  for (auto k = i; k-- > 0;) {
    auto& b = x.attempts[k];
    if (b.nonce != a.nonce || b.foreign)
      continue;
    // A refused one goes out again, and so does one that never left.
    auto refused = b.refused_step && *b.refused_step < a.step;
    if (left(b, a.step) && !refused)
      wrong("two attempts have the nonce ", a.nonce);
    break;
  }
}

void model_court::judge_cooldown(std::size_t i) {
  auto& a = x.attempts[i];
  for (std::size_t k = 0; k < i; ++k) {
    auto& b = x.attempts[k];
    if (b.whole_list && !b.foreign && b.guild == a.guild
        && a.sent < allowed(a, b))
      wrong("opcode 8 ", a.nonce, " comes too soon after ", b.nonce,
            b.refused_step && *b.refused_step <= a.step ? ", which was refused"
                                                        : "");
  }
}

/// When another list of its guild may be sent after an earlier one: as long
/// after its stamp as Q7 says, or when its refusal has passed.
time_point model_court::allowed(const attempt& next, const attempt& b) const {
  time_point stamped{};
  auto d = first_chunk(b, next.step);
  if (left(b, next.step))
    stamped = (d != nullptr ? d->at : *b.confirmed) + x.values.cooldown;
  if (!b.refused_step || *b.refused_step > next.step)
    return stamped;
  // What had been answered, and stamped, all the same.
  auto answered = d != nullptr && d->step < *b.refused_step;
  // A refusal means nothing to who has given up, nor, without a nonce, to
  // who has been answered.
  auto void_for_sure =
      surely_over(b, *b.refused_step) || (answered && !b.refused_by_name);
  if (void_for_sure)
    return stamped;
  // Who has not been told of the write has not given up.
  auto taken = !maybe_over(b, *b.refused_step)
               && (next.nonce == b.nonce || !left(b, *b.refused_step));
  auto until = taken ? *b.refused_until : std::min(*b.refused_until, stamped);
  return answered ? std::max(until, stamped) : until;
}

} // namespace muster::test
