#include "app/inquiry.hpp"

#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <caf/event_based_actor.hpp>

#include "app/exit_code.hpp"
#include "app/output.hpp"
#include "app/text.hpp"
#include "messages/errc.hpp"
#include "messages/member_cursor.hpp"

namespace muster::app {

namespace {

/// Prints members, each once: a list that is asked for again, after a lost
/// session for one, brings them again.
class member_printer {
public:
  explicit member_printer(bool presences) : with_presences_(presences) {}

  /// False if stdout takes no more.
  bool print(const guild_members_chunk& x) {
    text_.clear();
    take_presences(x.presences);
    member_cursor members{x.members};
    while (auto m = members.next())
      if (seen_.insert(m->user_id()).second)
        add(m->json(), presence_of(m->user_id()));
    for (auto& [id, presence] : presences_)
      if (seen_.count(id) == 0 && lone_.insert(id).second)
        add("null", presence);
    unreadable_ += members.malformed();
    return write_out(text_);
  }

  /// Members and presences that came and are in no line, since they could not
  /// be read; each chunk's own are in the log.
  std::uint64_t unreadable() const { return unreadable_; }

private:
  void take_presences(const presence_list& x) {
    presences_.clear();
    if (!with_presences_)
      return;
    std::uint32_t unreadable = 0;
    for (auto& presence : x.decode(&unreadable))
      presences_.emplace(presence.user_id, presence.json);
    unreadable_ += unreadable;
  }

  std::string_view presence_of(snowflake id) const {
    auto i = presences_.find(id);
    return i == presences_.end() ? "null" : i->second;
  }

  void add(std::string_view member, std::string_view presence) {
    auto begin = text_.size();
    if (with_presences_)
      text_.append(R"({"member":)")
          .append(member)
          .append(R"(,"presence":)")
          .append(presence)
          .append("}");
    else
      text_ += member;
    // Control characters can only stand between tokens, unless they are a
    // fault; one object stays one line.
    for (auto i = begin; i < text_.size(); ++i)
      if (static_cast<unsigned char>(text_[i]) < 0x20)
        text_[i] = ' ';
    text_ += '\n';
  }

  bool with_presences_;
  /// Of the chunk that is being printed.
  std::unordered_map<snowflake, std::string_view> presences_;
  std::unordered_set<snowflake> seen_;
  /// Whose presence came without them.
  std::unordered_set<snowflake> lone_;
  std::uint64_t unreadable_ = 0;
  /// Kept for its capacity.
  std::string text_;
};

/// How a request ended that is not complete.
std::string words_of(const chunk_request_finished& x) {
  auto text = "the request ended as " + to_string(x.outcome);
  if (!x.missed_chunks.empty())
    text += ", " + std::to_string(x.missed_chunks.size()) + " of "
            + std::to_string(x.chunk_count)
            + " chunks missed: " + to_ranges(x.missed_chunks);
  return text;
}

/// Asks, prints what comes, and ends the session with the exit code.
class asker : public caf::event_based_actor {
public:
  using clock_type = std::chrono::steady_clock;

  asker(caf::actor_config& cfg, router_actor router, guild_members_request wish,
        std::shared_ptr<inquiry> x)
      : event_based_actor(cfg), router_(std::move(router)),
        wish_(std::move(wish)), x_(std::move(x)) {}

  caf::behavior make_behavior() override {
    // Its end is the deadline, which each chunk puts off.
    request(router_, std::chrono::minutes(365 * 24 * 60),
            stream_members_request{wish_, this})
        .then([this](const chunk_request_finished& e) { finished(e); },
              [this](const caf::error& error) {
                refuse(sentence_of(error), exit_fatal);
              });
    wait(x_->deadline);
    return {
        [this](const guild_members_chunk& e) {
          if (!printer_.print(e))
            x_->s.end(exit_fatal);
          heard_ = clock_type::now(); // after what printing took
        },
        [this](caf::tick_atom) {
          auto left = x_->deadline - (clock_type::now() - heard_);
          if (left.count() > 0) {
            wait(left);
            return;
          }
          x_->late = true;
          x_->s.end(exit_fatal);
        },
        [this](const unsubscribe_request&) { quit(); },
    };
  }

private:
  void wait(caf::timespan left) {
    delayed_send(this, left, caf::tick_atom::value);
  }

  void refuse(std::string why, int code) {
    x_->refusal = std::move(why);
    x_->s.end(code);
  }

  void finished(const chunk_request_finished& e) {
    for (auto id : e.not_found_ids)
      std::fprintf(stderr, "not found: %s\n", to_string(id).c_str());
    if (printer_.unreadable() > 0)
      std::fprintf(stderr, "%s that could not be read: %" PRIu64 "\n",
                   x_->presences ? "members and presences" : "members",
                   printer_.unreadable());
    if (e.outcome == outcome::guild_left)
      tell_left(e);
    else if (e.outcome != outcome::complete)
      refuse(words_of(e), exit_partial);
    else
      x_->s.end(printer_.unreadable() > 0 ? exit_partial : exit_complete);
  }

  /// Tells a guild in an outage from one that the bot is not in.
  void tell_left(const chunk_request_finished& e) {
    auto guild = to_string(e.guild_id);
    request(router_, std::chrono::seconds(5), guild_state_request{e.guild_id})
        .then(
            [this, guild](const guild_state& x) {
              if (x.status == guild_status::unknown)
                refuse("the bot is not in guild " + guild + "; check the id",
                       exit_fatal);
              else
                refuse("guild " + guild
                           + " is unavailable, in an outage; try again later",
                       exit_partial);
            },
            [this, e](const caf::error&) {
              refuse(words_of(e), exit_partial);
            });
  }

  router_actor router_;
  guild_members_request wish_;
  std::shared_ptr<inquiry> x_;
  member_printer printer_{x_->presences};
  clock_type::time_point heard_ = clock_type::now();
};

} // namespace

caf::actor ask(caf::actor_system& system, router_actor router,
               guild_members_request wish, std::shared_ptr<inquiry> x) {
  return system.spawn<asker>(std::move(router), std::move(wish), std::move(x));
}

} // namespace muster::app
