// A bot that gives leave to identify by itself, as one would whose processes
// share a queue for it. Arguments: for another gateway than Discord's
// --muster.rest-url=URL, and then the milliseconds between two leaves.

// [queue]
#include <deque>
#include <iostream>
#include <string>

#include <caf/all.hpp>

#include <muster/muster.hpp>

using leave = caf::typed_response_promise<muster::identify_slot>;

struct queue_state {
  std::deque<leave> waiting;
  bool busy = false;
};

/// One shard at a time, so far apart. A real one would ask a server instead.
caf::behavior identify_queue(caf::stateful_actor<queue_state>* self,
                             caf::timespan apart) {
  auto give = [=] {
    auto& waiting = self->state.waiting;
    if (waiting.empty() || self->state.busy)
      return;
    waiting.front().deliver(muster::identify_slot{});
    waiting.pop_front();
    self->state.busy = true;
    self->delayed_send(self, apart, caf::tick_atom_v);
  };
  return {
      [=](const muster::identify_slot_request& x) {
        std::cout << "shard " + std::to_string(x.shard.index) + " asks\n"
                  << std::flush;
        auto answer = self->make_response_promise<muster::identify_slot>();
        self->state.waiting.push_back(answer);
        give();
        return answer;
      },
      [=](caf::tick_atom) {
        self->state.busy = false;
        give();
      },
  };
}

void caf_main(caf::actor_system& sys, const muster::config& cfg) {
  auto apart = std::chrono::milliseconds(
      cfg.remainder.empty() ? 5000 : std::stoi(cfg.remainder[0]));
  muster::tracker::parts own;
  own.gate = caf::actor_cast<muster::identify_gate_actor>(
      sys.spawn(identify_queue, caf::timespan{apart}));
  caf::scoped_actor self{sys};
  auto end = [me = caf::actor_cast<caf::actor>(self)] {
    caf::anon_send(me, true);
  };
  muster::tracker tracker{sys, cfg.settings, cfg.token, own};
  tracker.on(
      [](const muster::shard_ready& x) {
        std::cout << "shard " + std::to_string(x.shard.index) + " is ready\n"
                  << std::flush;
      },
      [=](const muster::finished_chunking&) { end(); },
      [=](const muster::shard_disconnected& x) {
        std::cerr << x.reason << std::endl;
        if (x.next == muster::next_step::none)
          end();
      });
  tracker.set_auto_chunk_members(true).start();
  self->receive([](bool) {});
}

CAF_MAIN()
// [/queue]
