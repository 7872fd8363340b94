#define CAF_SUITE net_system_trust

#include "net/system_trust.hpp"

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "app/simulator/certificate.hpp"
#include "net/openssl_ptr.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;

namespace {

x509_ptr read_certificate(const std::string& pem) {
  bio_ptr bytes{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  return x509_ptr{PEM_read_bio_X509(bytes.get(), nullptr, nullptr, nullptr)};
}

struct fixture {
  fixture() {
    std::filesystem::create_directory(certs);
    trust_lazily(store.get(), file.c_str(), certs.c_str());
  }

  bool trusts(const std::string& pem) {
    auto leaf = read_certificate(pem);
    x509_store_ctx_ptr context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
    return X509_verify_cert(context.get()) == 1;
  }

  void put(const std::string& path, const std::string& text) {
    std::ofstream{path} << text;
  }

  /// As c_rehash names it.
  std::string name_in_folder(const std::string& pem) {
    auto x = read_certificate(pem);
    char name[16];
    std::snprintf(name, sizeof name, "/%08lx.0",
                  X509_NAME_hash_ex(X509_get_subject_name(x.get()), nullptr,
                                    nullptr, nullptr));
    return certs + name;
  }

  test::temporary_folder folder;
  std::string file = folder / "all.pem";
  std::string certs = folder / "certs";
  x509_store_ptr store{X509_STORE_new()};
  sim::certificate a = sim::make_certificate("a.test");
  sim::certificate b = sim::make_certificate("b.test");
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(system_trust_tests, fixture)

CAF_TEST(the file is read when it is asked for and once) {
  put(file, a.ca + b.ca); // was not there when the store was made
  CAF_CHECK(trusts(a.leaf));
  std::filesystem::remove(file);
  for (int i = 0; i < 3; ++i) { // references are counted right
    CAF_CHECK(trusts(b.leaf));
    CAF_CHECK(trusts(a.leaf));
  }
}

CAF_TEST(what the folder has does without the file) {
  put(name_in_folder(a.ca), a.ca);
  CAF_CHECK(trusts(a.leaf));
  put(file, a.ca + b.ca); // so it has not been read yet
  CAF_CHECK(trusts(b.leaf));
}

CAF_TEST(what neither has is not trusted and leaves no error behind) {
  put(file, a.ca);
  ERR_clear_error();
  CAF_CHECK(!trusts(sim::make_certificate("c.test").leaf));
  CAF_CHECK_EQUAL(ERR_peek_error(), 0u);
  CAF_CHECK(trusts(a.leaf));
}

CAF_TEST(neither file nor folder is no fault until it matters) {
  std::filesystem::remove(certs);
  CAF_CHECK(!trusts(a.leaf));
}

CAF_TEST(many threads may ask at once) {
  put(file, a.ca + b.ca);
  std::vector<std::thread> all;
  std::atomic<int> trusted{0};
  for (int i = 0; i < 8; ++i)
    all.emplace_back([&, i] { trusted += trusts(i % 2 ? a.leaf : b.leaf); });
  for (auto& x : all)
    x.join();
  CAF_CHECK_EQUAL(trusted.load(), 8);
}

CAF_TEST_FIXTURE_SCOPE_END()
