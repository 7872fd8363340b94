#include "messages/field_scanner.hpp"

#include "messages/container_skip.hpp"
#include "messages/json_text.hpp"

namespace muster {

field_scanner::field_scanner(std::string_view text)
    : at_(text.data()), end_(text.data() + text.size()) {}

field_scanner field_scanner::behind(std::string_view text) {
  field_scanner result{text};
  result.first_ = false;
  return result;
}

bool field_scanner::take(char c) {
  at_ = detail::skip_space(at_, end_);
  if (at_ == end_ || *at_ != c)
    return false;
  ++at_;
  return true;
}

field_scanner::status field_scanner::next(field& out) {
  auto found = key(out.key);
  return found != status::field || value(out) ? found : status::malformed;
}

bool field_scanner::enter_item() {
  if (first_ && !take('['))
    return false;
  while (take(','))
    continue;
  first_ = true;
  in_place_ = true;
  return at_ != end_ && *at_ == '{';
}

field_scanner::status field_scanner::item(field& out) {
  if (first_ && !take('['))
    return status::malformed;
  first_ = false;
  while (take(','))
    continue;
  if (take(']'))
    return status::end;
  auto begin = at_;
  if (value(out))
    return status::field;
  if (at_ == end_)
    return status::malformed;
  at_ = begin + 1;
  out.value = {begin, 1};
  return status::field;
}

std::string_view first_value(std::string_view text) {
  field_scanner scanner{text};
  field_scanner::field x;
  if (!scanner.value(x))
    return {};
  auto first = x.value.front();
  if (first == '{' || first == '[' || first == '"')
    return x.value;
  auto whole = !scanner.rest().empty()
               && (x.value == "null" || x.value == "true" || x.value == "false"
                   || (number_of(x.value) && x.value.back() != '.'));
  return whole ? x.value : std::string_view{};
}

} // namespace muster
