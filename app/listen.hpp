#pragma once

#include <memory>
#include <utility>

#include "actors/tracker.hpp"
#include "app/display.hpp"
#include "app/exit_code.hpp"
#include "app/session.hpp"
#include "app/verdict.hpp"

namespace muster::app {

/// Writes what `text_of(view, event)` makes of each event of `run`, and judges.
/// The end of a shard is left to the log unless it is `shown`. What it is given
/// outlives the bot's listeners.
template <class TextOf>
void listen(tracker& bot, scope whose, session& s,
            std::shared_ptr<verdict> judge, std::shared_ptr<display> out,
            bool shown, TextOf text_of) {
  auto show = [text_of, out, &s](const auto& event) {
    if (!out->write([&](progress_view& view) { return text_of(view, event); }))
      s.end(exit_fatal);
  };
  auto alone = whose == scope::node;
  bot.on(
      whose, [show](const chunking_progress& x) { show(x); },
      [show](const chunk_request_finished& x) { show(x); },
      [show, judge](const shard_finished_chunking& x) {
        show(x);
        judge->add(x);
      },
      [show, judge, &s](const finished_chunking& x) {
        show(x);
        judge->add(x, s);
      },
      [show, judge](const shard_ready& x) {
        show(x);
        judge->add(x);
      },
      [show](const shard_resumed& x) { show(x); },
      [show](const shard_moved& x) { show(x); },
      [show](const node_joined& x) { show(x); },
      [show](const node_left& x) { show(x); },
      [show](const events_missed& x) { show(x); },
      [show, shown, alone, &s](const shard_disconnected& x) {
        if (shown || x.next != next_step::none)
          show(x);
        if (alone)
          verdict::add(x, s);
      });
  // What is fatal to another process is not to this one.
  if (!alone)
    bot.on([&s](const shard_disconnected& x) { verdict::add(x, s); });
}

} // namespace muster::app
