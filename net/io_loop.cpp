#include "net/io_loop.hpp"

#include "net/io_context.hpp"

namespace muster {

io_loop::io_loop() : context_(std::make_shared<context>()) {
  // The thread borrows: stop() joins it before the context can go.
  context_->thread = std::thread{[io = &context_->io] { io->run(); }};
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

} // namespace muster
