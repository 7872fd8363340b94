#pragma once

#include <exception>
#include <string>

namespace muster {

/// Runs a step of what waits in the loop. What it throws, memory that ran out
/// or a sink that failed, ends this one connection or lookup: `broken` is
/// given a sentence about it (F1).
template <class Step, class Broken>
void guarded(Step&& step, Broken&& broken) {
  std::string what;
  try {
    step();
    return;
  } catch (const std::exception& x) {
    what = x.what();
  } catch (...) {
    what = "an unknown exception";
  }
  broken("it failed inside muster: " + what);
}

} // namespace muster
