#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/inflater.hpp"

namespace muster {

/// By zlib; as make_inflater() says.
std::unique_ptr<inflater> make_zlib_inflater(std::size_t max_payload,
                                             std::uint64_t limit);

} // namespace muster
