#include "net/postgres_database.hpp"

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "net/postgres_schema.hpp"

namespace muster {

namespace {

using fault = std::optional<postgres_fault>;
using nlohmann::json;

/// What stands before each statement of ours. Several statements in one message
/// are one transaction, which the server ends by itself, whatever becomes of
/// the client; none of its settings outlasts it.
std::string preamble(const postgres_limits& x) {
  auto ms = [](auto value) { return std::to_string(value.count()) + ';'; };
  // Each statement sees what was committed before it, whatever the default is
  // here: who has waited for a lock must see what the other has done.
  return "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
         "SET LOCAL statement_timeout = "
         + ms(x.statement) + "SET LOCAL lock_timeout = " + ms(x.lock)
         + "SET LOCAL idle_in_transaction_session_timeout = " + ms(x.statement)
         + "SELECT set_config('synchronous_commit', CASE "
           "current_setting('synchronous_commit') WHEN 'remote_apply' THEN "
           "'remote_apply' ELSE 'on' END, true);";
}

constexpr auto check_text = R"sql(
SELECT json_build_array(count(*),
  count(*) FILTER (WHERE c.relname = 'version' AND EXISTS(
    SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
    AND a.attname = 'program')))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'muster')sql";

constexpr auto version_text = R"sql(
SELECT coalesce((SELECT json_build_array(program = 'muster', number)
  FROM muster.version), '[false]'))sql";

} // namespace

postgres_database::postgres_database(postgres_url url)
    : connection_(url), name_(url.name()) {}

caf::error postgres_database::refuse(const std::string& why) const {
  return make_error(errc::store_refused, "the state in " + name_ + ' ' + why);
}

fault postgres_database::send(const std::string& what,
                              const postgres_limits& limits, time_point until,
                              json& out) {
  std::string text;
  if (auto x = connection_.ask(preamble(limits) + what, until, text))
    return x;
  out = json::parse(text, nullptr, false);
  return {};
}

fault postgres_database::check(const postgres_limits& limits, time_point until,
                               bool looks, caf::error& refusal) {
  if (auto version = connection_.server_version(); version < 130000) {
    refusal =
        refuse("is on a server of version " + std::to_string(version / 10000)
               + "; muster needs PostgreSQL 13 or later");
    return {};
  }
  json found;
  if (auto x = send(check_text, limits, until, found))
    return x;
  auto tables = found.at(0).get<int>();
  auto known = found.at(1).get<int>() > 0;
  if (known) {
    if (auto x = send(version_text, limits, until, found))
      return x;
    known = found.at(0).get<bool>();
  }
  if (tables > 0 && !known) {
    refusal = refuse("cannot be kept there: its schema muster is another "
                     "program's; it is left as it is, name another database");
    return {};
  }
  auto number = tables > 0 ? found.at(1).get<int>() : 0;
  if (number > postgres_schema_version) {
    refusal = refuse("is of a newer version of muster; run that one, or name "
                     "another database");
    return {};
  }
  if (number < postgres_schema_version) {
    if (looks) {
      refusal =
          refuse(number == 0 ? "holds no bot; none has run with it"
                             : "is of an older version of muster; a start of "
                               "the bot brings it up to date");
      return {};
    }
    if (auto x = send(postgres_schema(), limits, until, found))
      return x;
  }
  checked_ = true;
  return {};
}

caf::error postgres_database::call(const char* function, const json& args,
                                   const postgres_limits& limits, json& out) {
  return call(function, args, limits, false, out);
}

caf::error postgres_database::call_to_look(const char* function,
                                           const json& args,
                                           const postgres_limits& limits,
                                           json& out) {
  return call(function, args, limits, true, out);
}

caf::error postgres_database::call(const char* function, const json& args,
                                   const postgres_limits& limits, bool looks,
                                   json& out) {
  // Texts are digits in it: nothing in it ends a literal.
  auto what =
      std::string{"SELECT muster."} + function + "('" + args.dump() + "')";
  auto until = std::chrono::steady_clock::now() + limits.whole;
  for (int again = 2;; --again) {
    auto was_open = connection_.is_open();
    auto x = connection_.open(until);
    caf::error refusal;
    try {
      if (!x && !checked_)
        x = check(limits, until, looks, refusal);
      if (!x && !refusal)
        x = send(what, limits, until, out);
    } catch (const json::exception&) {
      return refuse("cannot be used (the server answers something else); name "
                    "a PostgreSQL database");
    }
    if (refusal) {
      connection_.close();
      return refusal;
    }
    if (!x)
      return caf::none;
    // Of a connection that others have closed, as a server that was started
    // anew does, this is the first to hear.
    auto stale = was_open && !connection_.is_open();
    if (again == 0 || !(x->is_passing() || stale)
        || std::chrono::steady_clock::now() >= until)
      return x->to_error(name_);
  }
}

} // namespace muster
