#include <cinttypes>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include <caf/event_based_actor.hpp>

#include "actors/tracker.hpp"
#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/options.hpp"
#include "app/output.hpp"
#include "app/session.hpp"
#include "messages/errc.hpp"
#include "messages/member_cursor.hpp"

namespace muster::app {

namespace {

struct members_options {
  connection_options connection;
  std::string guild;
  std::string query;
  std::int32_t limit = 0;
  std::vector<std::string> users;
  bool presences = false;
};

/// Prints members, each once: a list that is asked for again, after a lost
/// session for one, brings them again.
class member_printer {
public:
  /// False if stdout takes no more.
  bool print(const guild_members_chunk& x) {
    text_.clear();
    member_cursor members{x.members};
    while (auto m = members.next()) {
      auto id = m->user_id();
      if (id == snowflake{} || seen_.insert(id).second)
        add(m->json());
    }
    unreadable_ += members.malformed();
    return write_out(text_);
  }

  /// Members that are in no line, since they could not be read.
  std::uint64_t unreadable() const { return unreadable_; }

private:
  void add(std::string_view object) {
    auto begin = text_.size();
    text_ += object;
    // Control characters can only stand between tokens, unless they are a
    // fault; one object stays one line.
    for (auto i = begin; i < text_.size(); ++i)
      if (static_cast<unsigned char>(text_[i]) < 0x20)
        text_[i] = ' ';
    text_ += '\n';
  }

  std::unordered_set<snowflake> seen_;
  /// Kept for its capacity.
  std::string text_;
  std::uint64_t unreadable_ = 0;
};

/// Asks, prints what comes, and ends the session with the exit code. A refused
/// request leaves its sentence in `refusal` before that.
caf::behavior asker(caf::event_based_actor* self, router_actor router,
                    guild_members_request wish, session* s,
                    std::shared_ptr<std::string> refusal) {
  auto printer = std::make_shared<member_printer>();
  // Reconnects may take their time; SIGINT ends it sooner.
  self->request(router, std::chrono::minutes(24 * 60),
                stream_members_request{std::move(wish), self})
      .then(
          [s, printer](const chunk_request_finished& x) {
            for (auto id : x.not_found_ids)
              std::fprintf(stderr, "not found: %s\n", to_string(id).c_str());
            // Each chunk's own were logged with the guild.
            if (printer->unreadable() > 0)
              std::fprintf(stderr,
                           "members that could not be read: %" PRIu64 "\n",
                           printer->unreadable());
            if (x.outcome == outcome::complete) {
              s->end(printer->unreadable() > 0 ? exit_partial : exit_complete);
              return;
            }
            std::fprintf(stderr, "the request ended as %s\n",
                         to_string(x.outcome).c_str());
            s->end(exit_partial);
          },
          [s, refusal](const caf::error& error) {
            *refusal = sentence_of(error);
            s->end(exit_fatal);
          });
  return {
      [printer, s](const guild_members_chunk& x) {
        if (!printer->print(x))
          s->end(exit_fatal);
      },
      [self](const unsubscribe_request&) { self->quit(); },
  };
}

int members(members_options& x) {
  auto& options = x.connection;
  options.resolve();
  auto guild = parse_snowflake(x.guild);
  if (!guild)
    throw CLI::ValidationError(
        "GUILD_ID", "'" + x.guild
                        + "' is no guild id; it is a positive number "
                          "of up to 20 digits");
  if (options.wants_simulator())
    throw CLI::ValidationError(
        "there is no token; set DISCORD_TOKEN or --token-file, or name a local "
        "gateway with --rest-url");
  guild_members_request wish;
  if (!x.users.empty()) {
    std::vector<snowflake> ids;
    for (auto& text : x.users) {
      auto id = parse_snowflake(text);
      if (!id)
        throw CLI::ValidationError("--user", "'" + text + "' is no user id");
      ids.push_back(*id);
    }
    wish = guild_members_request::users(*guild, std::move(ids));
    wish.query = x.query;
    wish.limit = x.limit;
  } else if (!x.query.empty() || x.limit != 0) {
    wish = guild_members_request::search(*guild, x.query, x.limit);
  } else {
    wish = guild_members_request::whole_list(*guild);
  }
  wish.presences = x.presences;
  auto& values = options.values;
  values.owner_of = *guild;
  // What can be told without connecting is told at once.
  shard_id any{shard_of(*guild, 1), 1};
  if (auto error = validate(wish, values.intents, any))
    throw CLI::ValidationError(sentence_of(error));
  session s{options.log_level};
  std::string fatal;
  auto refusal = std::make_shared<std::string>();
  tracker bot{s.system(), values, options.secret};
  bot.on([&](const shard_disconnected& e) {
    if (e.next != next_step::none)
      return;
    fatal = e.reason;
    s.end(exit_fatal);
  });
  auto actor =
      s.system().spawn(asker, bot.router(), std::move(wish), &s, refusal);
  bot.start();
  auto code = s.wait();
  bot.stop();
  caf::anon_send(actor, unsubscribe_request{});
  // The end of the shard also ends the request, and either may be heard of
  // first; now both have been.
  if (code == exit_partial && !fatal.empty())
    code = exit_fatal;
  if (auto& why = fatal.empty() ? *refusal : fatal;
      code == exit_fatal && !why.empty())
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
                  "With --query: at most so many, 1 to "
                  "100")
      ->type_name("N");
  command
      .add_option("--user", x->users,
                  "Only this user; up to 100, may be repeated")
      ->type_name("ID");
  command.add_flag("--presences", x->presences,
                   "Ask for presences, too; needs guild_presences");
  x->connection.add_to(command, "info");
  return [x] { return members(*x); };
}

} // namespace muster::app
