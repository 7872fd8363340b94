#define CAF_SUITE net_node_keys

#include "net/node_keys.hpp"

#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "tests/support/link_end.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct fixture : link_keys_fixture {
  /// What is said of a folder; it names the mend.
  std::string said(const std::string& path) {
    std::shared_ptr<node_keys> made;
    auto error = node_keys::read(path, made);
    CAF_CHECK_EQUAL(made == nullptr, static_cast<bool>(error));
    if (!error)
      return {};
    CAF_CHECK_EQUAL(code_of(error), errc::invalid_settings);
    CAF_MESSAGE(sentence_of(error));
    return sentence_of(error);
  }

  bool says(const std::string& path, const std::string& part) {
    return said(path).find(part) != std::string::npos;
  }

  static void copy(const std::string& from, const std::string& to) {
    std::filesystem::copy_file(
        from, to, std::filesystem::copy_options::overwrite_existing);
  }
};

using days = std::chrono::duration<std::int64_t, std::ratio<86'400>>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_keys_tests, fixture)

CAF_TEST(C14 keys that were made fit) {
  CAF_CHECK_EQUAL(said(one), "");
  CAF_CHECK_EQUAL(said(two), "");
}

CAF_TEST(C14 what is missing is named with the mend) {
  CAF_CHECK(says(folder / "nowhere", "muster certs"));
  for (auto name : {"ca.pem", "node.pem", "node.key"}) {
    auto path = one + '/' + name;
    std::filesystem::rename(path, path + ".away");
    CAF_CHECK(says(one, path + "' cannot be read"));
    std::ofstream{path} << "nonsense";
    CAF_CHECK(says(one, "cannot be read"));
    std::filesystem::rename(path + ".away", path);
  }
  CAF_CHECK_EQUAL(said(one), "");
}

CAF_TEST(C14 keys that do not belong together are refused) {
  copy(two + "/node.key", one + "/node.key");
  CAF_CHECK(says(one, "not its certificate's"));
  auto other = make("other", caf::make_timestamp());
  copy(other + "/ca.pem", two + "/ca.pem");
  CAF_CHECK(says(two, "does not fit its authority"));
}

CAF_TEST(C14 keys that are not valid now are refused with the time) {
  auto old = make("old", caf::make_timestamp() - days{9 * 365});
  CAF_CHECK(says(old + "/one", "is good until 20"));
  auto young = make("young", caf::make_timestamp() + days{3});
  CAF_CHECK(says(young + "/one", "is not good before 20"));
}

CAF_TEST(C14 what is no file is not waited for) {
  auto path = one + "/node.key";
  for (auto make_it :
       {+[](const char* x) { mkfifo(x, 0600); },
        +[](const char* x) { mkdir(x, 0700); },
        +[](const char* x) { CAF_CHECK_EQUAL(symlink("/dev/zero", x), 0); }}) {
    std::filesystem::remove(path);
    make_it(path.c_str());
    CAF_CHECK(says(one, path + "' is no PEM file"));
  }
}

CAF_TEST(C14 no key is in a refusal) {
  std::string key;
  std::getline(std::ifstream{one + "/node.key"}.ignore(100, '\n'), key);
  CAF_REQUIRE(key.size() > 20);
  copy(two + "/node.key", one + "/node.key");
  CAF_CHECK(said(one).find(key.substr(0, 20)) == std::string::npos);
}

CAF_TEST_FIXTURE_SCOPE_END()
