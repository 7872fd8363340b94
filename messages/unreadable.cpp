#include "messages/unreadable.hpp"

#include <atomic>

namespace muster {

namespace {

std::atomic<unreadable_handler> handler{nullptr};

} // namespace

void set_unreadable_handler(unreadable_handler f) noexcept {
  handler = f;
}

void tell_unreadable(const unreadable_entries& x) noexcept {
  if (x.count == 0)
    return;
  if (auto f = handler.load())
    f(x);
}

} // namespace muster
