#pragma once

#include <string_view>

namespace muster::app {

/// Writes to stdout at once; what one call writes stays together. False if
/// that fails (the disk is full, say) or has failed before; the first failure
/// is told on stderr. Thread-safe.
bool write_out(std::string_view text);

/// Makes writing to a pipe that nobody reads an error like any other, and
/// opens /dev/null in place of standard streams that the program was started
/// without: their numbers would go to sockets, which then got what is meant
/// for people. Writing to such a stdout fails. To be called first of all.
void hold_standard_streams();

} // namespace muster::app
