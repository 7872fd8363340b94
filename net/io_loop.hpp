#pragma once

#include <functional>
#include <memory>

namespace muster {

/// The thread that does all network I/O. Connections and the factories of
/// connections and lookups keep its context alive; what waits in it does not
/// and goes with it. The thread ends with stop() or the destructor, which must
/// not run on it.
class io_loop {
public:
  struct context; // defined in net/io_context.hpp, for units that see Asio

  /// Told on the thread of what a connection or lookup did not catch itself;
  /// must not throw.
  using fault_handler = std::function<void(const char* what)>;

  /// No exception ends the thread (F1): what it concerns runs into its
  /// timeouts, all else goes on.
  explicit io_loop(fault_handler on_fault = {});
  ~io_loop();

  io_loop(const io_loop&) = delete;
  io_loop& operator=(const io_loop&) = delete;

  /// Stops and joins the thread; no callback runs after it returns.
  void stop();

  /// Calls what it is given on the thread, unless that has ended by then. May
  /// outlive this object.
  std::function<void(std::function<void()>)> poster() const;

  const std::shared_ptr<context>& shared() const { return context_; }

private:
  std::shared_ptr<context> context_;
};

} // namespace muster
