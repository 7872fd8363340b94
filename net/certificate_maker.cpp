#include "net/certificate_maker.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <optional>
#include <random>

#include <sys/stat.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "messages/node_address.hpp"
#include "net/certificate_authority.hpp"
#include "net/key_files.hpp"
#include "net/sqlite_file.hpp"

namespace muster {

namespace {

constexpr auto authority_file = "ca.pem";
constexpr auto authority_key_file = "ca.key";
constexpr auto certificate_file = "node.pem";
constexpr auto key_file_name = "node.key";
/// A certificate that ends sooner is not begun with.
constexpr std::chrono::hours least_life{24};

caf::error refuse(const std::string& path, const std::string& why) {
  return make_error(errc::invalid_settings, "'" + path + "': " + why);
}

/// Runs `f`, in which OpenSSL may throw.
template <class F>
caf::error guarded_by(const std::string& folder, F f) {
  try {
    return f();
  } catch (const std::exception& x) {
    return refuse(folder, std::string{x.what()} + "; try again");
  }
}

bool is_there(const std::string& path) {
  std::error_code error;
  auto found = std::filesystem::symlink_status(path, error);
  return std::filesystem::exists(found);
}

/// So that two of them are told apart where one does not know the other.
std::string authority_name() {
  std::random_device source;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "muster authority %08x", source());
  return text.data();
}

std::vector<key_file> files_of(const certificate_authority& authority,
                               const certified_key& own) {
  return {{authority_file, authority.certificate()},
          {certificate_file, own.certificate},
          {key_file_name, own.key}};
}

caf::error open_authority(const std::string& folder, caf::timestamp now,
                          std::optional<certificate_authority>& out) {
  std::string certificate;
  std::string key;
  if (auto error = read_key_file(folder + '/' + authority_file, certificate))
    return error;
  if (auto error = read_key_file(folder + '/' + authority_key_file, key))
    return error;
  auto wrong = certificate_authority::read(certificate, key, now, out);
  return wrong.empty()
             ? caf::error{}
             : refuse(folder, "the authority cannot be used: " + wrong);
}

/// The key first: without it the certificate would be good for nothing.
caf::error make_authority(const std::string& folder, caf::timestamp now,
                          std::optional<certificate_authority>& out) {
  auto key = folder + '/' + authority_key_file;
  auto made = certificate_authority::make(authority_name(), now);
  if (auto error = write_key_file(key, made.key()))
    return error;
  if (auto error =
          write_key_file(folder + '/' + authority_file, made.certificate())) {
    std::error_code ignored;
    std::filesystem::remove(key, ignored);
    return error;
  }
  out = std::move(made);
  return caf::none;
}

caf::error find_authority(const std::string& folder, caf::timestamp now,
                          std::optional<certificate_authority>& out,
                          bool& is_new) {
  auto certificate = is_there(folder + '/' + authority_file);
  auto key = is_there(folder + '/' + authority_key_file);
  if (certificate && key)
    return open_authority(folder, now, out);
  if (certificate || key)
    return refuse(
        folder,
        (key ? authority_file : authority_key_file)
            + std::string{" is missing, without which the authority signs "
                          "nothing; restore it, or name a new folder and give "
                          "every machine new keys"});
  is_new = true;
  return make_authority(folder, now, out);
}

/// In a folder that others can write to, anybody may have made it before.
bool is_ours_alone(const std::string& folder) {
  struct stat x {};
  return lstat(folder.c_str(), &x) == 0 && S_ISDIR(x.st_mode)
         && (x.st_uid == geteuid() || x.st_uid == 0) && (x.st_mode & 077) == 0;
}

/// What is wrong with the folder of a state.
caf::error check_state_keys(const std::string& folder, caf::timestamp now) {
  std::string text[3];
  const char* names[] = {authority_file, certificate_file, key_file_name};
  auto mend = "; stop all processes of the bot and remove it, it is made anew "
              "then";
  if (is_there(folder) && !is_ours_alone(folder))
    return refuse(folder, "the keys of this state are another user's, or open "
                          "to others; remove it, or chmod 700 what is yours");
  for (int i = 0; i < 3; ++i) {
    auto path = folder + '/' + names[i];
    if (is_there(folder) && !is_there(path))
      return refuse(folder, std::string{"the keys of this state lack "}
                                + names[i] + mend);
    if (auto error = read_key_file(path, text[i]))
      return error;
  }
  auto wrong = check_node_keys(text[0], text[1], text[2], now);
  if (wrong.empty())
    wrong = check_node_keys(text[0], text[1], text[2], now + least_life);
  return wrong.empty()
             ? caf::error{}
             : refuse(folder,
                      "the keys of this state cannot be used: " + wrong + mend);
}

std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

} // namespace

std::string check_machine(const std::string& name) {
  const std::string form = "; write the name or address by which others reach "
                           "the machine, without a port";
  if (name.empty())
    return "a machine has no name" + form;
  if (name.size() > 253)
    return "the name of a machine has more than 253 characters" + form;
  if (!is_host(name))
    return "'" + name + "' is no name or address of a machine" + form;
  if (name == authority_file || name == authority_key_file)
    return "'" + name
           + "' is a file of the authority in the same folder; give the "
             "machine another name";
  return {};
}

caf::error make_machine_keys(const std::string& folder,
                             const std::vector<std::string>& names,
                             caf::timestamp now, machine_keys& out) {
  out = {};
  auto root = without_slash(folder);
  return guarded_by(root, [&]() -> caf::error {
    std::string there;
    for (auto& name : names) {
      if (auto wrong = check_machine(name); !wrong.empty())
        return make_error(errc::invalid_settings, wrong);
      if (is_there(root + '/' + name))
        there += (there.empty() ? "" : ", ") + name;
    }
    if (!there.empty())
      return refuse(root, "there is already " + there
                              + "; nothing was made. Name new machines only, "
                                "or remove the folder of one whose keys are "
                                "to be renewed");
    folder_lock lock;
    if (auto error = lock.take(root))
      return error;
    std::optional<certificate_authority> authority;
    if (auto error = find_authority(root, now, authority, out.new_authority))
      return error;
    for (auto& name : names) {
      auto path = root + '/' + name;
      auto own = authority->issue({name}, now);
      auto was_there = false;
      if (auto error =
              make_key_folder(path, files_of(*authority, own), was_there))
        return error;
      if (was_there)
        return refuse(path, "it is there already; it was left as it is");
      out.machines.push_back({name, path, own.ends});
    }
    return caf::none;
  });
}

caf::error make_state_keys(const std::string& folder, caf::timestamp now) {
  auto path = without_slash(folder);
  return guarded_by(path, [&]() -> caf::error {
    std::error_code ignored;
    auto was_there =
        is_there(path) && !std::filesystem::is_empty(path, ignored);
    if (!was_there) {
      // Its key goes with it: nobody joins these keys.
      auto authority = certificate_authority::make(authority_name(), now);
      auto own = authority.issue({"localhost", "127.0.0.1", "::1"}, now);
      if (auto error =
              make_key_folder(path, files_of(authority, own), was_there))
        return error;
    }
    return was_there ? check_state_keys(path, now) : caf::error{};
  });
}

std::string state_keys_folder(const std::string& state_url) {
  constexpr std::string_view scheme = "sqlite:";
  if (state_url.rfind(scheme, 0) != 0 || state_url.size() == scheme.size())
    return {};
  return whole_path(state_url.substr(scheme.size())) + ".tls";
}

} // namespace muster
