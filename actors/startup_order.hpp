#pragma once

#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>

#include "messages/settings.hpp"
#include "messages/snowflake.hpp"

namespace muster {

/// Which guilds the startup asks for, and in which order (S7). Pure, but for
/// the bot's own filter.
class startup_order {
public:
  explicit startup_order(const settings& cfg)
      : only_(cfg.only_guilds.begin(), cfg.only_guilds.end()),
        filter_(cfg.guild_filter) {
    for (auto id : cfg.pinned_guilds)
      pinned_.emplace(id, pinned_.size());
  }

  /// True if it may be asked for, as far as its id tells.
  bool wanted(snowflake id) const {
    return only_.empty() || only_.count(id) != 0;
  }

  /// The same when it has been created.
  bool wanted(snowflake id, std::uint64_t member_count) const {
    return wanted(id) && (!filter_ || filter_(id, member_count));
  }

  /// Lower goes first: those that are pinned, then small ones.
  std::uint64_t rank_of(snowflake id, std::uint64_t member_count) const {
    if (auto i = pinned_.find(id); i != pinned_.end())
      return i->second;
    return (std::uint64_t{1} << 32) + member_count;
  }

private:
  std::unordered_map<snowflake, std::uint64_t> pinned_;
  std::unordered_set<snowflake> only_;
  std::function<bool(snowflake, std::uint64_t)> filter_;
};

} // namespace muster
