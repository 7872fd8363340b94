// What comes of a shard's connection.

#include <chrono>
#include <utility>

#include "actors/log.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"

namespace muster {

void shard::written(const payload_written& x) {
  auto write = link_.take(x);
  if (!write)
    return;
  auto& [attempt, guild] = *write;
  if (auto entry = book_.written(attempt, guild, now()))
    send(entry->collector,
         attempt_news{attempt, attempt_event::written, quiet_now()});
}

void shard::connecting() {
  early_.clear();
  if (!std::exchange(waits_, false))
    return;
  begins_ = true;
  save();
}

void shard::ask_identify() {
  // Generous, since the daily budget may have run out; a lost connection
  // makes the answer meaningless, which the link knows.
  request(cfg_.gate, std::chrono::minutes(26 * 60),
          identify_slot_request{cfg_.id})
      .then(
          [this, epoch = link_.epoch()](const identify_slot& x) {
            // This process may have stood still since (C7).
            if (x.until && now().time_since_epoch() > *x.until
                && link_.live(epoch) && !stopping_)
              ask_identify();
            else
              link_.grant_identify(epoch, now());
            settle();
          },
          [this, epoch = link_.epoch()](const caf::error& error) {
            if (link_.live(epoch) && !stopping_)
              no_leave_to_identify(error);
            settle();
          });
}

void shard::no_leave_to_identify(const caf::error& error) {
  log().warn("shard {}: no leave to identify: {}", cfg_.id.index,
             sentence_of(error));
  if (error == caf::sec::request_timeout)
    ask_identify();
  else
    link_.session().identify_refused(now());
}

void shard::locate() {
  send(cfg_.supervisor, locate_gateway_request{cfg_.id});
}

void shard::disconnected(session_action::disconnected& x) {
  auto event = stamped<shard_disconnected>();
  if (x.code != 0)
    event.code = x.code;
  event.next = x.next;
  event.reason = std::move(x.reason);
  if (event.next != next_step::none) // the end has a line of its own
    log().log(x.in_vain ? log_level::warn : log_level::info,
              "shard {}: disconnected, {}; next: {}", cfg_.id.index,
              event.reason, to_string(event.next));
  tell(std::move(event));
  update_quiet_clock();
  // What failed to connect was ended by nothing that is asked for.
  if (!x.in_vain && x.next != next_step::none && !stopping_)
    look_for_poison();
}

void shard::failed(const std::string& reason) {
  log().error("shard {}: ended, {}", cfg_.id.index, reason);
  // The process is unfit, not the shard (C5): it is left as it was.
  failed_ = true;
  hand_over();
  if (cfg_.keeps)
    request(cfg_.keeper, caf::infinite, save_cut{last_cut_, {}})
        .then([](const cut_saved&) {}, [](const caf::error&) {});
  for (auto& nonce : book_.all())
    finish_request(nonce, outcome::session_lost);
}

void shard::update_reading() {
  for (auto& x : subscribers_.take_idle())
    demonitor(x);
  do
    link_.stop_reading(subscribers_.overfull(), now());
  while (link_.read_kept(now()));
}

void shard::update_quiet_clock() {
  if (link_.hears())
    quiet_.resume(now());
  else
    quiet_.pause(now());
}

} // namespace muster
