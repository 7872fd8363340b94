#define CAF_SUITE net_system_trust

#include "net/system_trust.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>

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

std::string as_pem(X509* x) {
  bio_ptr out{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(out.get(), x);
  char* text = nullptr;
  auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

/// Certificates of one's own making, valid from `begin` to `end` seconds from
/// now.
struct issuer {
  std::string name;
  key_ptr key{EVP_EC_gen("P-256")};

  x509_ptr sign(const issuer& whose, long begin = -86400, long end = 86400) {
    static long serial = 0;
    x509_ptr result{X509_new()};
    auto x = result.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), begin);
    X509_gmtime_adj(X509_getm_notAfter(x), end);
    auto call = [](X509_NAME* to, const std::string& text) {
      X509_NAME_add_entry_by_txt(
          to, "CN", MBSTRING_ASC,
          reinterpret_cast<const unsigned char*>(text.c_str()), -1, -1, 0);
    };
    call(X509_get_subject_name(x), whose.name);
    call(X509_get_issuer_name(x), name);
    X509_set_pubkey(x, whose.key.get());
    extension_ptr can_sign{X509V3_EXT_conf_nid(
        nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE")};
    X509_add_ext(x, can_sign.get(), -1);
    X509_sign(x, key.get(), EVP_sha256());
    return result;
  }
};

struct fixture {
  fixture() {
    std::filesystem::create_directory(certs);
    trust_lazily(store.get(), file.c_str(), certs.c_str());
  }

  bool trusts(X509* leaf, STACK_OF(X509) * sent = nullptr) {
    x509_store_ctx_ptr context{X509_STORE_CTX_new()};
    X509_STORE_CTX_init(context.get(), store.get(), leaf, sent);
    return X509_verify_cert(context.get()) == 1;
  }

  bool trusts(const std::string& pem) {
    return trusts(read_certificate(pem).get());
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

CAF_TEST(no folder at all is no fault either) {
  x509_store_ptr other{X509_STORE_new()};
  put(file, a.ca);
  trust_lazily(other.get(), file.c_str(), "");
  std::swap(store, other);
  CAF_CHECK(trusts(a.leaf));
  CAF_CHECK_EQUAL(ERR_peek_error(), 0u);
}

CAF_TEST(a pipe in the place of the file is read at once) {
  // Later it could keep the loop of all connections waiting.
  auto pipe = folder / "pipe";
  CAF_REQUIRE_EQUAL(mkfifo(pipe.c_str(), 0600), 0);
  auto written = std::async(std::launch::async, [&] { put(pipe, a.ca); });
  x509_store_ptr other{X509_STORE_new()};
  trust_lazily(other.get(), pipe.c_str(), certs.c_str());
  CAF_REQUIRE(written.wait_for(std::chrono::seconds(20))
              == std::future_status::ready);
  std::filesystem::remove(pipe);
  std::swap(store, other);
  CAF_CHECK(trusts(a.leaf));
}

CAF_TEST(an intermediate that was sent is not looked for in the file) {
  issuer root{"root"}, between{"between"}, host{"host"};
  auto root_pem = as_pem(root.sign(root).get());
  put(name_in_folder(root_pem), root_pem);
  put(file, a.ca);
  auto leaf = between.sign(host);
  x509_stack_ptr sent{sk_X509_new_null()};
  sk_X509_push(sent.get(), root.sign(between).release());
  CAF_CHECK(trusts(leaf.get(), sent.get()));
  std::filesystem::remove(file); // which has not been read yet
  put(file, b.ca);
  CAF_CHECK(trusts(b.leaf));
}

CAF_TEST(a root that was sent is looked for in the file) {
  issuer root{"root"}, between{"between"}, host{"host"};
  auto self = root.sign(root);
  put(file, as_pem(self.get()));
  auto leaf = between.sign(host);
  x509_stack_ptr sent{sk_X509_new_null()};
  sk_X509_push(sent.get(), root.sign(between).release());
  sk_X509_push(sent.get(), self.release());
  CAF_CHECK(trusts(leaf.get(), sent.get()));
}

CAF_TEST(an authority that has expired does not hide its successor) {
  issuer root{"root"}, host{"host"};
  auto old = as_pem(root.sign(root, -86400, -3600).get());
  put(name_in_folder(old), old);
  put(file, as_pem(root.sign(root).get()));
  CAF_CHECK(trusts(root.sign(host).get()));
}

CAF_TEST(an authority that has expired is not trusted) {
  issuer root{"root"}, host{"host"};
  auto old = as_pem(root.sign(root, -86400, -3600).get());
  put(name_in_folder(old), old);
  put(file, a.ca);
  CAF_CHECK(!trusts(root.sign(host).get()));
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
