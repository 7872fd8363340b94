#include "actors/parcel.hpp"

#include <exception>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "messages/internal/type_ids.hpp"

namespace muster {

parcel_bytes write_parcel(const peer_parcel& x) {
  parcel_bytes result;
  caf::execution_unit* nobody = nullptr; // no handles are in it
  caf::binary_serializer sink{nobody, result};
  if (auto error = sink(x))
    result.clear();
  return result;
}

bool read_parcel(const parcel_bytes& bytes, peer_parcel& out) {
  caf::execution_unit* nobody = nullptr;
  caf::binary_deserializer source{nobody, bytes};
  try {
    if (auto error = source(out))
      return false;
  } catch (const std::exception&) { // of a length that cannot be
    return false;
  }
  auto things =
      (out.members ? 1 : 0) + (out.event ? 1 : 0) + (out.answer ? 1 : 0);
  return things == 1 && source.remaining() == 0;
}

} // namespace muster
