#pragma once

namespace muster::app {

// Of the program; a promise to scripts.
constexpr int exit_complete = 0;
constexpr int exit_fatal = 1;
constexpr int exit_usage = 2;
/// Some guild is incomplete, missed or unavailable; some request is not
/// complete.
constexpr int exit_partial = 3;
constexpr int exit_interrupted = 130; // 128 + SIGINT
constexpr int exit_terminated = 143;  // 128 + SIGTERM

} // namespace muster::app
