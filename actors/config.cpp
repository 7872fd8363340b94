#include "actors/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/config_option.hpp>
#include <caf/config_value.hpp>
#include <caf/expected.hpp>
#include <caf/pec.hpp>
#include <caf/string_view.hpp>

#include "messages/errc.hpp"
#include "messages/internal/actors.hpp"

namespace muster {

namespace {

std::string& text_at(void* x) {
  return *static_cast<std::string*>(x);
}

using texts = std::vector<std::string>;

/// An option that is a text. CAF has such a kind; but where clang++ has built
/// the program and g++ has built CAF, theirs is one object of which each leaves
/// a part to the other, and parsing calls a null pointer.
const caf::config_option::meta_state& text_kind() {
  static const caf::config_option::meta_state result{
      [](const caf::config_value& x) -> caf::error {
        if (caf::holds_alternative<std::string>(x))
          return caf::none;
        return caf::make_error(caf::pec::type_mismatch);
      },
      [](void* to, const caf::config_value& x) {
        text_at(to) = caf::get<std::string>(x);
      },
      [](const void* from) {
        return caf::config_value{*static_cast<const std::string*>(from)};
      },
      [](void* to, caf::string_view x) -> caf::expected<caf::config_value> {
        std::string text{x.begin(), x.end()};
        if (to != nullptr)
          text_at(to) = text;
        return caf::config_value{std::move(text)};
      },
      "string"};
  return result;
}

/// An option that is a list of texts, or one with commas.
const caf::config_option::meta_state& texts_kind() {
  static const caf::config_option::meta_state result{
      [](const caf::config_value& x) -> caf::error {
        if (caf::holds_alternative<texts>(x)
            || caf::holds_alternative<std::string>(x))
          return caf::none;
        return caf::make_error(caf::pec::type_mismatch);
      },
      [](void* to, const caf::config_value& x) {
        auto& all = *static_cast<texts*>(to);
        if (auto one = caf::get_if<std::string>(&x))
          all = {*one};
        else
          all = caf::get<texts>(x);
      },
      [](const void* from) {
        return caf::config_value{*static_cast<const texts*>(from)};
      },
      [](void* to, caf::string_view x) -> caf::expected<caf::config_value> {
        texts all;
        std::string word;
        for (auto c : x)
          if (c == ',' || c == '[' || c == ']' || c == '"' || c == ' ') {
            if (!word.empty())
              all.push_back(std::exchange(word, {}));
          } else {
            word += c;
          }
        if (!word.empty())
          all.push_back(word);
        if (to != nullptr)
          *static_cast<texts*>(to) = all;
        return caf::config_value{std::move(all)};
      },
      "list of strings"};
  return result;
}

} // namespace

void prepare(caf::actor_system_config& cfg) {
  cfg.add_message_types<caf::id_block::muster>();
  cfg.add_message_types<caf::id_block::muster_internal>();
  cfg.add_error_category(errc_category, [](std::uint8_t code, caf::atom_value,
                                           const caf::message& x) {
    auto result = to_string(static_cast<errc>(code));
    if (x.match_elements<std::string>())
      result += ": " + x.get_as<std::string>(0);
    return result;
  });
}

config::config() {
  prepare(*this);
  config_file_path.clear();
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads",
      std::clamp<std::size_t>(std::thread::hardware_concurrency(), 2, 4));
  auto add = [this](caf::string_view name, caf::string_view meaning,
                    std::string& to) {
    custom_options_.add(
        caf::config_option{"muster", name, meaning, &text_kind(), &to});
  };
  add("rest-url", "base of the REST API", settings.rest_url);
  add("ca-file", "PEM file with further authorities", settings.ca_file);
  // Not the proxy: --dump-config would show its password.
  add("state", "where sessions outlast the process", settings.state);
  add("http", "HOST:PORT or :PORT where it shows a page and figures by HTTP",
      settings.http);
  custom_options_.add(
      caf::config_option{"muster", "http-hosts",
                         "names by which requests may call it, with commas",
                         &texts_kind(), &settings.http_hosts});
  add("node", "HOST:PORT where it listens for other processes of the bot",
      settings.cluster.node);
  add("advertise", "HOST:PORT where they reach it", settings.cluster.advertise);
  add("tls-dir", "folder with ca.pem, node.pem and node.key",
      settings.cluster.tls_dir);
  if (auto text = std::getenv("DISCORD_TOKEN"))
    if (auto parsed = muster::token::parse(text))
      token = *std::move(parsed);
}

} // namespace muster
