#pragma once

/// @file
/// Ids.
/// Threads: values; each for one thread at a time, copies are independent.
/// Source: Reference > Snowflakes.

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <caf/meta/type_name.hpp>

#include "messages/api.hpp"

namespace muster {

/// Discord's 64-bit id of a guild, a user or anything else. Zero is no id.
/// Source: Reference > Snowflakes.
struct snowflake {
  /// The number; a string in JSON.
  std::uint64_t value = 0;

  constexpr snowflake() = default;
  /// Of this number.
  constexpr explicit snowflake(std::uint64_t v) : value(v) {}

  /// By number, which is by age.
  auto operator<=>(const snowflake&) const = default;
};

/// The decimal text that Discord uses for ids in JSON.
MUSTER_API std::string to_string(snowflake id);

/// Reads decimal digits and nothing else; no sign, no space, no zero, no
/// overflow. Any other text is no snowflake and gives nullopt.
MUSTER_API std::optional<snowflake> parse_snowflake(std::string_view text);

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, snowflake& x) {
  return f(caf::meta::type_name("snowflake"), x.value);
}

} // namespace muster

/// @cond STD
template <>
struct std::hash<muster::snowflake> {
  std::size_t operator()(muster::snowflake id) const noexcept {
    // The low 22 bits are a sequence number, so mix before bucketing.
    return static_cast<std::size_t>((id.value ^ (id.value >> 22))
                                    * 0x9E3779B97F4A7C15ull);
  }
};
/// @endcond
