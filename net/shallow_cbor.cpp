#include "net/shallow_cbor.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace muster {

namespace {

using nlohmann::json;

/// The parser recurses, so it must not be led any deeper than this.
constexpr std::size_t most_levels = 4;

class builder : public nlohmann::json_sax<json> {
public:
  explicit builder(json& out) : root_(out) {}

  bool null() override { return false; }
  bool boolean(bool x) override { return put(x); }
  bool number_integer(number_integer_t) override { return false; }
  bool number_unsigned(number_unsigned_t x) override { return put(x); }
  bool number_float(number_float_t, const string_t&) override { return false; }
  bool string(string_t& x) override { return put(std::move(x)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return false; }
  bool key(string_t&) override { return false; }
  bool end_object() override { return false; }

  bool start_array(std::size_t) override {
    if (open_.size() >= most_levels)
      return false;
    if (open_.empty()) {
      root_ = json::array();
      open_.push_back(&root_);
    } else {
      open_.back()->push_back(json::array());
      open_.push_back(&open_.back()->back());
    }
    return true;
  }

  bool end_array() override {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

private:
  template <class T>
  bool put(T&& x) {
    if (open_.empty())
      return false;
    open_.back()->push_back(std::forward<T>(x));
    return true;
  }

  json& root_;
  /// Only the last of each can grow, so these stay where they are.
  std::vector<json*> open_;
};

} // namespace

std::string write_cbor(const json& x) {
  std::string result;
  json::to_cbor(x, result);
  return result;
}

bool read_cbor(std::string_view text, json& out) {
  builder to{out};
  return json::sax_parse(text.begin(), text.end(), &to,
                         json::input_format_t::cbor);
}

} // namespace muster
