#include "net/postgres_library.hpp"

#include <type_traits>

#include <dlfcn.h>

namespace muster {

namespace {

struct loaded {
  postgres_library library{};
  std::string fault = postgres_library::load("libpq.so.5", library);
};

const loaded& get() {
  static const loaded result;
  return result;
}

} // namespace

std::string postgres_library::load(const char* name, postgres_library& out) {
  std::string fault;
  auto handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  auto take = [&](const char* what, auto& to) {
    if (!fault.empty())
      return;
    auto found = handle == nullptr ? nullptr : dlsym(handle, what);
    if (found == nullptr) {
      auto why = dlerror();
      fault = std::string{"PostgreSQL's client library cannot be loaded ("}
              + (why == nullptr ? what : why) + "); install libpq5";
    }
    to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(found);
  };
#define MUSTER_TAKE(name) take(#name, out.name)
  MUSTER_TAKE(PQclear);
  MUSTER_TAKE(PQconnectPoll);
  MUSTER_TAKE(PQconnectStartParams);
  MUSTER_TAKE(PQconninfoFree);
  MUSTER_TAKE(PQconninfoParse);
  MUSTER_TAKE(PQconsumeInput);
  MUSTER_TAKE(PQerrorMessage);
  MUSTER_TAKE(PQfinish);
  MUSTER_TAKE(PQflush);
  MUSTER_TAKE(PQfreemem);
  MUSTER_TAKE(PQgetResult);
  MUSTER_TAKE(PQgetlength);
  MUSTER_TAKE(PQgetvalue);
  MUSTER_TAKE(PQisBusy);
  MUSTER_TAKE(PQnfields);
  MUSTER_TAKE(PQntuples);
  MUSTER_TAKE(PQresultErrorField);
  MUSTER_TAKE(PQresultStatus);
  MUSTER_TAKE(PQsendQuery);
  MUSTER_TAKE(PQserverVersion);
  MUSTER_TAKE(PQsetErrorVerbosity);
  MUSTER_TAKE(PQsetNoticeProcessor);
  MUSTER_TAKE(PQsetnonblocking);
  MUSTER_TAKE(PQsocket);
  MUSTER_TAKE(PQstatus);
#undef MUSTER_TAKE
  return fault;
}

const std::string& postgres_library_fault() {
  return get().fault;
}

const postgres_library& pq() {
  return get().library;
}

} // namespace muster
