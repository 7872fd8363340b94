#pragma once

#include <cstddef>
#include <utility>
#include <variant>
#include <vector>

#include "net/event_data.hpp"

namespace muster {

/// News of guilds that have come before the READY they belong to; the views in
/// them are void (S4). Pure.
class early_news {
public:
  using news = std::variant<guild_create, guild_delete>;

  /// More is not kept: twice as much as a shard has guilds.
  static constexpr std::size_t limit = 5000;

  /// False if that is too much.
  bool keep(news x) {
    if (kept_.size() >= limit)
      return false;
    kept_.push_back(std::move(x));
    return true;
  }

  std::vector<news> take() { return std::exchange(kept_, {}); }
  void clear() { kept_.clear(); }

private:
  std::vector<news> kept_;
};

} // namespace muster
