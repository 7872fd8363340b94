#include "net/system_trust.hpp"

#include <cstdlib> // secure_getenv
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

namespace muster {

namespace {

/// What a store reads when it is first needed.
struct late_file {
  std::string path;
  std::once_flag read;
};

/// Where a store keeps its late_file.
int place() {
  static const auto result = [] {
    auto made = CRYPTO_get_ex_new_index(
        CRYPTO_EX_INDEX_X509_STORE, 0, nullptr, nullptr, nullptr,
        [](void*, void* x, CRYPTO_EX_DATA*, int, long, void*) {
          delete static_cast<late_file*>(x);
        });
    if (made < 0)
      throw std::bad_alloc{};
    return made;
  }();
  return result;
}

/// Called by OpenSSL, by any thread, for the issuer of `x`. Nothing may be
/// thrown through it.
int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* x) {
  auto found = X509_STORE_CTX_get1_issuer(issuer, context, x);
  if (found != 0)
    return found;
  try {
    auto store = X509_STORE_CTX_get0_store(context);
    auto& late =
        *static_cast<late_file*>(X509_STORE_get_ex_data(store, place()));
    std::call_once(late.read, [&] {
      ERR_set_mark();
      X509_STORE_load_file(store, late.path.c_str());
      ERR_pop_to_mark(); // whoever is not trusted will be told so
    });
  } catch (...) {
    return 0;
  }
  return X509_STORE_CTX_get1_issuer(issuer, context, x);
}

const char* from_environment(const char* name, const char* otherwise) {
  auto result = secure_getenv(name);
  return result == nullptr ? otherwise : result;
}

} // namespace

void trust_lazily(X509_STORE* store, const char* file, const char* folder) {
  auto made = std::make_unique<late_file>();
  made->path = file;
  if (X509_STORE_load_path(store, folder) != 1
      || X509_STORE_set_ex_data(store, place(), made.get()) != 1)
    throw std::bad_alloc{};
  made.release();
  X509_STORE_set_get_issuer(store, find_issuer);
}

void trust_system(X509_STORE* store) {
  trust_lazily(store,
               from_environment(X509_get_default_cert_file_env(),
                                X509_get_default_cert_file()),
               from_environment(X509_get_default_cert_dir_env(),
                                X509_get_default_cert_dir()));
}

} // namespace muster
