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

/// Reads a size in bytes: "4096", "512K", "48M" (of 1024 and 1024 x 1024
/// bytes), up to 1 TiB.
std::optional<std::uint64_t> parse_size(std::string_view text);

/// Reads "10%", from 0% to 100%.
std::optional<std::uint32_t> parse_percent(std::string_view text);

/// The same as parse_size() reads it: "48M", "5000".
std::string to_size(std::uint64_t bytes);

/// Reads "0-3,7" as 0 1 2 3 7, sorted and without repeats.
std::optional<std::vector<std::uint32_t>> parse_indexes(std::string_view text);

/// Sorted numbers in short: "0-3, 7", of at most twelve runs: "..., and 40
/// more".
std::string to_ranges(const std::vector<std::uint32_t>& sorted);

/// "1,234,567".
std::string with_commas(std::uint64_t n);

/// The same as parse_duration() reads it: "60s", "250ms".
std::string to_option(std::chrono::nanoseconds x);

/// "850 ms", "4.2 s", "3 min 20 s".
std::string to_words(std::chrono::nanoseconds x);

} // namespace muster::app
