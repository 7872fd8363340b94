// What the ends of connections and sessions mean for requests.

#include <utility>

#include "actors/request_book.hpp"

namespace muster {

using stage = request_stage;

namespace {

/// A request that brings more chunks each time a connection ends goes on, but
/// not for ever (Q13).
constexpr std::uint32_t most_ends = 10;

} // namespace

request_book::consequences request_book::connection_ended() {
  consequences result;
  ++version_;
  for (auto x : index_.in_order()) {
    auto brought = x->take_chunks();
    // Nor does it wait for ever for a GUILD_CREATE that ends connections.
    if (x->stage == stage::held && ++x->waits >= x->enough_ends())
      release(x->request.guild_id);
    if (!x->on_wire() || x->from == origin::foreign) {
      x->suspicions.note(brought);
      continue;
    }
    suspect(*x, x->suspicions.add(brought));
    if (++x->ends < most_ends * x->enough_ends()
        && x->suspicions.in_a_row() < x->enough_ends())
      continue;
    set_ending(*x);
    x->ends_as = outcome::session_lost;
    result.push_back({x->nonce, consequence::poison, x->attempt});
  }
  return result;
}

request_book::consequences request_book::session_resumed(time_point now) {
  consequences result;
  ++version_;
  for (auto x : index_.in_order()) {
    if (x->stage == stage::written)
      result.push_back({x->nonce, consequence::resumed, x->attempt});
    else if (x->stage == stage::posted) {
      // It has hardly left, so its nonce is still good.
      leave_wire(*x);
      if (x->whole_list)
        cooldown_.taken_back(x->request.guild_id, x->attempt, now);
      x->taken_back = true;
      enqueue(*x, time_point{});
    }
  }
  return result;
}

request_book::consequences request_book::session_lost(time_point now) {
  consequences result;
  ++version_;
  former_ = {};
  for (auto x : index_.in_order()) {
    x->derived = false; // of the session before
    switch (x->stage) {
    case stage::posted:
      leave_wire(*x);
      if (x->whole_list)
        cooldown_.taken_back(x->request.guild_id, x->attempt, now);
      if (x->attempt == x->nonce) // the request's own
        index_.remove_attempt(*x);
      else // it may have left after all
        renew_attempt(*x);
      retire_attempts(*x, now);
      enqueue(*x, time_point{});
      break;
    case stage::written:
      retire_attempts(*x, now);
      if (x->from == origin::foreign || (!x->for_startup && ++x->losses > 1)) {
        set_ending(*x);
        x->ends_as = outcome::session_lost;
        result.push_back({x->nonce, consequence::lost, x->attempt});
        break;
      }
      leave_wire(*x);
      result.push_back({x->nonce, consequence::again, x->attempt});
      renew_attempt(*x);
      enqueue_when_free(*x, now);
      break;
    case stage::held:
    case stage::queued:
      // After a refusal the same nonce would have gone out again.
      if (index_.is_attempt(x->attempt))
        renew_attempt(*x);
      retire_attempts(*x, now);
      break;
    case stage::ending:
      break;
    }
  }
  return result;
}

void request_book::retire_attempts(entry& x, time_point now) {
  // Chunks of the old session touch no book of the new one (S5).
  for (auto& old : index_.take_attempts(x))
    ended_.add(old, now, {x.derived});
}

} // namespace muster
