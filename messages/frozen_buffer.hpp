#pragma once

/// @file
/// Bytes that many share.
/// Threads: copies may be read by any at the same time.
/// Source: rules B1, B2.

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>

#include "messages/api.hpp"

namespace muster {

/// Immutable bytes that many readers share inside a process and that travel
/// as plain bytes between nodes (B2). Copying shares; slicing shares.
/// Thread-safe to read. At least `padding` readable bytes follow the last
/// one, so that a JSON parser may read past the end without a copy.
class MUSTER_API frozen_buffer {
public:
  /// Readable bytes behind the last one.
  static constexpr std::size_t padding = 64;

  frozen_buffer() = default;

  /// Copies `text`.
  explicit frozen_buffer(std::string_view text);

  /// Shares `data`, of which `size + padding` bytes are readable and which is
  /// part of a block of `held` bytes.
  frozen_buffer(std::shared_ptr<const char> data, std::size_t size,
                std::size_t held)
      : data_(std::move(data)), size_(size), held_(held) {}

  /// Valid as long as any copy of this lives.
  std::string_view view() const { return {data_.get(), size_}; }
  /// In bytes.
  std::size_t size() const { return size_; }
  /// Whether there is none.
  bool empty() const { return size_ == 0; }

  /// The part that `part`, a view into this buffer, shows. Shares the bytes.
  frozen_buffer slice(std::string_view part) const;

  /// The bytes that this keeps in memory: those of the block it is a part of.
  std::size_t held() const { return held_; }

  /// The same bytes; `lease` lives as long as any copy of the result does.
  frozen_buffer with_lease(std::shared_ptr<void> lease) const;

  friend bool operator==(const frozen_buffer& a, const frozen_buffer& b) {
    return a.view() == b.view();
  }

private:
  std::shared_ptr<const char> data_;
  std::size_t size_ = 0;
  std::size_t held_ = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, frozen_buffer& x) {
  if constexpr (Inspector::writes_state) {
    std::string bytes;
    auto load = caf::meta::load_callback([&]() -> caf::error {
      x = frozen_buffer{bytes};
      return caf::none;
    });
    return f(caf::meta::type_name("frozen_buffer"), bytes, load);
  } else if constexpr (std::is_void_v<typename Inspector::result_type>) {
    auto size = x.size(); // for people: bulk does not belong in a log
    return f(caf::meta::type_name("frozen_buffer"), size);
  } else {
    std::string bytes{x.view()};
    return f(caf::meta::type_name("frozen_buffer"), bytes);
  }
}

} // namespace muster
