#define CAF_SUITE net_key_files

#include "net/key_files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "messages/errc.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;
namespace fs = std::filesystem;

namespace {

struct fixture {
  static std::string said(const caf::error& x) {
    return x ? sentence_of(x) : "";
  }

  std::string make(const std::vector<key_file>& files) {
    return said(make_key_folder(path, files, was_there));
  }

  /// All that there is, in the folder that the test has.
  std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator{folder / ""},
                         fs::directory_iterator{});
  }

  static bool has(const std::string& text, std::string_view part) {
    CAF_MESSAGE(text);
    return text.find(part) != text.npos;
  }

  temporary_folder folder;
  std::string path = folder / "keys";
  std::string text;
  bool was_there = false;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(key_files_tests, fixture)

CAF_TEST(a folder is there as a whole) {
  CAF_CHECK_EQUAL(make({{"a", "1"}, {"b", std::string(50'000, 'x')}}), "");
  CAF_CHECK(!was_there);
  CAF_CHECK_EQUAL(text_of_file(path + "/a"), "1");
  CAF_CHECK_EQUAL(text_of_file(path + "/b").size(), 50'000u);
  CAF_CHECK_EQUAL(count(), 1);
}

CAF_TEST(a folder that cannot be finished leaves nothing) {
  CAF_CHECK_NOT_EQUAL(make({{"a", "1"}, {"no/such", "2"}}), "");
  CAF_CHECK_NOT_EQUAL(make({{"a", "1"}, {"a", "2"}}), "");
  CAF_CHECK_EQUAL(count(), 0);
}

CAF_TEST(what is there is left alone) {
  CAF_CHECK_EQUAL(make({{"a", "1"}}), "");
  CAF_CHECK_EQUAL(make({{"a", "2"}}), "");
  CAF_CHECK(was_there);
  CAF_CHECK_EQUAL(text_of_file(path + "/a"), "1");
  fs::remove_all(path);
  std::ofstream{path} << "mine";
  CAF_CHECK_EQUAL(make({{"a", "2"}}), "");
  CAF_CHECK(was_there);
  CAF_CHECK_EQUAL(text_of_file(path), "mine");
  CAF_CHECK_EQUAL(count(), 1);
  fs::remove(path);
  fs::create_directory(path); // nothing to lose
  CAF_CHECK_EQUAL(make({{"a", "2"}}), "");
  CAF_CHECK(!was_there);
  CAF_CHECK_EQUAL(text_of_file(path + "/a"), "2");
}

CAF_TEST(a file is not written over) {
  CAF_CHECK_EQUAL(said(write_key_file(path, "1")), "");
  CAF_CHECK(has(said(write_key_file(path, "secret")), "File exists"));
  CAF_CHECK(!has(said(write_key_file(path, "secret")), "secret"));
  CAF_CHECK_EQUAL(text_of_file(path), "1");
  CAF_CHECK(has(said(write_key_file(path + "/x", "1")),
                "a file is in the way of a folder"));
  CAF_CHECK_EQUAL(count(), 1);
}

CAF_TEST(a file is read within a bound) {
  CAF_CHECK(has(said(read_key_file(path, text)), "cannot be read"));
  std::ofstream{path} << "1";
  CAF_CHECK_EQUAL(said(read_key_file(path, text)), "");
  CAF_CHECK_EQUAL(text, "1");
  std::ofstream{path} << std::string(65'537, 'x');
  CAF_CHECK(has(said(read_key_file(path, text)), "at most 64 kB"));
  for (auto other : {"/dev/zero", "/tmp"})
    CAF_CHECK(has(said(read_key_file(other, text)), "is no PEM file"));
}

CAF_TEST(a lock makes its folder and no more) {
  {
    folder_lock first;
    CAF_CHECK_EQUAL(said(first.take(path)), "");
    CAF_CHECK(fs::is_empty(path));
  }
  folder_lock second; // the first one has ended
  CAF_CHECK_EQUAL(said(second.take(path)), "");
  folder_lock third;
  CAF_CHECK(
      has(said(third.take(path + "/no/such")), "make the folder around it"));
  std::ofstream{path + "/file"} << "1";
  CAF_CHECK(has(said(third.take(path + "/file")), "a file is in the way"));
}

CAF_TEST_FIXTURE_SCOPE_END()
