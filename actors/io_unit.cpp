#include "actors/io_unit.hpp"

#include <utility>

#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

namespace muster {

namespace {

/// Compressed bytes that may be unpacked here whoever else is waiting, which
/// takes a tenth of a millisecond, and when nobody is.
constexpr std::size_t short_frame = std::size_t{16} << 10;
constexpr std::size_t long_frame = std::size_t{256} << 10;

/// After another connection's long frame.
constexpr auto company_time = std::chrono::milliseconds(100);

/// Messages of one actor in a row; the rest is for the scheduler.
constexpr std::size_t max_throughput = 16;

/// What waits here; a shard seldom tells more requests at a time.
constexpr std::size_t max_jobs = 64;

} // namespace

io_unit::io_unit(caf::actor_system& sys) : caf::execution_unit(&sys) {
  jobs_.reserve(max_jobs); // nothing that runs may fail to be kept
}

bool io_unit::runs_here(const shard_internal_actor& to, std::size_t size,
                        bool packed) {
  if (thread_.load(std::memory_order_relaxed) != std::this_thread::get_id())
    return false;
  if (!packed || size <= short_frame)
    return true;
  auto now = system().clock().now();
  // Several that unpack much are better off with a processor each.
  if (auto last = std::exchange(busy_, to.id()); last != busy_)
    other_ = last == caf::invalid_actor_id ? time_point{} : now;
  return size <= long_frame
         && (other_ == time_point{} || now - other_ > company_time);
}

void io_unit::deliver(const shard_internal_actor& to,
                      caf::mailbox_element_ptr what, std::size_t size,
                      bool packed) {
  auto actor = caf::actor_cast<caf::abstract_actor*>(to);
  if (!runs_here(to, size, packed)) {
    actor->enqueue(std::move(what), nullptr);
    return;
  }
  if (running_) { // one of its actors has made it happen
    actor->enqueue(std::move(what), this);
    return;
  }
  struct turn {
    explicit turn(io_unit& x) : unit(x) { unit.running_ = true; }
    ~turn() { unit.stop_running(); } // whatever is thrown
    io_unit& unit;
  } here{*this};
  actor->enqueue(std::move(what), this);
  run();
}

void io_unit::run() {
  // As caf::scheduler::worker does.
  while (next_ < jobs_.size()) {
    auto job = jobs_[next_++];
    switch (job->resume(this, max_throughput)) {
    case caf::resumable::resume_later:
      system().scheduler().enqueue(job);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
    case caf::resumable::shutdown_execution_unit:
      caf::intrusive_ptr_release(job);
      break;
    }
  }
}

void io_unit::stop_running() {
  running_ = false;
  while (next_ < jobs_.size()) // after an exception only
    system().scheduler().enqueue(jobs_[next_++]);
  jobs_.clear();
  next_ = 0;
}

void io_unit::exec_later(caf::resumable* job) {
  // The first of these holds for the second to be looked at: an actor that
  // ends may send from any thread.
  if (thread_.load(std::memory_order_relaxed) == std::this_thread::get_id()
      && running_ && jobs_.size() < jobs_.capacity()
      && dynamic_cast<runs_on_io*>(job) != nullptr)
    jobs_.push_back(job);
  else
    system().scheduler().enqueue(job);
}

} // namespace muster
