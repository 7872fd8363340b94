#define CAF_SUITE net_tls

#include "net/tls.hpp"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "app/simulator/certificate.hpp"
#include "messages/errc.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

struct fixture {
  ~fixture() { std::filesystem::remove(path); }

  /// What is said of a CA file that holds `text`.
  std::string said(const std::string& text) {
    std::ofstream{path} << text;
    return said_of(path);
  }

  std::string said_of(const std::string& file) {
    auto error = tls_context::make(file, made);
    CAF_CHECK_EQUAL(made == nullptr, static_cast<bool>(error));
    if (!error)
      return {};
    CAF_CHECK_EQUAL(code_of(error), errc::invalid_settings);
    auto text = sentence_of(error);
    CAF_CHECK(text.find(file) != std::string::npos);
    CAF_CHECK(text.find("; name ") != std::string::npos); // the mend
    return text;
  }

  std::string path = std::filesystem::temp_directory_path()
                     / ("muster_tls_" + std::to_string(getpid()) + ".pem");
  std::shared_ptr<tls_context> made;
  sim::certificate x = sim::make_certificate("a.test");
};

bool has(const std::string& text, std::string_view part) {
  CAF_MESSAGE(text);
  return text.find(part) != std::string::npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(tls_tests, fixture)

CAF_TEST(certificates of a PEM file are taken) {
  CAF_CHECK_EQUAL(said(x.ca), "");
  CAF_CHECK_EQUAL(said("a comment\n" + x.ca + x.ca + x.key + x.leaf), "");
  CAF_CHECK(!tls_context::make("", made));
  CAF_CHECK(made != nullptr);
}

CAF_TEST(a file that cannot be used is told with the reason) {
  CAF_CHECK(has(said_of("/nowhere/ca.pem"), "No such file"));
  CAF_CHECK(has(said_of("/tmp"), "Is a directory"));
  CAF_CHECK(has(said(""), "is empty"));
  CAF_CHECK(has(said("no certificate"), "holds no certificate in PEM"));
  CAF_CHECK(has(said(x.key), "holds no certificate in PEM"));
  CAF_CHECK(has(said(std::string(200, '\x30')), "holds no certificate in PEM"));
  auto broken = x.ca;
  broken.replace(broken.find('\n') + 10, 5, "#####");
  CAF_CHECK(has(said(broken), "certificate that cannot be read"));
  CAF_CHECK(has(said(x.ca + broken), "certificate that cannot be read"));
  CAF_CHECK(has(said(x.ca.substr(0, x.ca.size() / 2)), "cannot be read"));
  CAF_CHECK(has(said_of("/dev/zero"), "larger than 16 MB"));
}

CAF_TEST_FIXTURE_SCOPE_END()
