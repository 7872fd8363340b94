#include "actors/parcel_reader.hpp"

namespace muster {

parcel_reader::verdict parcel_reader::take(const peer_piece& x,
                                           peer_parcel& out) {
  if (x.bytes.empty() || x.bytes.size() > piece_size
      || bytes_.size() + x.bytes.size() > largest_) {
    clear();
    return verdict::wrong;
  }
  bytes_.insert(bytes_.end(), x.bytes.begin(), x.bytes.end());
  if (x.more)
    return verdict::goes_on;
  auto all = std::exchange(bytes_, {});
  return read_parcel(all, out) ? verdict::complete : verdict::wrong;
}

} // namespace muster
