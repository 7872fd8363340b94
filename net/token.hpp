#pragma once

/// @file
/// The bot token, which is not printed.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Reference > Authentication.

#include <optional>
#include <string>
#include <string_view>

#include "messages/api.hpp"

namespace muster {

/// A bot token. There is no way to print it: whoever needs its text calls
/// reveal(), which is easy to search for.
class MUSTER_API token {
public:
  token() = default;

  /// Skips a byte order mark, white space around and a leading "Bot ";
  /// nullopt for text that cannot be a token. `why`, if given, then receives
  /// what is wrong and how to mend it ("it is empty"), and nothing of the
  /// text itself.
  static std::optional<token> parse(std::string_view text,
                                    std::string* why = nullptr);

  /// For the Authorization header and for identify and resume only.
  const std::string& reveal() const { return text_; }

  /// Whether it is none.
  bool empty() const { return text_.empty(); }

private:
  std::string text_;
};

} // namespace muster
