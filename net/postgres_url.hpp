#pragma once

#include <string>
#include <utility>
#include <vector>

namespace muster {

/// Where a PostgreSQL database is, as a URL of libpq says it and its variables
/// (PGHOST, PGPORT ...) add to it. A value; it never holds a password.
class postgres_url {
public:
  /// One of the servers, which are tried in turn.
  struct server {
    /// A name, an address or, from '/' or '@' on, a socket; empty: the socket
    /// that libpq takes by itself.
    std::string host;
    /// To be used instead of looking the name up; empty: none.
    std::string address;
    /// Empty: 5432.
    std::string port;

    /// Nobody on the way to it could read along.
    bool is_local() const;
    bool is_socket() const;
  };

  /// True if `text` begins as such a URL.
  static bool fits(const std::string& text);

  /// An empty string, or what is wrong with `text` and how to mend it; it
  /// repeats nothing that may be a secret. Refuses passwords, and servers off
  /// this machine without sslmode=verify-full unless `insecure` (C14).
  static std::string parse(const std::string& text, bool insecure,
                           postgres_url& out);

  const std::vector<server>& servers() const { return servers_; }

  /// What libpq is given besides: names and values.
  const std::vector<std::pair<std::string, std::string>>& options() const {
    return options_;
  }

  /// For people: database 'bots' at db.example:5432.
  std::string name() const;

private:
  std::string database_;
  std::vector<server> servers_;
  std::vector<std::pair<std::string, std::string>> options_;
};

} // namespace muster
