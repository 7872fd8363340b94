#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "messages/snowflake.hpp"

// What the raw JSON text of one value says, for who reads payloads, members
// and presences. What can be understood is: a number may stand in a string, an
// integer may be written with a fraction of zero, a truth value as 0 or 1 (F2).

namespace muster {

/// Without white space at its end.
std::string_view trim(std::string_view raw);

bool is_array(std::string_view raw);
bool is_object(std::string_view raw);

/// The decoded string as UTF-8, none if it is not one. What is not UTF-8, half
/// a surrogate pair and unknown escapes become U+FFFD each; control characters
/// that should have been escaped stay what they are.
std::optional<std::string> text_of(std::string_view raw);

/// The same without a copy where nothing is to be decoded: the text lies in
/// `raw` then, else in `scratch`.
std::optional<std::string_view> text_of(std::string_view raw,
                                        std::string& scratch);

/// From a string or a number; zero if it is neither.
snowflake id_of(std::string_view raw);

/// None if it is no integer or beyond T, which is std::int64_t or
/// std::uint64_t.
template <class T>
std::optional<T> integer_of(std::string_view raw);

/// Finite, or none.
std::optional<double> number_of(std::string_view raw);

std::optional<bool> truth_of(std::string_view raw);

} // namespace muster
