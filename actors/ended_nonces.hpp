#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/clock.hpp"

namespace muster {

/// Nonces of requests and attempts that have ended, so that their late chunks
/// are not taken for foreign ones (Q4). Pure.
class ended_nonces {
public:
  static constexpr timespan memory = std::chrono::minutes(5);
  static constexpr std::size_t capacity = 8192;

  /// `derived`: who goes on from a cut finds it out without being told (C6).
  void add(std::string nonce, time_point now, bool derived = false) {
    expire(now);
    auto [i, added] = until_.insert_or_assign(nonce, now + memory);
    order_.push_back({std::move(nonce), i->second, derived});
    while (until_.size() > capacity)
      drop_oldest();
  }

  bool contains(const std::string& nonce, time_point now) const {
    auto i = until_.find(nonce);
    return i != until_.end() && now < i->second;
  }

  /// Those that are not derived and live at `now`, oldest first.
  std::vector<std::string> underived(time_point now) const {
    std::vector<std::string> result;
    for (auto& x : order_)
      if (!x.derived && x.until > now)
        result.push_back(x.nonce);
    return result;
  }

  std::size_t size() const { return until_.size(); }

private:
  struct entry {
    std::string nonce;
    time_point until;
    bool derived;
  };

  void expire(time_point now) {
    while (!order_.empty() && order_.front().until <= now)
      drop_oldest();
  }

  void drop_oldest() {
    auto& x = order_.front();
    // A nonce that was added again lives on under its newer entry.
    if (auto i = until_.find(x.nonce);
        i != until_.end() && i->second == x.until)
      until_.erase(i);
    order_.pop_front();
  }

  std::deque<entry> order_;
  std::unordered_map<std::string, time_point> until_;
};

} // namespace muster
