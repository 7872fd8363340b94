// How far the startup of a shard is.

#include <algorithm>
#include <utility>

#include "actors/shard.hpp"

namespace muster {

void shard::check_startup() {
  // The E1s of requests that are ending come first (E4).
  if (stopping_ || failed_ || book_.ending() > 0)
    return;
  auto result = startup_.take_result(quiet_now());
  if (!result)
    return;
  report_progress(true);
  shard_settled x{cfg_.id, cfg_.start_id, result->guilds, result->members, {}};
  if (result->with_event) {
    auto event = stamped<shard_finished_chunking>();
    event.incomplete_guild_ids = std::move(result->incomplete);
    event.missed_guild_ids = std::move(result->missed);
    event.unavailable_guild_ids = std::move(result->unavailable);
    x.event = std::move(event);
  }
  record(std::move(x));
}

void shard::report_progress(bool at_once) {
  if (!startup_.began()) {
    pace_.rest(); // READY sets it
    return;
  }
  if (!at_once) {
    if (startup_.finished())
      pace_.rest(); // the last word has been said
    if (now() < pace_.due())
      return;
  }
  pace_.told(now());
  send(cfg_.supervisor, progress());
}

shard_progress shard::progress() {
  shard_progress x;
  x.shard = cfg_.id;
  auto& figures = x.figures;
  figures.start_id = cfg_.start_id;
  startup_.report(figures);
  figures.members += book_.members_in_flight();
  auto on_wire = book_.guilds_in_flight();
  figures.guilds_in_flight = static_cast<std::uint64_t>(
      std::count_if(on_wire.begin(), on_wire.end(),
                    [this](auto id) { return startup_.counts(id); }));
  figures.guilds_queued = startup_.pending() - figures.guilds_in_flight;
  x.all_created = startup_.awaiting() == 0;
  x.least_left = link_.line().least_time(figures.guilds_queued, now());
  if (figures.guilds_in_flight == 0 && figures.guilds_queued > 0)
    figures.send_wait = link_.line().wait(now());
  return x;
}

} // namespace muster
