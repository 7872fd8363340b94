#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "actors/cut_reading.hpp"
#include "messages/snowflake.hpp"
#include "net/clock.hpp"

namespace muster {

/// The fields of a text of this format, which is its first.
cut_reading unpack_cut(std::string_view text, std::uint64_t format,
                       nlohmann::json& out);

/// Walks over the fields of an array. What is not there, or of another type,
/// makes the whole damaged.
class cut_fields {
public:
  explicit cut_fields(const nlohmann::json& from, std::size_t at = 0)
      : from_(from), next_(at) {}

  std::uint64_t number() {
    auto x = take();
    return x != nullptr && x->is_number_unsigned() ? x->get<std::uint64_t>()
                                                   : bad(std::uint64_t{0});
  }
  std::uint32_t small() {
    auto x = number();
    return x <= UINT32_MAX ? static_cast<std::uint32_t>(x)
                           : bad(std::uint32_t{0});
  }
  std::int32_t count() {
    auto x = number();
    return x <= INT32_MAX ? static_cast<std::int32_t>(x) : bad(0);
  }
  bool flag() {
    auto x = take();
    return x != nullptr && x->is_boolean() ? x->get<bool>() : bad(false);
  }
  std::string text() {
    auto x = take();
    return x != nullptr && x->is_string() ? x->get<std::string>()
                                          : bad(std::string{});
  }
  const nlohmann::json& list() {
    static const nlohmann::json none = nlohmann::json::array();
    auto x = take();
    return x != nullptr && x->is_array() ? *x : (good_ = false, none);
  }
  std::vector<snowflake> ids() {
    std::vector<snowflake> result;
    auto& all = list();
    cut_fields each{all};
    while (each.more())
      result.push_back(snowflake{each.number()});
    good_ = good_ && each.good();
    return result;
  }
  std::vector<std::string> texts() {
    std::vector<std::string> result;
    auto& all = list();
    cut_fields each{all};
    while (each.more())
      result.push_back(each.text());
    good_ = good_ && each.good();
    return result;
  }
  /// Milliseconds; no wait is longer than a day.
  timespan time() {
    constexpr std::uint64_t longest = std::uint64_t{1000} * 60 * 60 * 24;
    return std::chrono::milliseconds(
        static_cast<std::int64_t>(std::min(number(), longest)));
  }
  bool more() const { return good_ && next_ < from_.size(); }
  /// Everything was as it should be, so far.
  bool good() const { return good_; }
  void note(bool good) { good_ = good_ && good; }

private:
  const nlohmann::json* take() {
    return from_.is_array() && next_ < from_.size() ? &from_[next_++] : nullptr;
  }
  template <class T>
  T bad(T x) {
    good_ = false;
    return x;
  }

  const nlohmann::json& from_;
  std::size_t next_;
  bool good_ = true;
};

/// What time() reads.
inline std::uint64_t cut_time(timespan x) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(
          std::max(x, timespan{0}))
          .count());
}

} // namespace muster
