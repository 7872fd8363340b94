#define CAF_SUITE system_certs_command

#include <filesystem>

#include "net/certificate_authority.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

struct fixture {
  /// None of what it says is a key.
  static outcome_of_process certs(std::vector<std::string> args) {
    args.insert(args.begin(), "certs");
    auto x = muster_with(std::move(args));
    CAF_CHECK((x.out + x.err).find("-----") == std::string::npos);
    return x;
  }

  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != text.npos;
  }

  temporary_folder folder;
  std::string root = folder / "keys";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(certs_command_tests, fixture)

CAF_TEST(C14 certs makes an authority once and keys for each machine) {
  auto first = certs({root, "bot1.example", "10.0.0.7"});
  CAF_CHECK_EQUAL(first.exit_code, 0);
  CAF_CHECK_EQUAL(first.err, "");
  CAF_CHECK(has(first.out, "made a new authority; keep its key, ca.key, in '"
                               + root + "'"));
  for (auto name : {"bot1.example", "10.0.0.7"}) {
    auto path = root + '/' + name;
    CAF_CHECK(has(first.out, "made keys for " + std::string{name}));
    CAF_CHECK(has(first.out, "copy '" + path + "' there"));
    CAF_CHECK_EQUAL(check_node_keys(text_of_file(path + "/ca.pem"),
                                    text_of_file(path + "/node.pem"),
                                    text_of_file(path + "/node.key"),
                                    caf::make_timestamp()),
                    "");
  }
  auto second = certs({root, "bot2.example"});
  CAF_CHECK_EQUAL(second.exit_code, 0);
  CAF_CHECK(!has(second.out, "authority"));
  CAF_CHECK_EQUAL(text_of_file(root + "/bot2.example/ca.pem"),
                  text_of_file(root + "/bot1.example/ca.pem"));
}

CAF_TEST(certs overwrites nothing) {
  CAF_CHECK_EQUAL(certs({root, "a"}).exit_code, 0);
  auto before = text_of_file(root + "/a/node.key");
  auto x = certs({root, "a", "b"});
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK_EQUAL(x.out, "");
  CAF_CHECK(has(x.err, "there is already a; nothing was made"));
  CAF_CHECK_EQUAL(text_of_file(root + "/a/node.key"), before);
  CAF_CHECK(!std::filesystem::exists(root + "/b"));
}

CAF_TEST(certs tells a folder that cannot be made) {
  auto x = certs({root + "/in/nothing", "a"});
  CAF_CHECK_EQUAL(x.exit_code, 1);
  CAF_CHECK(has(x.err, "make the folder around it first"));
}

CAF_TEST(certs for what is no machine is bad usage) {
  using list = std::vector<std::string>;
  for (auto& args :
       {list{}, list{root}, list{"", "a"}, list{root, ""}, list{root, ".."},
        list{root, "a/b"}, list{root, "-a"}, list{root, "--", "-a"},
        list{root, "10.0.0.7:7000"}, list{root, "a", "a"},
        list{root, "good", "ca.key"}, list{root, std::string(300, 'a')}}) {
    auto x = certs(args);
    CAF_CHECK_EQUAL(x.exit_code, 2);
    CAF_CHECK(has(x.err, "muster: "));
    CAF_CHECK(!std::filesystem::exists(root));
  }
  CAF_CHECK(has(certs({root, "10.0.0.7:7000"}).err, "without a port"));
  CAF_CHECK(has(certs({root, "a", "a"}).err, "named twice"));
}

CAF_TEST_FIXTURE_SCOPE_END()
