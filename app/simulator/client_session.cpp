#include "app/simulator/client_session.hpp"

#include <utility>

namespace muster::sim {

namespace {

std::size_t kept_bytes(const session_event& x) {
  const auto* e = std::get_if<text_event>(&x.what);
  return e != nullptr ? e->data.size() : 0;
}

} // namespace

client_session::client_session(const options& opts, std::string id,
                               const identify_request& wish)
    : to_come(opts), id_(std::move(id)), wish_(wish),
      max_count_(opts.replay_count), max_bytes_(opts.replay_bytes) {}

void client_session::push(session_event x, std::uint64_t unsent) {
  bytes_ += kept_bytes(x);
  log_.push_back(std::move(x));
  while (first_ < unsent && (log_.size() > max_count_ || bytes_ > max_bytes_)) {
    bytes_ -= kept_bytes(log_.front());
    log_.pop_front();
    ++first_;
  }
}

session_event* client_session::find(std::uint64_t seq) {
  if (seq < first_ || seq > last_seq())
    return nullptr;
  return &log_[seq - first_];
}

} // namespace muster::sim
