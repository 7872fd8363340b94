#include "net/io_loop.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

#include "net/io_context.hpp"

namespace muster {

namespace {

/// Runs `io` to its end, whatever is thrown on the way.
void run(boost::asio::io_context& io, const io_loop::fault_handler& on_fault) {
  for (;;)
    try {
      io.run();
      return;
    } catch (const std::exception& x) {
      if (on_fault)
        on_fault(x.what());
    } catch (...) {
      if (on_fault)
        on_fault("an unknown exception");
    }
}

} // namespace

io_loop::io_loop(fault_handler on_fault)
    : context_(std::make_shared<context>()) {
  // The thread borrows: stop() joins it before the context can go.
  context_->thread =
      std::thread{[io = &context_->io, on_fault = std::move(on_fault)] {
        run(*io, on_fault);
      }};
}

io_loop::~io_loop() {
  stop();
}

void io_loop::stop() {
  context_->work.reset();
  context_->io.stop();
  if (context_->thread.joinable())
    context_->thread.join();
}

std::function<void(std::function<void()>)> io_loop::poster() const {
  return [context = context_](std::function<void()> f) {
    boost::asio::post(context->io, std::move(f));
  };
}

} // namespace muster
