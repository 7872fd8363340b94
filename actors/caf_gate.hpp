#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include <caf/io/network/multiplexer.hpp>

namespace muster {

/// What the I/O thread may do in CAF's own, until it is closed: CAF ends
/// before that thread does. Thread-safe.
class caf_gate {
public:
  explicit caf_gate(caf::io::network::multiplexer& x) : multiplexer_(&x) {}

  void close() {
    std::lock_guard guard{mutex_};
    multiplexer_ = nullptr;
  }

  /// Calls `f(caf::io::network::multiplexer&)` on the multiplexer's thread.
  template <class F>
  void post(F f) {
    std::lock_guard guard{mutex_};
    if (auto x = multiplexer_)
      x->post([x, f = std::move(f)]() mutable { f(*x); });
  }

  /// Calls `f()` here and now.
  template <class F>
  void pass(F f) {
    std::lock_guard guard{mutex_};
    if (multiplexer_ != nullptr)
      f();
  }

private:
  std::mutex mutex_;
  caf::io::network::multiplexer* multiplexer_;
};

} // namespace muster
