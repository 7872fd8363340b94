#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace muster::app {

/// Reads "5s", "250ms", "2m" or "1h", fractions allowed; a number without a
/// unit is none.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// Reads "0-3,7" as 0 1 2 3 7, sorted and without repeats.
std::optional<std::vector<std::uint32_t>> parse_indexes(std::string_view text);

/// "1,234,567".
std::string with_commas(std::uint64_t n);

/// The same as parse_duration() reads it: "60s", "250ms".
std::string to_option(std::chrono::nanoseconds x);

/// "850 ms", "4.2 s", "3 min 20 s".
std::string to_words(std::chrono::nanoseconds x);

} // namespace muster::app
