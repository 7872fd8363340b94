#define CAF_SUITE net_certificate_maker

#include "net/certificate_maker.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "net/certificate_authority.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// 2026-08-01T12:00:00Z
const caf::timestamp noon{1'785'585'600s};

mode_t mode_of(const std::string& path) {
  struct stat x {};
  CAF_CHECK_EQUAL(stat(path.c_str(), &x), 0);
  return x.st_mode & 07777;
}

std::set<std::string> names_in(const std::string& path) {
  std::set<std::string> result;
  for (auto& x : fs::directory_iterator{path})
    result.insert(x.path().filename().string());
  return result;
}

/// What is wrong with the keys in a folder.
std::string fault_of(const std::string& path, caf::timestamp now) {
  return check_node_keys(text_of_file(path + "/ca.pem"),
                         text_of_file(path + "/node.pem"),
                         text_of_file(path + "/node.key"), now);
}

/// Runs `f` in a process of its own, as a user who is not root; true if it
/// gives true.
template <class F>
bool as_nobody(F f) {
  auto child = fork();
  if (child == 0) {
    if (geteuid() == 0 && setuid(65534) != 0)
      _exit(2);
    _exit(f() ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status == 0;
}

struct fixture {
  /// The sentence of the error, empty if there is none; none of them shows a
  /// key.
  static std::string said(const caf::error& x) {
    if (!x)
      return {};
    CAF_CHECK_EQUAL(code_of(x), errc::invalid_settings);
    auto text = sentence_of(x);
    CAF_CHECK(text.find("PRIVATE") == text.npos);
    CAF_MESSAGE(text);
    return text;
  }

  std::string make(std::vector<std::string> names, caf::timestamp now = noon) {
    return said(make_machine_keys(root, names, now, made));
  }

  std::string make_state(caf::timestamp now = noon) {
    return said(make_state_keys(state, now));
  }

  static bool has(const std::string& text, std::string_view part) {
    return text.find(part) != text.npos;
  }

  temporary_folder folder;
  std::string root = folder / "keys";
  std::string state = folder / "bot.db.tls";
  machine_keys made;
  const std::set<std::string> whole{"ca.pem", "node.pem", "node.key"};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(certificate_maker_tests, fixture)

CAF_TEST(C14 machines get folders of one authority) {
  auto before = umask(0777); // modes are what they are whatever it is
  auto wrong = make({"bot1.example", "10.0.0.7"});
  umask(before);
  CAF_CHECK_EQUAL(wrong, "");
  CAF_CHECK(made.new_authority);
  CAF_REQUIRE_EQUAL(made.machines.size(), 2u);
  CAF_CHECK_EQUAL(date_of(made.machines[0].ends), "2031-08-01");
  CAF_CHECK(names_in(root)
            == (std::set<std::string>{"ca.pem", "ca.key", "bot1.example",
                                      "10.0.0.7"}));
  CAF_CHECK_EQUAL(mode_of(root), 0700u);
  CAF_CHECK_EQUAL(mode_of(root + "/ca.key"), 0600u);
  CAF_CHECK_EQUAL(mode_of(root + "/ca.pem"), 0600u);
  for (auto& x : made.machines) {
    CAF_CHECK_EQUAL(x.folder, root + '/' + x.name);
    // The authority's key stays away from nodes.
    CAF_CHECK(names_in(x.folder) == whole);
    CAF_CHECK_EQUAL(mode_of(x.folder), 0700u);
    for (auto& file : whole)
      CAF_CHECK_EQUAL(mode_of(x.folder + '/' + file), 0600u);
    CAF_CHECK_EQUAL(fault_of(x.folder, noon), "");
    CAF_CHECK_EQUAL(text_of_file(x.folder + "/ca.pem"),
                    text_of_file(root + "/ca.pem"));
  }
  CAF_CHECK_NOT_EQUAL(text_of_file(root + "/10.0.0.7/node.key"),
                      text_of_file(root + "/bot1.example/node.key"));
}

CAF_TEST(C14 an authority that is there signs for new machines) {
  CAF_CHECK_EQUAL(make({"a"}), "");
  auto authority = text_of_file(root + "/ca.pem");
  auto key = text_of_file(root + "/ca.key");
  CAF_CHECK_EQUAL(make({"b"}, noon + 24h), "");
  CAF_CHECK(!made.new_authority);
  CAF_REQUIRE_EQUAL(made.machines.size(), 1u);
  CAF_CHECK_EQUAL(text_of_file(root + "/ca.pem"), authority);
  CAF_CHECK_EQUAL(text_of_file(root + "/ca.key"), key);
  CAF_CHECK_EQUAL(text_of_file(root + "/b/ca.pem"), authority);
  CAF_CHECK_EQUAL(fault_of(root + "/b", noon + 24h), "");
}

CAF_TEST(keys of a machine are not overwritten) {
  CAF_CHECK_EQUAL(make({"a", "b"}), "");
  auto key = text_of_file(root + "/a/node.key");
  auto wrong = make({"c", "a", "b"});
  CAF_CHECK(has(wrong, "there is already a, b; nothing was made."));
  CAF_CHECK(has(wrong, "remove the folder"));
  CAF_CHECK(made.machines.empty());
  CAF_CHECK_EQUAL(text_of_file(root + "/a/node.key"), key);
  CAF_CHECK(!fs::exists(root + "/c"));
  fs::remove_all(root + "/a"); // to be renewed
  CAF_CHECK_EQUAL(make({"c", "a"}), "");
  CAF_CHECK_NOT_EQUAL(text_of_file(root + "/a/node.key"), key);
}

CAF_TEST(half an authority is neither used nor replaced) {
  CAF_CHECK_EQUAL(make({"a"}), "");
  auto key = text_of_file(root + "/ca.key");
  fs::remove(root + "/ca.pem");
  CAF_CHECK(has(make({"b"}), "ca.pem is missing"));
  CAF_CHECK_EQUAL(text_of_file(root + "/ca.key"), key);
  CAF_CHECK(!fs::exists(root + "/ca.pem"));
  fs::rename(root + "/ca.key", root + "/ca.pem"); // not what it is
  CAF_CHECK(has(make({"b"}), "ca.key is missing"));
  fs::copy_file(root + "/ca.pem", root + "/ca.key");
  CAF_CHECK(has(make({"b"}), "certificate cannot be read"));
  CAF_CHECK(!fs::exists(root + "/b"));
}

CAF_TEST(an authority that has ended makes no keys) {
  CAF_CHECK_EQUAL(make({"a"}), "");
  CAF_CHECK(has(make({"b"}, noon + 24h * 3653), "has expired on 2036-07-31"));
  CAF_CHECK(!fs::exists(root + "/b"));
}

CAF_TEST(names that are none are refused before anything is made) {
  for (auto name : {"", ".", "..", "a/b", "/etc", "../a", "-a", "--help", "a b",
                    "a:7000", "[::1]", "*", "a\n", "ca.pem", "ca.key", ".a"}) {
    CAF_MESSAGE(name);
    CAF_CHECK(has(check_machine(name), ";"));
    CAF_CHECK_NOT_EQUAL(make({"good", name}), "");
    CAF_CHECK(!fs::exists(root));
  }
  CAF_CHECK_NOT_EQUAL(check_machine(std::string(64, 'a')), "");
  CAF_CHECK(has(check_machine(std::string(300, 'a')), "253"));
  for (auto name : {"a", "bot1.example", "10.0.0.7", "::1", "my_bot-1"})
    CAF_CHECK_EQUAL(check_machine(name), "");
}

CAF_TEST(folders that cannot be made are told with the mend) {
  std::ofstream{root} << "in the way";
  CAF_CHECK(has(make({"a"}), "a file is in the way"));
  CAF_CHECK_EQUAL(text_of_file(root), "in the way");
  fs::remove(root);
  root += "/deeper";
  CAF_CHECK(has(make({"a"}), "make the folder around it first"));
  root = folder / "";
  fs::permissions(root, fs::perms::owner_read | fs::perms::owner_exec
                            | fs::perms::others_read | fs::perms::others_exec);
  CAF_CHECK(as_nobody([&] {
    return has(make({"a"}), "give this user the right to")
           && has(make_state(), "give this user the right to");
  }));
  CAF_CHECK(names_in(root).empty());
  fs::permissions(root, fs::perms::owner_all);
}

CAF_TEST(C14 a state gets keys that nobody can add to) {
  auto before = umask(0777);
  auto wrong = make_state();
  umask(before);
  CAF_CHECK_EQUAL(wrong, "");
  CAF_CHECK(names_in(state) == whole);
  CAF_CHECK_EQUAL(mode_of(state), 0700u);
  for (auto& file : whole)
    CAF_CHECK_EQUAL(mode_of(state + '/' + file), 0600u);
  CAF_CHECK_EQUAL(fault_of(state, noon), "");
  auto key = text_of_file(state + "/node.key");
  CAF_CHECK_EQUAL(make_state(noon + 24h), "");
  CAF_CHECK_EQUAL(text_of_file(state + "/node.key"), key);
  state += "/";
  CAF_CHECK_EQUAL(make_state(), "");
}

CAF_TEST(C14 an empty folder is filled and one in part is left alone) {
  fs::create_directory(state);
  CAF_CHECK_EQUAL(make_state(), "");
  CAF_CHECK_EQUAL(fault_of(state, noon), "");
  fs::remove(state + "/node.key");
  auto wrong = make_state();
  CAF_CHECK(has(wrong, "lack node.key; stop all processes of the bot and "
                       "remove it"));
  CAF_CHECK(names_in(state) == (std::set<std::string>{"ca.pem", "node.pem"}));
  fs::create_directory(state + "/node.key");
  CAF_CHECK(has(make_state(), "is no PEM file"));
  fs::remove_all(state);
  std::ofstream{state} << "in the way";
  CAF_CHECK_NOT_EQUAL(make_state(), "");
  CAF_CHECK_EQUAL(text_of_file(state), "in the way");
  CAF_CHECK(names_in(folder / "") == (std::set<std::string>{"bot.db.tls"}));
}

CAF_TEST(C14 keys that have ended are left to who can tell that none use them) {
  CAF_CHECK_EQUAL(make_state(), "");
  auto key = text_of_file(state + "/node.key");
  auto end = noon + 24h * 1826;
  CAF_CHECK_EQUAL(make_state(end - 25h), "");
  for (auto late : {end - 23h, end + 1s}) {
    auto wrong = make_state(late);
    CAF_CHECK(has(wrong, "good until 2031-08-01 only; stop all processes"));
    CAF_CHECK_EQUAL(text_of_file(state + "/node.key"), key);
  }
  CAF_CHECK(has(make_state(noon - 48h), "if the clock of this machine"));
  fs::remove_all(state);
  CAF_CHECK_EQUAL(make_state(end), "");
}

CAF_TEST(C14 threads that make keys at once use the same) {
  for (int round = 0; round < 10; ++round) {
    fs::remove_all(state);
    std::vector<std::thread> all;
    std::vector<std::string> seen(6);
    for (auto& x : seen)
      all.emplace_back([&] {
        auto error = make_state_keys(state, noon);
        x = error ? sentence_of(error) : text_of_file(state + "/node.key");
      });
    for (auto& x : all)
      x.join();
    CAF_CHECK_EQUAL(fault_of(state, noon), "");
    for (auto& x : seen)
      CAF_CHECK_EQUAL(x, seen.front());
    CAF_CHECK_EQUAL(names_in(folder / "").size(), 1u); // nothing else is left
  }
}

CAF_TEST(C14 processes that make keys at once use the same) {
  std::vector<pid_t> all;
  for (int i = 0; i < 4; ++i) {
    auto child = fork();
    if (child == 0) {
      machine_keys ignored;
      auto good = !make_state_keys(state, noon);
      auto first = text_of_file(state + "/node.key");
      // For the same authority, too.
      good =
          good
          && !make_machine_keys(root, {"m" + std::to_string(i)}, noon, ignored)
          && !make_state_keys(state, noon)
          && text_of_file(state + "/node.key") == first;
      _exit(good ? 0 : 1);
    }
    all.push_back(child);
  }
  for (auto x : all) {
    int status = -1;
    waitpid(x, &status, 0);
    CAF_CHECK_EQUAL(status, 0);
  }
  CAF_CHECK(names_in(folder / "")
            == (std::set<std::string>{"keys", "bot.db.tls"}));
  CAF_CHECK_EQUAL(names_in(root).size(), 6u);
  for (int i = 0; i < 4; ++i)
    CAF_CHECK_EQUAL(text_of_file(root + "/m" + std::to_string(i) + "/ca.pem"),
                    text_of_file(root + "/ca.pem"));
}

CAF_TEST(keys lie beside an SQLite file and nowhere else) {
  CAF_CHECK_EQUAL(state_keys_folder("sqlite:" + (folder / "bot.db")), state);
  CAF_CHECK_EQUAL(state_keys_folder("sqlite:" + (folder / "x/../bot.db")),
                  state);
  std::ofstream{folder / "bot.db"}.close();
  fs::create_symlink(folder / "bot.db", folder / "link");
  CAF_CHECK_EQUAL(state_keys_folder("sqlite:" + (folder / "link")), state);
  for (auto url : {"", "sqlite:", "postgresql://bot@localhost/bots", "bot.db"})
    CAF_CHECK_EQUAL(state_keys_folder(url), "");
}

CAF_TEST_FIXTURE_SCOPE_END()
