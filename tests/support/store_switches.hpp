#pragma once

#include <csignal>
#include <stdexcept>
#include <string>

#include <sqlite3.h>

#include "net/certificate_maker.hpp"
#include "tests/support/node_trial.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/temporary_folder.hpp"

namespace muster::test {

/// A file that can be kept from everybody else, as a stopped database is.
class sqlite_switch {
public:
  ~sqlite_switch() { sqlite3_close(lock_); }

  std::string url() const { return "sqlite:" + path_; }

  node_trial::store_switch both() {
    return {[this] {
              if (sqlite3_open(path_.c_str(), &lock_) != SQLITE_OK
                  || sqlite3_busy_timeout(lock_, 10'000) != SQLITE_OK
                  || sqlite3_exec(lock_, "BEGIN IMMEDIATE", nullptr, nullptr,
                                  nullptr)
                         != SQLITE_OK)
                throw std::runtime_error("the file cannot be locked");
            },
            [this] {
              sqlite3_close(lock_);
              lock_ = nullptr;
            }};
  }

private:
  temporary_folder folder_;
  std::string path_ = folder_ / "bot.db";
  sqlite3* lock_ = nullptr;
};

/// A server that is stopped as a crash does, and keys for those that use it.
class postgres_switch {
public:
  explicit postgres_switch(const std::string& host = "127.0.0.1")
      : server_(host) {
    machine_keys made;
    if (make_machine_keys(folder_ / "keys", {"here"}, caf::make_timestamp(),
                          made))
      throw std::runtime_error("no keys were made");
  }

  std::string url() const { return server_.url(); }
  std::string keys() const { return folder_ / "keys/here"; }

  /// Of all transactions so far.
  double commits() {
    return std::stod(server_.execute(
        "SELECT xact_commit FROM pg_stat_database WHERE datname='postgres'"));
  }

  node_trial::store_switch both() {
    return {[this] { server_.stop(SIGQUIT); }, [this] { server_.start(); }};
  }

private:
  temporary_folder folder_;
  postgres_server server_;
};

} // namespace muster::test
