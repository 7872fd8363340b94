#include <algorithm>
#include <utility>

#include "net/frame_reader.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

using kind = frame_reader::kind;

/// All that is told, in one text. Of a message that turns out to be no text
/// more or less has been told by then.
std::string told(std::string_view bytes, std::size_t step, bool placed) {
  frame_reader x;
  std::string result;
  std::string message; // that has not ended
  while (!bytes.empty()) {
    // A copy of its own, so that reading beyond it is seen.
    std::string copy{bytes.substr(0, step)};
    copy.shrink_to_fit();
    bytes.remove_prefix(copy.size());
    std::string_view part = copy;
    for (;;) {
      auto n = static_cast<std::size_t>(
          std::min<std::uint64_t>(x.expected(), part.size()));
      frame_reader::result event;
      if (placed && n > 0) {
        event = x.took(part.substr(0, n));
        part.remove_prefix(n);
      } else {
        event = x.next(part);
      }
      if (event.kind == kind::more)
        break;
      if (event.kind == kind::piece) {
        message += event.bytes;
        if (event.done)
          result += std::exchange(message, {}) + (x.binary() ? "|b|" : "|t|");
        continue;
      }
      expect(event.bytes.size() <= 125, "a control frame is small");
      result += std::to_string(static_cast<int>(event.kind))
                + std::to_string(event.code) + std::string{event.bytes};
      expect((event.kind == kind::failed) == (event.fault != nullptr),
             "a failure says what is wrong");
      if (event.kind != kind::ping)
        return result;
    }
    expect(part.empty(), "more is wanted only when all has been taken");
  }
  return result + message;
}

} // namespace

void fuzz_frames(std::string_view bytes) {
  auto whole = told(bytes, bytes.size(), false);
  expect(told(bytes, 1, false) == whole, "the portions make no difference");
  expect(told(bytes, 5, true) == whole, "nor who brings them to their place");
}

} // namespace muster::fuzz
