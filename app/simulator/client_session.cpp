#include "app/simulator/session.hpp"

#include <utility>

namespace muster::sim {

namespace {

std::size_t kept_bytes(const dispatch& x) {
  const auto* e = std::get_if<event>(&x.what);
  return e != nullptr ? e->data.size() : 0;
}

} // namespace

session::session(const options& opts, std::string id, shard_id shard,
                 std::uint32_t intents, std::uint32_t large_threshold)
    : to_come(opts), id_(std::move(id)), shard_(shard), intents_(intents),
      large_threshold_(large_threshold), max_count_(opts.replay_count),
      max_bytes_(opts.replay_bytes) {}

void session::push(dispatch x, std::uint64_t unsent) {
  bytes_ += kept_bytes(x);
  log_.push_back(std::move(x));
  while (first_ < unsent && (log_.size() > max_count_ || bytes_ > max_bytes_)) {
    bytes_ -= kept_bytes(log_.front());
    log_.pop_front();
    ++first_;
  }
}

dispatch* session::find(std::uint64_t seq) {
  if (seq < first_ || seq > last_seq())
    return nullptr;
  return &log_[seq - first_];
}

} // namespace muster::sim
