#include "app/config_file.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <istream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "app/config_text.hpp"
#include "net/open_store.hpp"

namespace muster::app {

namespace {

class config_format : public CLI::ConfigTOML {
public:
  config_format() {
    comment('\n'); // there is none left
  }

  std::vector<CLI::ConfigItem> from_config(std::istream& file) const override {
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::istringstream plain{plain_config(text)};
    return CLI::ConfigTOML::from_config(plain);
  }
};

/// True for an option that a file or the environment may give.
bool is_setting(const CLI::Option& x) {
  return !x.get_lnames().empty() && x.get_configurable()
         && !x.get_group().empty() // not to be used
         && x.get_lnames().front() != "help"
         && x.get_lnames().front() != "help-all";
}

/// MUSTER_REST_URL for --rest-url; of `simulate` and `certs`, whose options
/// mean other things, MUSTER_SIMULATE_PORT for --port.
std::string variable_of(const CLI::App& command, const CLI::Option& x) {
  auto text = "MUSTER_" + x.get_lnames().front();
  if (command.get_name() == "simulate" || command.get_name() == "certs")
    text = "MUSTER_" + command.get_name() + '_' + x.get_lnames().front();
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return text;
}

bool is_bare(const std::string& text) {
  return text == "true" || text == "false"
         || (!text.empty()
             && std::all_of(text.begin(), text.end(),
                            [](unsigned char c) { return std::isdigit(c); }));
}

std::string in_quotes(const std::string& text) {
  if (is_bare(text))
    return text;
  std::string result = "\"";
  for (auto c : text) {
    if (c == '"' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '"';
}

std::string value_of(const CLI::Option& x) {
  auto given = x.count() > 0;
  if (x.get_expected_max() == 0) // a flag
    return given && x.as<bool>() ? "true" : "false";
  auto values = given ? x.reduced_results() : std::vector<std::string>{};
  if (!given && !x.get_default_str().empty())
    values = {x.get_default_str()};
  std::string result;
  for (auto& value : values)
    result += (result.empty() ? "" : ", ") + in_quotes(value);
  return x.get_items_expected_max() > 1 && !result.empty() ? '[' + result + ']'
                                                           : result;
}

/// What is wrong with a path that has no end, or no text.
std::string is_no_file(const std::string& path) {
  std::error_code ignored;
  auto what = std::filesystem::status(path, ignored);
  return is_directory(what) || is_character_file(what) || is_block_file(what)
             ? "'" + path + "' is no file; name one with options"
             : std::string{};
}

/// False for what may be a secret, in a file that is for something else.
bool looks_like_option(const std::string& text) {
  return text.size() <= 40
         && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-_.[]")
                == text.npos;
}

} // namespace

void add_config(CLI::App& program) {
  program
      .set_config("--config", "",
                  "Take options from FILE, TOML or INI, with a section for "
                  "each command, such as [run]; the command line comes first, "
                  "then this, then MUSTER_... in the environment")
      ->check(is_no_file)
      ->type_name("FILE");
  const std::string help =
      "Print the command's options as such a file, and end";
  program.add_flag("--print-config", help)->configurable(false);
  program.config_formatter(std::make_shared<config_format>());
  program.allow_config_extras(CLI::config_extras_mode::error);
  for (auto* command : program.get_subcommands({})) {
    command->fallthrough(); // to --config, wherever it is written
    command->allow_config_extras(CLI::config_extras_mode::error);
    for (auto* x : command->get_options())
      if (is_setting(*x) && x->get_lnames().front() != "state")
        x->envname(variable_of(*command, *x));
  }
}

bool wants_config(const CLI::App& program) {
  return program.count("--print-config") > 0;
}

std::string config_of(const CLI::App& command) {
  std::string result = '[' + command.get_name() + "]\n";
  for (auto* x : command.get_options()) {
    if (!is_setting(*x))
      continue;
    auto value = value_of(*x);
    if (x->get_lnames().front() == "state" && x->count() > 0
        && !check_store(x->as<std::string>(), true).empty())
      value.clear(); // it may hold a password
    if (x->get_lnames().front() == "proxy" && value.find('@') != value.npos)
      value.clear();
    // What is left open has no value to write.
    result += value.empty() ? "# " + x->get_lnames().front() + " =\n"
                            : x->get_lnames().front() + " = " + value + '\n';
  }
  return result;
}

std::string words_of(const CLI::ConfigError& e, const CLI::App& program) {
  std::string what = e.what();
  if (auto end = what.find(": "); end != what.npos) // exists, but not for it
    what.resize(end);
  what = what.substr(what.rfind(' ') + 1);
  constexpr std::string_view begin = ".++"; // of a section
  if (what.size() > begin.size()
      && std::string_view{what}.substr(what.size() - begin.size()) == begin)
    what = '[' + what.substr(0, what.size() - begin.size()) + ']';
  if (what.empty() || !looks_like_option(what))
    what = "a line that is none of an option";
  else
    what += ", which is no option there";
  return "the file of --config has " + what
         + "; a section is the name of a command, a key an option of it "
           "without dashes, see 'muster "
         + (program.get_subcommands().empty()
                ? "COMMAND"
                : program.get_subcommands().front()->get_name())
         + " --help-all'";
}

} // namespace muster::app
