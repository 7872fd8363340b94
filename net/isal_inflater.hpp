#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/inflater.hpp"

namespace muster {

/// For zlib streams, by ISA-L, which takes a third of zlib's time for large
/// messages; as make_inflater() says. Null where muster was built without it.
std::unique_ptr<inflater> make_isal_inflater(std::size_t max_payload,
                                             std::uint64_t limit);

} // namespace muster
