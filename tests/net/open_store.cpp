#define CAF_SUITE net_open_store

#include "net/open_store.hpp"

#include <stdexcept>

#include <algorithm>
#include <iterator>

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

std::string id_of(const char* text) {
  return bot_id(*token::parse(text));
}

} // namespace

namespace {

/// Empty if the URL is taken.
std::string refusal_of(const char* url) {
  try {
    open_store(url, *token::parse("a.b"));
    return "";
  } catch (const std::invalid_argument& wrong) {
    return wrong.what();
  }
}

} // namespace

CAF_TEST(C15 a bot is known by the id in its token) {
  CAF_CHECK_EQUAL(id_of("MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.secret"),
                  "123456789012345678");
  CAF_CHECK_EQUAL(id_of("MTIzNDU2Nzg5MDEyMzQ1Njc4OTA.x.y"),
                  "12345678901234567890");
}

CAF_TEST(C15 any other token is known by a hash) {
  std::string ids[] = {id_of("secret.token"),
                       id_of("another.token"),
                       id_of("MTIzNDU2Nzg5MDEyMzQ1Njc4"), // no first part
                       id_of("MTIz!.x"),
                       id_of(".x"),
                       id_of("eA.x"),
                       id_of(std::string(500, 'M').c_str())};
  for (auto& x : ids) {
    CAF_CHECK_EQUAL(x.size(), 26u);
    CAF_CHECK_EQUAL(std::count(std::begin(ids), std::end(ids), x), 1);
    CAF_CHECK(x.find("token") == std::string::npos);
  }
}

CAF_TEST(no URL is no store) {
  CAF_CHECK(open_store("", *token::parse("a.b")) == nullptr);
  CAF_CHECK(open_store("sqlite:x", *token::parse("a.b"))->blocks());
  for (auto url : {"mysql://db/bots", "sqlite:", "x", "postgresql://localhost",
                   "postgresql://me:secret@localhost/bots"})
    CAF_CHECK_NOT_EQUAL(refusal_of(url), "");
  CAF_CHECK(refusal_of("postgresql://me:secret@localhost/bots").find("secret")
            == std::string::npos);
}
