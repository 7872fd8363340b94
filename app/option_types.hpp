#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/text.hpp"

namespace muster::app {

/// The group of options that only `--help-all` shows.
constexpr const char* advanced_group = "Advanced";

/// An option that takes a time such as 5s or 250ms. Reading it throws
/// CLI::ValidationError, whose text says the mend, and so does add_size().
template <class Duration>
CLI::Option* add_time(CLI::App& command, const char* name, Duration& value,
                      const char* help) {
  return command
      .add_option_function<std::string>(
          name,
          [name, &value](const std::string& text) {
            auto x = parse_duration(text);
            if (!x)
              throw CLI::ValidationError(
                  name, "'" + text + "' is no time; write 5s, 250ms, 2m or 1h");
            value = std::chrono::duration_cast<Duration>(*x);
          },
          help)
      ->type_name("TIME")
      ->default_str(to_option(value));
}

/// An option that takes a size in bytes such as 4096, 512K or 48M.
inline CLI::Option* add_size(CLI::App& command, const char* name,
                             std::size_t& value, const char* help) {
  return command
      .add_option_function<std::string>(
          name,
          [name, &value](const std::string& text) {
            auto x = parse_size(text);
            if (!x)
              throw CLI::ValidationError(
                  name, "'" + text + "' is no size; write 4096, 512K or 48M");
            value = static_cast<std::size_t>(*x);
          },
          help)
      ->type_name("SIZE")
      ->default_str(to_size(value));
}

/// Leaves the advanced options out of --help.
class help_formatter : public CLI::Formatter {
public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    all_ = mode != CLI::AppFormatMode::Normal;
    auto text = Formatter::make_help(app, std::move(name), mode);
    for (auto at = text.find("\n\n\n"); at != text.npos;
         at = text.find("\n\n\n"))
      text.erase(at, 1);
    return text;
  }

  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> all) const override {
    if (group == advanced_group && !all_)
      return {};
    return Formatter::make_group(std::move(group), is_positional,
                                 std::move(all));
  }

private:
  mutable bool all_ = false;
};

} // namespace muster::app
