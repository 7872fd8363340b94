#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "messages/snowflake.hpp"

namespace muster {

/// What the head of a payload tells that was too large to be kept (F2).
struct payload_head {
  std::optional<std::uint64_t> sequence;
  /// Of the event; empty when the head does not tell. A view into the head.
  std::string_view name;
  /// The guild that it is about.
  std::optional<snowflake> guild;
};

/// Reads as much as there is. `text` may end anywhere and is followed by
/// frozen_buffer::padding readable bytes. Pure.
payload_head read_head(std::string_view text);

} // namespace muster
