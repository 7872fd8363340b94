#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "net/clock.hpp"

namespace muster {

/// Which addresses of a host to try when, so that one that is dead costs a
/// moment only. The families take turns, the next address is tried after
/// `stagger` or once one has failed, and who connects first wins. Pure; not
/// thread-safe. Source: RFC 8305, "Happy Eyeballs".
class address_race {
public:
  static constexpr timespan stagger = std::chrono::milliseconds(250);
  /// A name's further addresses are not tried.
  static constexpr std::size_t max_addresses = 32;

  address_race() = default;

  /// Tells of each address, in the resolver's order, whether it is IPv6.
  explicit address_race(const std::vector<bool>& is_v6);

  /// The index of an address to be tried now, if it is time for one. Asked
  /// again until it gives none.
  std::optional<std::size_t> next(time_point now);

  /// One attempt has failed.
  void failed();

  /// All have failed.
  bool lost() const { return under_way_ == 0 && left() == 0; }

  /// When to ask for the next; `never` when there is none.
  time_point due() const { return left() == 0 ? never : due_; }

private:
  std::size_t left() const { return order_.size() - begun_; }

  std::vector<std::size_t> order_;
  std::size_t begun_ = 0;
  std::size_t under_way_ = 0;
  time_point due_{};
};

} // namespace muster
