#include "net/system_trust.hpp"

#include <cstdlib> // secure_getenv
#include <filesystem>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <system_error>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace muster {

namespace {

/// What a store reads when it is first needed.
struct late_file {
  std::string path;
  std::once_flag read;
};

/// Where a store keeps its late_file.
int file_place() {
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

/// Whether the peer itself has sent the certificate that has signed `x`.
bool is_sent(X509_STORE_CTX* context, X509* x) {
  auto sent = X509_STORE_CTX_get0_untrusted(context);
  for (int i = 0; i < sk_X509_num(sent); ++i) {
    auto other = sk_X509_value(sent, i);
    if (X509_cmp(other, x) != 0 && X509_check_issued(other, x) == X509_V_OK)
      return true;
  }
  return false;
}

bool is_valid_now(const X509* x) {
  return X509_cmp_current_time(X509_get0_notBefore(x)) < 0
         && X509_cmp_current_time(X509_get0_notAfter(x)) > 0;
}

/// Called by OpenSSL, by any thread, for the issuer of `x`. Nothing may be
/// thrown through it.
int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* x) {
  auto found = X509_STORE_CTX_get1_issuer(issuer, context, x);
  // It is asked first for issuers of intermediates, which no store has.
  if (found < 0 || (found == 1 && is_valid_now(*issuer))
      || (found == 0 && is_sent(context, x)))
    return found;
  if (found == 1) // the file may have one that has not expired
    X509_free(*issuer);
  try {
    auto store = X509_STORE_CTX_get0_store(context);
    auto& late =
        *static_cast<late_file*>(X509_STORE_get_ex_data(store, file_place()));
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
  // The way to read the file is there before others look for ways.
  if (X509_STORE_add_lookup(store, X509_LOOKUP_file()) == nullptr
      || X509_STORE_set_ex_data(store, file_place(), made.get()) != 1)
    throw std::bad_alloc{};
  [[maybe_unused]] auto kept = made.release(); // by the store
  X509_STORE_set_get_issuer(store, find_issuer);
  ERR_set_mark();
  X509_STORE_load_path(store, folder); // there may be none
  std::error_code none;
  if (auto kind = std::filesystem::status(file, none).type();
      kind != std::filesystem::file_type::regular)
    X509_STORE_load_file(store, file); // a pipe may keep who reads it waiting
  ERR_pop_to_mark();
}

void trust_system(X509_STORE* store) {
  trust_lazily(store,
               from_environment(X509_get_default_cert_file_env(),
                                X509_get_default_cert_file()),
               from_environment(X509_get_default_cert_dir_env(),
                                X509_get_default_cert_dir()));
}

} // namespace muster
