#include "messages/timestamp.hpp"

#include "messages/digits.hpp"

namespace muster {

namespace {

/// Reads text from its front. After a failure all else fails, too.
class reader {
public:
  explicit reader(std::string_view text) : text_(text) {}

  int number(std::size_t digits) {
    int result = 0;
    good_ = good_ && text_.size() >= digits;
    for (std::size_t i = 0; good_ && i < digits; ++i) {
      good_ = is_digit(text_[i]);
      result = result * 10 + (text_[i] - '0');
    }
    if (good_)
      text_.remove_prefix(digits);
    return result;
  }

  bool take(char c) {
    if (!good_ || text_.empty() || text_.front() != c)
      return false;
    text_.remove_prefix(1);
    return true;
  }

  void expect(char c) { good_ = take(c); }

  bool at_digit() const {
    return good_ && !text_.empty() && is_digit(text_.front());
  }

  bool at_end() const { return good_ && text_.empty(); }

private:
  std::string_view text_;
  bool good_ = true;
};

std::chrono::microseconds read_fraction(reader& from) {
  auto micros = 0;
  auto digits = 0;
  for (; digits < 9 && from.at_digit(); ++digits) {
    auto digit = from.number(1);
    if (digits < 6)
      micros = micros * 10 + digit;
  }
  if (digits == 0)
    from.expect('0'); // fails: a point wants a fraction
  for (; digits < 6; ++digits)
    micros *= 10;
  return std::chrono::microseconds{micros};
}

std::optional<std::chrono::minutes> read_offset(reader& from) {
  if (from.take('Z'))
    return std::chrono::minutes{0};
  auto west = from.take('-');
  if (!west)
    from.expect('+');
  auto hours = from.number(2);
  from.expect(':');
  auto minutes = from.number(2);
  if (hours > 23 || minutes > 59)
    return std::nullopt;
  auto offset = std::chrono::minutes{hours * 60 + minutes};
  return west ? -offset : offset;
}

} // namespace

std::optional<discord_time> parse_timestamp(std::string_view text) {
  using namespace std::chrono;
  reader from{text};
  auto y = from.number(4);
  from.expect('-');
  auto m = from.number(2);
  from.expect('-');
  auto d = from.number(2);
  from.expect('T');
  auto hour = from.number(2);
  from.expect(':');
  auto minute = from.number(2);
  from.expect(':');
  auto second = from.number(2);
  auto micros = from.take('.') ? read_fraction(from) : microseconds{0};
  auto offset = read_offset(from);
  auto date =
      year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)};
  if (!from.at_end() || !offset || !date.ok() || hour > 23 || minute > 59
      || second > 60)
    return std::nullopt;
  return sys_days{date} + hours{hour} + minutes{minute} + seconds{second}
         + micros - *offset;
}

} // namespace muster
