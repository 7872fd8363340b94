#pragma once

#include <caf/optional.hpp>

namespace muster {

/// An optional value that CAF 0.17 can send; here alone, since CAF 1.x takes
/// std::optional instead.
template <class T>
using optional = caf::optional<T>;

} // namespace muster
