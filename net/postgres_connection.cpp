#include "net/postgres_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>

#include "net/postgres_library.hpp"

namespace muster {

namespace {

using fault = std::optional<postgres_fault>;
using std::chrono::steady_clock;

constexpr auto too_late = "no answer in time";

} // namespace

void postgres_connection::closer::operator()(pg_conn* x) const {
  pq().PQfinish(x);
}

postgres_connection::postgres_connection(postgres_url url)
    : url_(std::move(url)) {}

postgres_connection::~postgres_connection() = default;

int postgres_connection::server_version() const {
  return conn_ ? pq().PQserverVersion(conn_.get()) : 0;
}

// -- connecting ---------------------------------------------------------------

fault postgres_connection::open(time_point until) {
  if (conn_ && pq().PQstatus(conn_.get()) == CONNECTION_OK)
    return {};
  conn_.reset();
  fault result;
  auto& all = url_.servers();
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto now = steady_clock::now();
    auto part = (until - now) / static_cast<long>(all.size() - i);
    auto x = open(all[i], now + part);
    if (!x)
      return {};
    // Where one may come back, what another one says is not the end.
    if (!result || (result->is_final() && !x->is_final()))
      result = std::move(x);
  }
  return result;
}

fault postgres_connection::open(const postgres_url::server& at,
                                time_point until) {
  if (at.is_socket())
    return dial(at, "", until);
  auto all = at.address.empty() ? names_.find(at.host, until)
                                : std::vector<std::string>{at.address};
  if (all.empty())
    return postgres_fault{"", "the name '" + at.host + "' has no address"};
  fault result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto now = steady_clock::now();
    auto part = (until - now) / static_cast<long>(all.size() - i);
    auto x = dial(at, all[i], now + part);
    if (!x)
      return {};
    // Who has answered knows more than an address where nobody is.
    if (!result || x->is_final())
      result = std::move(x);
  }
  return result;
}

fault postgres_connection::dial(const postgres_url::server& at,
                                const std::string& address, time_point until) {
  std::vector<const char*> names;
  std::vector<const char*> values;
  auto add = [&](const char* name, const std::string& value) {
    if (value.empty())
      return;
    names.push_back(name);
    values.push_back(value.c_str());
  };
  add("host", at.host);
  add("hostaddr", address);
  add("port", at.port);
  for (auto& [name, value] : url_.options())
    add(name.c_str(), value);
  names.push_back(nullptr);
  values.push_back(nullptr);
  conn_.reset(pq().PQconnectStartParams(names.data(), values.data(), 0));
  if (!conn_)
    return postgres_fault{"53200", "no memory"};
  // It would print them.
  pq().PQsetNoticeProcessor(
      conn_.get(), [](void*, const char*) {}, nullptr);
  pq().PQsetErrorVerbosity(conn_.get(), PQERRORS_VERBOSE); // with its code
  auto refused = [&]() -> fault {
    auto x = postgres_fault::of_connecting(pq().PQerrorMessage(conn_.get()));
    conn_.reset();
    return x;
  };
  if (pq().PQstatus(conn_.get()) == CONNECTION_BAD)
    return refused();
  auto next = PGRES_POLLING_WRITING;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED)
      return refused();
    if (!wait(next == PGRES_POLLING_READING, next == PGRES_POLLING_WRITING,
              until))
      return lost(too_late);
    next = pq().PQconnectPoll(conn_.get());
  }
  if (pq().PQsetnonblocking(conn_.get(), 1) != 0)
    return lost("the connection cannot be used");
  return {};
}

// -- asking -------------------------------------------------------------------

bool postgres_connection::wait(bool reading, bool writing, time_point until) {
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(
                    until - steady_clock::now())
                    .count();
    if (left <= 0)
      return false;
    auto socket = pq().PQsocket(conn_.get());
    if (socket < 0)
      return true; // it has been closed, which is for libpq to tell
    pollfd x{
        socket,
        static_cast<short>((reading ? POLLIN : 0) | (writing ? POLLOUT : 0)),
        0};
    auto n = poll(&x, 1, static_cast<int>(std::min<long>(left, 60'000)));
    if (n > 0)
      return true; // an error is for libpq to find
    if (n < 0 && errno != EINTR)
      return false;
  }
}

postgres_fault postgres_connection::lost(const char* why) {
  conn_.reset();
  return {"", why};
}

fault postgres_connection::flush(time_point until) {
  for (;;) {
    auto n = pq().PQflush(conn_.get());
    if (n == 0)
      return {};
    if (n < 0)
      return lost("the connection is lost");
    // A server that writes reads on only when that is read.
    if (!wait(true, true, until))
      return lost(too_late);
    if (pq().PQconsumeInput(conn_.get()) == 0)
      return lost("the connection is lost");
  }
}

fault postgres_connection::ask(const std::string& message, time_point until,
                               std::string& out) {
  out.clear();
  if (pq().PQsendQuery(conn_.get(), message.c_str()) == 0)
    return lost("the connection is lost");
  if (auto x = flush(until))
    return x;
  fault result;
  for (;;) {
    while (pq().PQisBusy(conn_.get()) != 0) {
      if (!wait(true, false, until))
        return lost(too_late);
      if (pq().PQconsumeInput(conn_.get()) == 0) {
        // What it said before it went is still to be read.
        if (pq().PQisBusy(conn_.get()) != 0)
          return lost("the connection is lost");
        break;
      }
    }
    std::unique_ptr<PGresult, decltype(&::PQclear)> x{
        pq().PQgetResult(conn_.get()), pq().PQclear};
    if (!x)
      break;
    switch (pq().PQresultStatus(x.get())) {
    case PGRES_COMMAND_OK:
      break;
    case PGRES_TUPLES_OK:
      out.clear();
      if (pq().PQntuples(x.get()) > 0 && pq().PQnfields(x.get()) > 0)
        out.assign(pq().PQgetvalue(x.get(), 0, 0),
                   static_cast<std::size_t>(pq().PQgetlength(x.get(), 0, 0)));
      break;
    case PGRES_FATAL_ERROR: {
      auto field = [&](int what) {
        auto text = pq().PQresultErrorField(x.get(), what);
        return std::string{text != nullptr ? text : ""};
      };
      if (!result)
        result = postgres_fault{field(PG_DIAG_SQLSTATE),
                                field(PG_DIAG_MESSAGE_PRIMARY)};
      if (result->text.empty())
        result->text = "the connection is lost";
      break;
    }
    default: // it would wait for what nobody sends
      return lost("the server answers something else");
    }
  }
  if (pq().PQstatus(conn_.get()) != CONNECTION_OK)
    conn_.reset();
  if (!conn_ && !result)
    result = postgres_fault{"", "the connection is lost"};
  return result;
}

} // namespace muster
