#include "actors/outgoing_line.hpp"

#include <algorithm>

#include "messages/errc.hpp"
#include "net/payload.hpp"

namespace muster {

void outgoing_line::begin() {
  window_.reset();
  window_free_ = never;
  writes_.clear();
}

caf::error outgoing_line::add(const gateway_command& x) {
  if (commands_.size() >= max_commands)
    return make_error(errc::queue_full);
  std::string text;
  if (auto error = encode_command(x, text))
    return error;
  commands_.push_back(std::move(text));
  return caf::none;
}

std::optional<outgoing_line::payload> outgoing_line::next(request_book& book,
                                                          time_point now) {
  window_free_ = never;
  if (auto free_at = window_.free_at(now); free_at > now) {
    if (book.queued() > 0 || !commands_.empty())
      window_free_ = free_at;
    return std::nullopt;
  }
  if (auto user = book.next(false, now))
    return send(*user, now);
  if (!commands_.empty()) {
    payload x{std::move(commands_.front()), 0, nullptr};
    commands_.pop_front();
    window_.record(now);
    return x;
  }
  if (auto startup = book.next(true, now))
    return send(*startup, now);
  return std::nullopt;
}

outgoing_line::payload outgoing_line::send(const request_entry& x,
                                           time_point now) {
  window_.record(now);
  // A nonce that goes out once more is written when the later one is.
  std::erase_if(writes_, [&](auto& w) { return w.attempt == x.attempt; });
  if (writes_.size() == max_unconfirmed)
    writes_.pop_front();
  writes_.push_back({++tickets_, x.attempt, x.request.guild_id});
  return {encode_request(x.request, x.attempt), tickets_, &x};
}

std::optional<time_point> outgoing_line::beat(time_point now) {
  if (auto free_at = window_.free_at(now, true); free_at > now)
    return free_at; // never the last straw
  window_.record(now, true);
  return std::nullopt;
}

std::optional<std::pair<std::string, snowflake>>
outgoing_line::written(std::uint64_t ticket) {
  auto i = std::find_if(writes_.begin(), writes_.end(),
                        [=](auto& w) { return w.ticket == ticket; });
  if (i == writes_.end())
    return std::nullopt;
  std::pair result{std::move(i->attempt), i->guild};
  writes_.erase(i);
  return result;
}

void outgoing_line::report(statistics& x, time_point now) const {
  auto window = window_;
  x.send_budget = window.budget(now);
  x.queued_commands = commands_.size();
}

} // namespace muster
