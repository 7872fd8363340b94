#pragma once

#include <memory>
#include <string>

#include "net/postgres_store.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary_folder.hpp"

struct pg_conn;

namespace muster::test {

/// A PostgreSQL server in a folder of its own, on a port and a socket of its
/// own, which ends with this process; pgbouncer before it, handing connections
/// on with each transaction. Throws std::runtime_error if one of them cannot be
/// started: that is a failure, not a reason to skip.
class postgres_server {
public:
  /// Reached at `host`, an address of this process's network.
  explicit postgres_server(std::string host = "127.0.0.1");
  ~postgres_server();

  postgres_server(const postgres_server&) = delete;
  postgres_server& operator=(const postgres_server&) = delete;

  /// The one that all tests of this process share who do not stop it.
  static postgres_server& shared();

  /// Of a database, for a role that needs no password; "secret" needs one.
  std::string url(const std::string& database = "postgres",
                  const std::string& role = "postgres") const;
  std::string socket_url(const std::string& database = "postgres") const;
  std::string pooled_url(const std::string& database = "postgres");

  /// An empty one, with a name of its own.
  std::string make_database();

  /// A bot that nobody has run.
  static std::string new_bot();

  /// What a store is given, without looking at how safe it is.
  static postgres_url parse(const std::string& url);

  /// Runs a statement; gives the first text of its last row.
  std::string execute(const std::string& what,
                      const std::string& database = "postgres");

  /// Ends it, as a crash does or (SIGINT) in order; it can be started again.
  void stop(int signal);
  void start();

  /// Stops it, begins another timeline, as when a standby takes over, and
  /// starts it.
  void fail_over();

  std::string data() const { return folder_ / "data"; }
  /// Runs a program of PostgreSQL's to its end; throws if that fails.
  void run(const std::string& program, std::vector<std::string> args);

private:
  void start_pooler();

  temporary_folder folder_;
  std::string host_;
  std::string port_;
  std::string pooler_port_;
  int timeline_ = 1;
  std::unique_ptr<process> server_;
  std::unique_ptr<process> pooler_;
};

/// A session of somebody else with the server, such as one that holds locks.
class postgres_client {
public:
  explicit postgres_client(const std::string& url);
  ~postgres_client();

  postgres_client(const postgres_client&) = delete;
  postgres_client& operator=(const postgres_client&) = delete;

  /// The first text of the last row; throws std::runtime_error.
  std::string execute(const std::string& what);

private:
  pg_conn* conn_;
};

} // namespace muster::test
