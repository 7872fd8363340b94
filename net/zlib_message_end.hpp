#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace muster {

/// Tells where messages of a zlib stream end: with an empty block. They may
/// span several frames, of any size.
class zlib_message_end {
public:
  void pass(std::string_view bytes) {
    tail_.append(bytes.substr(
        bytes.size() - std::min<std::size_t>(bytes.size(), mark.size())));
    if (tail_.size() > mark.size())
      tail_.erase(0, tail_.size() - mark.size());
  }

  /// True once if what has passed ends a message.
  bool take() {
    if (tail_ != mark)
      return false;
    tail_.clear();
    return true;
  }

private:
  static constexpr std::string_view mark{"\0\0\xff\xff", 4};

  std::string tail_;
};

} // namespace muster
