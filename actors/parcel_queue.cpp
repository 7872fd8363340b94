#include "actors/parcel_queue.hpp"

#include <algorithm>
#include <utility>

namespace muster {

peer_piece parcel_queue::cut(std::size_t size) {
  peer_piece x;
  x.bytes.assign(bytes_.data() + gone_, size);
  gone_ += size;
  x.more = gone_ < bytes_.size();
  if (!x.more) {
    parcel_bytes{}.swap(bytes_); // it may have been large
    gone_ = 0;
    items_.pop_front();
  }
  return x;
}

bool parcel_queue::drop_parcels() {
  parcel_bytes{}.swap(bytes_);
  gone_ = 0;
  return std::erase_if(
             items_,
             [](auto& x) { return std::holds_alternative<peer_parcel>(x); })
         > 0;
}

std::optional<parcel_queue::outgoing> parcel_queue::next(std::size_t may) {
  while (!items_.empty()) {
    if (auto x = std::get_if<small>(&items_.front())) {
      outgoing result{std::move(*x)};
      items_.pop_front();
      return result;
    }
    if (may == 0)
      return std::nullopt; // nor is it written yet
    if (bytes_.empty())
      bytes_ = write_parcel(std::get<peer_parcel>(items_.front()));
    if (bytes_.empty() || bytes_.size() > largest_) {
      ++dropped_;
      parcel_bytes{}.swap(bytes_);
      items_.pop_front();
      continue;
    }
    auto size = std::min(bytes_.size() - gone_, piece_size);
    if (size > may)
      return std::nullopt;
    return outgoing{cut(size)};
  }
  return std::nullopt;
}

} // namespace muster
