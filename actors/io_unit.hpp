#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include <caf/execution_unit.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/resumable.hpp>

#include "messages/internal/actors.hpp"
#include "net/clock.hpp"

namespace muster {

/// Marks the actors that may run on an io_unit: what they do for a message is
/// short and never blocks.
class runs_on_io {
public:
  virtual ~runs_on_io() = default;
};

/// Lets a shard, and the requests that it tells of something, run on the thread
/// that has read the frame: the bytes are in that processor's cache, and nobody
/// has to be woken. All other actors that they send to run where they always
/// do. Enters from the thread that has called bind(); until then, and from
/// elsewhere, it only passes on.
class io_unit final : public caf::execution_unit {
public:
  explicit io_unit(caf::actor_system& sys);

  /// This is the thread to run on.
  void bind() { thread_ = std::this_thread::get_id(); }

  /// Puts `what` into the shard's mailbox, which is a frame of `size` bytes,
  /// `packed` if they are compressed. Runs the shard if it was idle and that
  /// does not keep the other connections of the thread waiting.
  void deliver(const shard_internal_actor& to, caf::mailbox_element_ptr what,
               std::size_t size, bool packed);

  /// Of the actors that it runs; of others a job goes to the scheduler.
  /// Callable from any thread.
  void exec_later(caf::resumable* job) override;

private:
  bool runs_here(const shard_internal_actor& to, std::size_t size, bool packed);
  void run();
  void stop_running();

  std::atomic<std::thread::id> thread_{};
  std::vector<caf::resumable*> jobs_;
  /// Of these, the first that has not run.
  std::size_t next_ = 0;
  bool running_ = false;
  /// Whose long frame came last, and when another's did.
  caf::actor_id busy_ = caf::invalid_actor_id;
  time_point other_{};
};

} // namespace muster
