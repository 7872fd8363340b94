#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <caf/send.hpp>

#include "actors/tracker.hpp"
#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/inquiry.hpp"
#include "app/option_types.hpp"
#include "app/options.hpp"
#include "app/session.hpp"
#include "app/text.hpp"
#include "messages/errc.hpp"

namespace muster::app {

namespace {

struct members_options {
  connection_options connection;
  std::string guild;
  std::string query;
  std::optional<std::int32_t> limit;
  std::vector<std::string> users;
  bool presences = false;
  /// Longest wait for the answer, and between two chunks of it.
  caf::timespan deadline = std::chrono::minutes(2);
};

/// What the connection last said of itself; for two threads.
class last_words {
public:
  void disconnected(std::string reason) {
    std::lock_guard guard{mutex_};
    connected_ = false;
    reason_ = std::move(reason);
  }

  void connected() {
    std::lock_guard guard{mutex_};
    connected_ = true;
    reason_.clear();
  }

  /// Why there is no connection; `otherwise` if there never was one.
  std::string why(std::string otherwise) const {
    std::lock_guard guard{mutex_};
    return connected_ || !reason_.empty() ? reason_ : otherwise;
  }

private:
  mutable std::mutex mutex_;
  bool connected_ = false;
  std::string reason_;
};

[[noreturn]] void reject(const char* option, const std::string& why) {
  throw CLI::ValidationError(option, why);
}

/// The request that the options ask for.
guild_members_request wish_of(const members_options& x) {
  auto guild = parse_snowflake(x.guild);
  if (!guild)
    reject("GUILD_ID", "'" + x.guild
                           + "' is no guild id; it is a positive number of up "
                             "to 20 digits");
  if (!x.users.empty() && (!x.query.empty() || x.limit))
    reject("--user",
           "it cannot be combined with --query or --limit; ask twice");
  if (x.limit && x.query.empty())
    reject("--limit", "it goes with --query PREFIX; leave it out for the whole "
                      "list");
  if (x.limit && (*x.limit < 1 || *x.limit > max_limit))
    reject("--limit",
           std::to_string(*x.limit) + " is not 1 to 100; left out, it is 100");
  auto result = guild_members_request::whole_list(*guild);
  if (!x.query.empty())
    result = guild_members_request::search(*guild, x.query,
                                           x.limit.value_or(max_limit));
  if (!x.users.empty()) {
    std::vector<snowflake> ids;
    for (auto& text : x.users) {
      auto id = parse_snowflake(text);
      if (!id)
        reject("--user", "'" + text
                             + "' is no user id; it is a positive number of up "
                               "to 20 digits");
      ids.push_back(*id);
    }
    result = guild_members_request::users(*guild, std::move(ids));
  }
  return result.with_presences(x.presences);
}

/// "no answer for 2 min 0 s: REASON".
std::string tell_late(caf::timespan deadline, std::string reason) {
  // What is tried next matters no more.
  reason.resize(std::min(reason.find("; asking again"), reason.size()));
  return "no answer for " + to_words(deadline)
         + (reason.empty() ? "; raise --deadline to wait longer"
                           : ": " + reason);
}

int members(members_options& x) {
  auto& options = x.connection;
  options.resolve();
  auto wish = wish_of(x);
  if (x.deadline.count() <= 0)
    reject("--deadline", "it is more than 0; write 2m");
  if (options.wants_simulator())
    throw CLI::ValidationError(
        "there is no token; set DISCORD_TOKEN or --token-file, or name a local "
        "gateway with --rest-url");
  auto& values = options.values;
  values.owner_of = wish.guild_id;
  // What can be told without connecting is told at once.
  shard_id any{shard_of(wish.guild_id, 1), 1};
  if (auto error = validate(wish, values.intents, any))
    throw CLI::ValidationError(sentence_of(error));
  session s{options.log_level, options.json_log()};
  last_words connection;
  std::string fatal;
  auto asked =
      std::make_shared<inquiry>(inquiry{s, x.deadline, x.presences, {}, false});
  tracker bot{s.system(), values, options.secret};
  bot.on([&](const shard_ready&) { connection.connected(); },
         [&](const shard_resumed&) { connection.connected(); },
         [&](const shard_disconnected& e) {
           connection.disconnected(e.reason);
           if (e.next != next_step::none)
             return;
           fatal = e.reason;
           s.end(exit_fatal);
         });
  auto actor = ask(s.system(), bot.router(), std::move(wish), asked);
  bot.start();
  auto code = s.wait();
  auto reason = connection.why(s.last_warning());
  bot.stop();
  caf::anon_send(actor, unsubscribe_request{});
  // The end of the shard also ends the request, and either may be heard of
  // first; now both have been.
  if (code == exit_partial && !fatal.empty())
    code = exit_fatal;
  auto why = asked->late      ? tell_late(x.deadline, std::move(reason))
             : !fatal.empty() ? fatal
                              : asked->refusal;
  if ((code == exit_fatal || code == exit_partial) && !why.empty()
      && !s.told(why))
    std::fprintf(stderr, "muster: %s\n", why.c_str());
  return code;
}

} // namespace

command add_members(CLI::App& program) {
  auto x = std::make_shared<members_options>();
  auto& command = *program.add_subcommand(
      "members", "Ask for members of one guild and print each as JSON, one a "
                 "line. Exit code 0 when all came, 3 when not.");
  command.add_option("GUILD_ID", x->guild, "The guild")->required();
  command
      .add_option("--query", x->query,
                  "Only members whose username starts with this")
      ->type_name("PREFIX");
  command
      .add_option("--limit", x->limit,
                  "With --query: at most so many, 1 to 100 [100]")
      ->type_name("N");
  command
      .add_option("--user", x->users,
                  "Only this user; up to 100, may be repeated")
      ->type_name("ID");
  command.add_flag("--presences", x->presences,
                   "Ask for presences, too, and print each member as an object "
                   "with member and presence; needs guild_presences");
  add_time(command, "--deadline", x->deadline,
           "Give up when nothing has come for so long");
  x->connection.add_to(command, "info");
  return [x] { return members(*x); };
}

} // namespace muster::app
