#pragma once

#include <openssl/types.h>

namespace muster {

/// Lets `store` trust the authorities of the system, as OpenSSL's default
/// does, but reads their one large file only when an issuer is asked for that
/// the folder of single ones does not have: to read it costs more than a
/// handshake. Once for a store. Internal to the units that include OpenSSL.
/// Throws std::bad_alloc.
void trust_system(X509_STORE* store);

/// The same with this file and folder.
void trust_lazily(X509_STORE* store, const char* file, const char* folder);

} // namespace muster
