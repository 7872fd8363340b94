#pragma once

/// @file
/// What may be missing.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: CAF > optional.

#include <caf/optional.hpp>

namespace muster {

/// An optional value that CAF 0.17 can send; here alone, since CAF 1.x takes
/// std::optional instead.
template <class T>
using optional = caf::optional<T>;

} // namespace muster
