#pragma once

#include <string>
#include <string_view>

namespace muster::app {

/// The text of an options file, so that CLI11 reads what TOML means: it cuts a
/// value at each '#', passes over lines of one or two characters, and keeps the
/// backslashes of escapes. Without comments, one option a line.
///
/// A '#' amid an unquoted value is kept, as such a value can only be meant for
/// INI.
///
/// Source: https://toml.io/en/v1.0.0
std::string plain_config(std::string_view text);

} // namespace muster::app
