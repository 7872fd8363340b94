#include "app/state_options.hpp"

#include <cstdlib>
#include <fstream>

#include "net/open_store.hpp"

namespace muster::app {

namespace {

constexpr auto variable = "MUSTER_STATE";

/// The first line of a file.
std::string read_url(const std::string& path) {
  // No URL is as long; a device may have no end.
  std::string text(4096, '\0');
  std::ifstream file{path};
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof())
    throw CLI::ValidationError("--state-file", "'" + path + "' cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  text.resize(std::min(text.size(), text.find_first_of("\r\n")));
  if (text.empty())
    throw CLI::ValidationError(
        "--state-file", "'" + path
                            + "' is empty; write sqlite:PATH into it, or a "
                              "URL of a PostgreSQL database");
  return text;
}

} // namespace

void state_options::add_to(CLI::App& command, const char* group) {
  auto url = command
                 .add_option("--state", url_,
                             "Where sessions and books outlast the process: "
                             "sqlite:PATH or "
                             "postgresql://USER@HOST:PORT/DATABASE; otherwise "
                             "taken from the environment variable MUSTER_STATE")
                 ->type_name("URL")
                 ->check([](const std::string& text) {
                   return text.empty() ? "it is empty; write sqlite: and the "
                                         "path of a file, or leave it out"
                                       : "";
                 })
                 ->group(group);
  command
      .add_option("--state-file", file_, "File that holds what --state takes")
      ->type_name("FILE")
      ->excludes(url)
      ->group(group);
  command
      .add_flag("--insecure-store", insecure_,
                "Use a PostgreSQL server on another machine without "
                "sslmode=verify-full")
      ->group(group);
}

std::string state_options::resolve() const {
  auto name = "--state";
  auto url = url_;
  if (!file_.empty()) {
    name = "--state-file";
    url = read_url(file_);
  } else if (url.empty()) {
    name = variable;
    if (auto given = std::getenv(variable))
      url = given;
  }
  if (auto wrong = check_store(url, insecure_); !wrong.empty())
    throw CLI::ValidationError(name, wrong);
  return url;
}

} // namespace muster::app
