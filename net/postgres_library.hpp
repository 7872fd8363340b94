#pragma once

#include <string>

#include <libpq-fe.h>

namespace muster {

/// libpq's functions by their own names, of the library that is loaded when it
/// is first asked for: with it come ten others, which to load at each start of
/// a bot that has no PostgreSQL takes longer than a TLS handshake. Internal to
/// the units that include libpq.
struct postgres_library {
  decltype(&::PQclear) PQclear;
  decltype(&::PQconnectPoll) PQconnectPoll;
  decltype(&::PQconnectStartParams) PQconnectStartParams;
  decltype(&::PQconninfoFree) PQconninfoFree;
  decltype(&::PQconninfoParse) PQconninfoParse;
  decltype(&::PQconsumeInput) PQconsumeInput;
  decltype(&::PQerrorMessage) PQerrorMessage;
  decltype(&::PQfinish) PQfinish;
  decltype(&::PQflush) PQflush;
  decltype(&::PQfreemem) PQfreemem;
  decltype(&::PQgetResult) PQgetResult;
  decltype(&::PQgetlength) PQgetlength;
  decltype(&::PQgetvalue) PQgetvalue;
  decltype(&::PQisBusy) PQisBusy;
  decltype(&::PQnfields) PQnfields;
  decltype(&::PQntuples) PQntuples;
  decltype(&::PQresultErrorField) PQresultErrorField;
  decltype(&::PQresultStatus) PQresultStatus;
  decltype(&::PQsendQuery) PQsendQuery;
  decltype(&::PQserverVersion) PQserverVersion;
  decltype(&::PQsetErrorVerbosity) PQsetErrorVerbosity;
  decltype(&::PQsetNoticeProcessor) PQsetNoticeProcessor;
  decltype(&::PQsetnonblocking) PQsetnonblocking;
  decltype(&::PQsocket) PQsocket;
  decltype(&::PQstatus) PQstatus;

  /// Fills `out` from the shared library `name`; gives what is wrong, with the
  /// mend. It stays loaded.
  static std::string load(const char* name, postgres_library& out);
};

/// An empty string, or why there is no libpq, and the mend. Thread-safe.
const std::string& postgres_library_fault();

/// libpq, only while postgres_library_fault() is empty. Thread-safe.
const postgres_library& pq();

} // namespace muster
