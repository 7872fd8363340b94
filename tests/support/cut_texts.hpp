#pragma once

#include <functional>
#include <random>
#include <string>

#include <nlohmann/json.hpp>

#include "actors/cut_reading.hpp"
#include "net/shallow_cbor.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

using cut_reader = std::function<cut_reading(const std::string&)>;

/// A text of the same fields, of which one is another.
inline std::string changed(const std::string& text, std::size_t field,
                           nlohmann::json to) {
  nlohmann::json x;
  CAF_REQUIRE(read_cbor(text, x));
  x.at(field) = std::move(to);
  return write_cbor(x);
}

/// What holds for the text of any cut: whatever is missing, too much or of
/// another type is damage, and a number that is not its format's is none.
inline void check_readings(const std::string& good, const cut_reader& read) {
  CAF_CHECK(read(good) == cut_reading::good);
  CAF_CHECK(read("") == cut_reading::empty);
  for (std::size_t n = 1; n < good.size(); ++n)
    CAF_CHECK(read(good.substr(0, n)) == cut_reading::damaged);
  CAF_CHECK(read(good + '\x01') == cut_reading::damaged);
  CAF_CHECK(read(changed(good, 0, 99u)) == cut_reading::foreign);
  CAF_CHECK(read(write_cbor(nlohmann::json::array({99u, "anything"})))
            == cut_reading::foreign);
  nlohmann::json x;
  CAF_REQUIRE(read_cbor(good, x));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].is_string())
      CAF_CHECK(read(changed(good, i, "text")) == cut_reading::damaged);
    if (!x[i].is_boolean())
      CAF_CHECK(read(changed(good, i, true)) == cut_reading::damaged);
    auto shorter = x;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    CAF_CHECK(read(write_cbor(shorter)) != cut_reading::good);
  }
  auto longer = x;
  longer.push_back(1u);
  CAF_CHECK(read(write_cbor(longer)) == cut_reading::damaged);
}

/// Texts like this one with some bytes changed, and noise.
inline void for_noise(const std::string& good, int times,
                      const std::function<void(const std::string&)>& f) {
  std::mt19937 random{7};
  for (int i = 0; i < times; ++i) {
    auto x = good;
    for (auto n = random() % 3; n-- > 0;)
      x[random() % x.size()] = static_cast<char>(random());
    f(x);
    std::string noise(random() % 64, ' ');
    for (auto& c : noise)
      c = static_cast<char>(random());
    f(noise);
  }
}

} // namespace muster::test
