#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/clock.hpp"
#include "net/name_lookup.hpp"
#include "net/postgres_fault.hpp"
#include "net/postgres_url.hpp"

struct pg_conn;

namespace muster {

/// One connection to a PostgreSQL server, made when it is needed; every wait
/// has a deadline, whatever the server or the network does. Not thread-safe.
class postgres_connection {
public:
  explicit postgres_connection(postgres_url url);
  ~postgres_connection();

  postgres_connection(const postgres_connection&) = delete;
  postgres_connection& operator=(const postgres_connection&) = delete;

  /// Connects, if there is no connection. Each server and each of its addresses
  /// has its part of the time.
  std::optional<postgres_fault> open(time_point until);
  bool is_open() const { return conn_ != nullptr; }
  void close() { conn_.reset(); }

  /// Of the server, 150004 for 15.4; 0 without a connection.
  int server_version() const;

  /// Sends one message of statements, which are one transaction, and waits for
  /// its end. `out` is the first text of the last row. Without an answer the
  /// connection is closed, and nobody knows what came of it.
  std::optional<postgres_fault> ask(const std::string& message,
                                    time_point until, std::string& out);

private:
  struct closer {
    void operator()(pg_conn* x) const;
  };
  using handle = std::unique_ptr<pg_conn, closer>;

  std::optional<postgres_fault> open(const postgres_url::server& at,
                                     time_point until);
  std::optional<postgres_fault> dial(const postgres_url::server& at,
                                     const std::string& address,
                                     time_point until);
  /// True if it may be read or, with `writing`, written before `until`.
  bool wait(bool reading, bool writing, time_point until);
  std::optional<postgres_fault> flush(time_point until);
  postgres_fault lost(const char* why);

  postgres_url url_;
  name_lookup names_;
  handle conn_;
};

} // namespace muster
