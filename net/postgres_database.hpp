#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include <caf/error.hpp>
#include <nlohmann/json_fwd.hpp>

#include "net/postgres_connection.hpp"

namespace muster {

/// How long a call may take; what the server stops must leave time for its
/// answer.
struct postgres_limits {
  /// All of it, connecting included, by the clock of the caller.
  std::chrono::milliseconds whole{8000};
  /// A statement, and its wait for a lock, by the clock of the server.
  std::chrono::milliseconds statement{6000};
  std::chrono::milliseconds lock{3000};
};

/// The database in which the state of bots is kept: its server and its schema
/// are checked before anything is asked of it, the schema is made if there is
/// none. What is another program's or of a newer version is left as it is.
/// One connection, without anything that a pooler could not hand to another
/// one. Not thread-safe.
class postgres_database {
public:
  explicit postgres_database(postgres_url url);

  /// Calls a function of the schema, in a transaction of its own, and once
  /// more if it would succeed at once. errc::store_away: it may have been
  /// done or not, and may be called again.
  caf::error call(const char* function, const nlohmann::json& args,
                  const postgres_limits& limits, nlohmann::json& out);
  /// The same for who writes nothing, and makes nothing.
  caf::error call_to_look(const char* function, const nlohmann::json& args,
                          const postgres_limits& limits, nlohmann::json& out);

  /// Another one has checked it. Callable from any thread.
  void trust() { checked_ = true; }

  /// Of what it has: postgres_url::name().
  const std::string& name() const { return name_; }
  caf::error refuse(const std::string& why) const;

private:
  caf::error call(const char* function, const nlohmann::json& args,
                  const postgres_limits& limits, bool looks,
                  nlohmann::json& out);
  /// Sends one message, a transaction.
  std::optional<postgres_fault> send(const std::string& what,
                                     const postgres_limits& limits,
                                     time_point until, nlohmann::json& out);
  /// Of the server and of its schema, which it makes; `refusal` is what it
  /// finds wrong.
  std::optional<postgres_fault> check(const postgres_limits& limits,
                                      time_point until, bool looks,
                                      caf::error& refusal);

  postgres_connection connection_;
  std::string name_;
  /// Its schema is good. Later, a newer version may have added to it (C15).
  std::atomic<bool> checked_{false};
};

} // namespace muster
