#include "app/config_text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace muster::app {

namespace {

constexpr std::string_view blanks = " \t\r";

bool is_among(char c, std::string_view all) {
  return all.find(c) != all.npos;
}

std::string trimmed(std::string_view text) {
  auto begin = std::min(text.find_first_not_of(blanks), text.size());
  return std::string{
      text.substr(begin, text.find_last_not_of(blanks) + 1 - begin)};
}

/// One line's option, such that CLI11 takes it as it stands.
std::string as_option(std::string line) {
  auto assigned = line.find('=');
  if (assigned == line.npos) // of less than three characters is none to CLI11
    return line.front() == '[' && line.back() == ']' ? line : line + "=true";
  auto value = trimmed(std::string_view{line}.substr(assigned + 1));
  // [::1]:80 is no array.
  if (value.empty() || (value.front() == '[' && value.back() != ']'))
    value = '"' + value + '"';
  return line.substr(0, assigned + 1) + value;
}

class config_reader {
public:
  explicit config_reader(std::string_view text) : left_(text) {
    constexpr std::string_view mark = "\xef\xbb\xbf"; // some editors write it
    if (left_.substr(0, mark.size()) == mark)
      left_.remove_prefix(mark.size());
  }

  std::string read() {
    while (!left_.empty())
      take_one();
    end_line();
    return std::move(result_);
  }

private:
  void take_one() {
    auto c = left_.front();
    if (c == '#' ? begins_comment() : c == ';' && is_blank()) {
      left_.remove_prefix(std::min(left_.find('\n'), left_.size()));
    } else if (c == '\n') {
      left_.remove_prefix(1);
      if (depth_ == 0)
        end_line();
      else
        line_ += ' ';
    } else if ((c != '"' && c != '\'') || !begins_value() || !take_string(c)) {
      if (c == '[' && (depth_ > 0 || last() == '='))
        ++depth_;
      else if (c == ']' && depth_ > 0)
        --depth_;
      line_ += c;
      left_.remove_prefix(1);
    }
  }

  /// False if it does not end where the line does at the latest.
  bool take_string(char quote) {
    std::string text;
    for (std::size_t i = 1; i < left_.size() && left_[i] != '\n'; ++i) {
      if (left_[i] == quote) {
        auto other = is_among('"', text) ? '\'' : '"';
        line_ += other + text + other;
        left_.remove_prefix(i + 1);
        return true;
      }
      if (quote == '"' && left_[i] == '\\' && i + 1 < left_.size()
          && is_among(left_[i + 1], "\\\""))
        ++i;
      text += left_[i];
    }
    return false;
  }

  void end_line() {
    depth_ = 0;
    auto line = trimmed(std::exchange(line_, {}));
    if (!line.empty())
      result_ += as_option(std::move(line)) + '\n';
  }

  bool is_blank() const {
    return line_.find_first_not_of(blanks) == line_.npos;
  }

  /// What was last in the line but for blanks, or 0.
  char last() const {
    auto at = line_.find_last_not_of(blanks);
    return at == line_.npos ? '\0' : line_[at];
  }

  bool begins_value() const {
    return is_blank() || is_among(line_.back(), blanks)
           || is_among(last(), "=[,");
  }

  bool begins_comment() const {
    return is_blank() || is_among(line_.back(), " \t\"']")
           || (depth_ > 0 && is_among(line_.back(), "[,"));
  }

  std::string_view left_;
  std::string line_;
  std::string result_;
  int depth_ = 0; // of brackets
};

} // namespace

std::string plain_config(std::string_view text) {
  return config_reader{text}.read();
}

} // namespace muster::app
