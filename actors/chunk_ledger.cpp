#include "actors/chunk_ledger.hpp"

#include <algorithm>

namespace muster {

chunk_ledger::attempt* chunk_ledger::find(const std::string& nonce) {
  // Newest first: a handful at the most.
  for (auto i = attempts_.rbegin(); i != attempts_.rend(); ++i)
    if (i->nonce == nonce)
      return &*i;
  return nullptr;
}

void chunk_ledger::begin_attempt(const std::string& nonce) {
  if (find(nonce) == nullptr) {
    attempts_.emplace_back();
    attempts_.back().nonce = nonce;
  }
}

chunk_ledger::verdict chunk_ledger::add(const chunk_received& x) {
  auto to = find(x.nonce);
  if (to == nullptr)
    return verdict::foreign;
  auto changed = to->chunk_count != 0
                 && x.chunk_count != static_cast<std::int64_t>(to->chunk_count);
  if (changed || !is_sound(x.chunk_index, x.chunk_count)) {
    ++malformed_;
    return verdict::malformed;
  }
  if (to->chunk_count == 0) {
    to->chunk_count = static_cast<std::uint32_t>(x.chunk_count);
    to->seen.resize(to->chunk_count);
  }
  auto index = static_cast<std::size_t>(x.chunk_index);
  if (to->seen[index]) {
    ++duplicates_;
    return verdict::duplicate;
  }
  to->seen[index] = true;
  ++to->received;
  to->members += x.members;
  for (auto id : x.not_found) {
    if (to->not_found.size() == max_user_ids)
      break; // more than were asked for
    if (std::find(to->not_found.begin(), to->not_found.end(), id)
        == to->not_found.end())
      to->not_found.push_back(id);
  }
  if (to->members > keep_members_)
    to->lists = {}; // too many for the answer
  else if (keep_members_ > 0)
    to->lists.emplace(x.chunk_index, x.list);
  if (!to->first)
    to->first = x.received_at;
  to->last = x.received_at;
  return verdict::counted;
}

const chunk_ledger::attempt* chunk_ledger::best() const {
  const attempt* result = nullptr;
  for (auto& x : attempts_) {
    if (x.chunk_count == 0)
      continue;
    if (result == nullptr || x.missed() < result->missed()
        || (x.missed() == result->missed() && x.received > result->received))
      result = &x;
  }
  return result;
}

bool chunk_ledger::complete() const {
  return std::any_of(attempts_.begin(), attempts_.end(),
                     [](auto& x) { return x.complete(); });
}

bool chunk_ledger::heard(const std::string& nonce) const {
  return std::any_of(attempts_.begin(), attempts_.end(), [&](auto& x) {
    return x.nonce == nonce && x.chunk_count > 0;
  });
}

void chunk_ledger::report(chunk_request_finished& out) const {
  auto x = best();
  if (x == nullptr)
    return;
  out.chunk_count = x->chunk_count;
  out.members = x->members;
  out.not_found_ids = x->not_found;
  out.first_received_at = x->first;
  out.last_received_at = x->last;
  for (std::uint32_t i = 0; i < x->chunk_count; ++i)
    if (!x->seen[i])
      out.missed_chunks.push_back(i);
  for (auto& [index, list] : x->lists)
    if (list.count > 0)
      out.chunks.push_back(list);
}

} // namespace muster
