#pragma once

#include <memory>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace muster {

template <auto Free>
struct openssl_freer {
  template <class T>
  void operator()(T* x) const {
    Free(x);
  }
};

using bio_ptr = std::unique_ptr<BIO, openssl_freer<BIO_free_all>>;
using key_ptr = std::unique_ptr<EVP_PKEY, openssl_freer<EVP_PKEY_free>>;
using x509_ptr = std::unique_ptr<X509, openssl_freer<X509_free>>;
using x509_store_ptr =
    std::unique_ptr<X509_STORE, openssl_freer<X509_STORE_free>>;
using x509_store_ctx_ptr =
    std::unique_ptr<X509_STORE_CTX, openssl_freer<X509_STORE_CTX_free>>;
using x509_stack_ptr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * x) {
                      sk_X509_pop_free(x, X509_free);
                    })>;
using extension_ptr =
    std::unique_ptr<X509_EXTENSION, openssl_freer<X509_EXTENSION_free>>;
using general_names_ptr =
    std::unique_ptr<GENERAL_NAMES, openssl_freer<GENERAL_NAMES_free>>;
using general_name_ptr =
    std::unique_ptr<GENERAL_NAME, openssl_freer<GENERAL_NAME_free>>;

} // namespace muster
