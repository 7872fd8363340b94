#pragma once

/// @file
/// What keeps an actor alive whatever it is sent.
/// Threads: for an actor itself, as it begins.
/// Source: rule F1.

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <caf/scheduled_actor.hpp>

#include "messages/api.hpp"

namespace muster {

/// Messages that none of a bot's actors expected, over all of them.
using stray_counter = std::shared_ptr<std::atomic<std::uint64_t>>;

/// Sees to it that nobody else's answer, error or exit ends `self` (F1): such
/// messages are counted in `strays`, which may be null, and logged. What is
/// obeyed is an order to end that has no sender, and `exit_reason::kill`. An
/// exception of `self`'s own ends it with a line in the log. Call it in the
/// constructor, before handlers of the actor's own are set.
MUSTER_API void guard(caf::scheduled_actor* self, stray_counter strays);

/// What `x` says of itself, for a log line.
MUSTER_API std::string describe(const std::exception_ptr& x);

/// Logs that a function of the bot's has thrown, while it was called as
/// `what`; for code of the bot that muster calls (F1).
MUSTER_API void report_exception(const char* what, const std::exception_ptr& x);

/// `f`, which is the bot's, called as `what`: when it throws, `otherwise`
/// stands for its result.
template <class R, class... Ts>
std::function<R(Ts...)> guarded(const char* what, std::function<R(Ts...)> f,
                                R otherwise) {
  if (!f)
    return nullptr;
  return [what, f = std::move(f), otherwise](Ts... xs) -> R {
    try {
      return f(std::forward<Ts>(xs)...);
    } catch (...) {
      report_exception(what, std::current_exception());
      return otherwise;
    }
  };
}

} // namespace muster
