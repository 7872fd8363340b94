#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/ended_call.hpp"
#include "net/clock.hpp"

namespace muster {

/// How a nonce came to be used up.
struct nonce_past {
  /// Who goes on from a cut finds it out without being told (C6).
  bool derived = false;
  /// By an owner before, which may have died before it could save more.
  bool restored = false;
  /// The E1 has been told here.
  bool told = false;
};

/// Nonces of requests and attempts that have ended, so that their late chunks
/// are not taken for foreign ones (Q4), and what those that were called ended
/// with (C12). Pure.
class ended_nonces {
public:
  static constexpr timespan memory = std::chrono::minutes(5);
  static constexpr std::size_t capacity = 8192;

  void add(std::string nonce, time_point now, nonce_past from = {},
           std::shared_ptr<const ended_call> call = nullptr) {
    expire(now);
    auto until = now + memory;
    if (auto i = until_.find(nonce); i != until_.end() && !call)
      call = i->second.call;
    until_.insert_or_assign(nonce, known{until, call, from});
    order_.push_back(
        {{std::move(nonce), std::move(call)}, until, from.derived});
    while (until_.size() > capacity)
      drop_oldest();
  }

  /// Forgets those whose time is over.
  void expire(time_point now) {
    while (!order_.empty() && order_.front().until <= now)
      drop_oldest();
  }

  bool contains(const std::string& nonce, time_point now) const {
    auto i = until_.find(nonce);
    return i != until_.end() && now < i->second.until;
  }

  /// An owner before has left it, and no call's end with it.
  bool is_doubtful(const std::string& nonce, time_point now) const {
    auto i = until_.find(nonce);
    return i != until_.end() && now < i->second.until && i->second.from.restored
           && !i->second.call;
  }
  bool is_told(const std::string& nonce) const {
    auto i = until_.find(nonce);
    return i != until_.end() && i->second.from.told;
  }

  /// What the call of this number ended with; null if that is not known.
  const chunk_request_finished*
  end_of(const std::string& nonce, std::uint64_t call, time_point now) const {
    auto i = until_.find(nonce);
    auto known = i != until_.end() && now < i->second.until && i->second.call;
    return known && i->second.call->number == call ? &i->second.call->end
                                                   : nullptr;
  }

  /// Those that are not derived and live at `now`, oldest first.
  std::vector<std::string> underived(time_point now) const {
    std::vector<std::string> result;
    for (auto& x : order_)
      if (!x.derived && x.until > now)
        result.push_back(x.ended.nonce);
    return result;
  }

  /// The same, with what they ended with.
  std::vector<ended_nonce> to_save(time_point now) const {
    std::vector<ended_nonce> result;
    for (auto& x : order_)
      if (!x.derived && x.until > now)
        result.push_back(x.ended);
    return result;
  }

  std::size_t size() const { return until_.size(); }

private:
  struct entry {
    ended_nonce ended;
    time_point until;
    bool derived;
  };

  struct known {
    time_point until;
    std::shared_ptr<const ended_call> call;
    nonce_past from;
  };

  void drop_oldest() {
    auto& x = order_.front();
    // A nonce that was added again lives on under its newer entry.
    if (auto i = until_.find(x.ended.nonce);
        i != until_.end() && i->second.until == x.until)
      until_.erase(i);
    order_.pop_front();
  }

  std::deque<entry> order_;
  std::unordered_map<std::string, known> until_;
};

} // namespace muster
