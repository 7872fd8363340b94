#include "tests/support/wire_schedule.hpp"

#include <iterator>

#include <caf/send.hpp>

namespace muster::test {

using namespace std::chrono_literals;
using ask_for = guild_members_request;

namespace {

/// Each is one or more faults. Seeds take three at a time, in turn.
constexpr const char* plans[] = {
    // These have every kind of fault among them.
    "drop:after=3,every=2,times=3",
    "duplicate:every=2,times=0",
    "reorder:every=2,times=0",
    "delay:ms=40,every=3,times=5",
    "corrupt:what=json,after=3",
    "split:every=5,times=4",
    "silence:after=2",
    "rate_limit:retry_after=200,times=2",
    "no_ack",
    "unavailable:guild=2,ms=300",
    "missing:guild=3",
    "close:code=4000,after=4",
    "kill:after=5",
    "reconnect:after=7",
    "invalid_session:when=chunk,after=6",
    "bomb:after=5",
    "garbage:after=6",
    "close:code=4000,after=8 invalid_session:when=resume",
    // The other close codes, each fatal one with two that do not need the
    // shard that it ends.
    "close:code=4001,after=6",
    "close:code=4002,after=8",
    "close:code=4003,after=3",
    "duplicate:chance=50,times=0",
    "reorder:chance=50,times=0",
    "close:code=4004,shard=1,after=9",
    "close:code=4005,after=5",
    "close:code=4007,after=7",
    "close:code=4008,after=9",
    "corrupt:what=index,shard=1,after=4",
    "corrupt:what=count,shard=1,after=2",
    "close:code=4010,shard=0,when=identify",
    "close:code=4009,after=11",
    "corrupt:what=guild,after=6",
    "corrupt:what=nonce,after=7",
    "corrupt:what=count-change,shard=0,after=5",
    "reconnect:shard=0,when=hello",
    "kill:shard=1,after=3 close:code=4011,shard=1,when=resume",
    "corrupt:what=bytes,after=8",
    "corrupt:what=truncate,after=9",
    "rate_limit:guild=1,retry_after=100,times=0",
    "silence:guild=2,times=0",
    "drop:guild=6,chance=40,times=0",
    "close:code=4012,shard=1,after=12",
    // Resumes that are refused in every way.
    "kill:after=6 close:code=4009,when=resume",
    "close:code=4000,after=9 invalid_session:when=resume,resumable=true",
    "close:code=1001,after=3",
    "kill:shard=0,after=4 close:code=4007,shard=0,when=resume",
    "kill:shard=0,when=request,after=2",
    "close:code=4013,shard=1,when=identify",
    // Early and odd moments.
    "invalid_session:when=identify",
    "kill:when=hello",
    "close:code=4003,when=identify,after=1",
    "close:code=4008,shard=1,when=request,after=3",
    "invalid_session:when=chunk,after=6,resumable=true",
    "close:code=4014,shard=0,after=14",
};

constexpr std::size_t plans_of_a_seed = 3;
static_assert(std::size(plans) % plans_of_a_seed == 0);

} // namespace

const std::uint32_t seeds_for_kinds = 6;
const std::uint32_t seeds_for_all = std::size(plans) / plans_of_a_seed;

sim::options wire_schedule::make_world(std::uint32_t seed) {
  auto x = small_world();
  x.serial = below(2) == 0;
  for (std::size_t i = 0; i < plans_of_a_seed; ++i) {
    std::string plan =
        plans[((seed - 1) * plans_of_a_seed + i) % std::size(plans)];
    chosen_ += plan + "  ";
    std::istringstream words{plan};
    for (std::string word; words >> word;) {
      auto extra = word.find(':') == std::string::npos ? ":seed=" : ",seed=";
      std::string why;
      if (auto f = sim::parse_fault(word + extra + std::to_string(seed), &why))
        x.faults.push_back(*f);
      else
        wrong("no fault: ", word, ", ", why);
      if (word.rfind("no_ack", 0) == 0)
        x.heartbeat_interval = 400ms * slowness;
    }
  }
  return x;
}

settings wire_schedule::make_settings() {
  auto x = settings_for(gateway_, 400ms * slowness);
  x.compress = static_cast<compression>(below(3));
  x.max_attempts = 3;
  return x;
}

// -- the bot's user -----------------------------------------------------------

wire_wish wire_schedule::choose() {
  wire_wish w;
  auto guild = below(static_cast<std::uint32_t>(ids_.size()));
  auto id = ids_[guild];
  auto& request = w.question.request;
  auto roll = below(12);
  if (roll < 6) {
    request = ask_for::whole_list(id);
    w.chunk_count = list_chunks;
    w.members = world_.members;
    w.is = roll < 3 ? wire_wish::list : wire_wish::own_list;
    if (roll == 3)
      request.with_nonce("own-" + std::to_string(wishes_.size()));
    else if (roll == 4)
      request.with_members(below(2) == 0 ? 2000 : 100);
  } else if (roll < 8) {
    auto any = below(2) == 0;
    w.is = wire_wish::search;
    request = ask_for::search(id, any ? "nelly" : "nobody", 10);
    w.members = any ? 10 : 0;
  } else if (roll < 10) {
    auto n = below(5);
    std::vector<snowflake> users;
    for (std::uint32_t i = 0; i < n; ++i)
      users.push_back(sim::simulator::member_id(guild, 1 + i));
    w.not_found = {snowflake{12345}, snowflake{1'234'567'890'123}};
    users.insert(users.end(), w.not_found.begin(), w.not_found.end());
    w.is = wire_wish::users;
    request = ask_for::users(id, users);
    w.members = n;
  } else if (roll == 10 || wishes_.empty()) {
    w.is = wire_wish::nobody_there;
    request = ask_for::whole_list(snowflake{1});
  } else {
    auto& again = wishes_[below(static_cast<std::uint32_t>(wishes_.size()))];
    w.is = wire_wish::reused;
    request = again.question.request;
  }
  request.with_attempts(static_cast<std::int32_t>(below(4)));
  if (w.is == wire_wish::users || roll == 5) {
    w.stream = std::make_shared<std::vector<guild_members_chunk>>();
    w.receiver = bot_.sys.spawn(
        [to = w.stream](caf::event_based_actor*) -> caf::behavior {
          return {[to](const guild_members_chunk& x) { to->push_back(x); },
                  [](int x) { return x; }};
        });
  }
  return w;
}

void wire_schedule::ask(int times, bool late) {
  for (; times > 0; --times) {
    auto w = choose();
    w.late = late;
    w.question = bot_.ask_later(w.question.request, w.receiver);
    wishes_.push_back(std::move(w));
    if (below(4) == 0)
      cancel_one();
  }
}

void wire_schedule::cancel_one() {
  auto n = below(static_cast<std::uint32_t>(wishes_.size()));
  auto& request = wishes_[n].question.request;
  for (auto& w : wishes_)
    w.withdrawn |= w.question.request.nonce == request.nonce;
  caf::anon_send(bot_.bot->router(),
                 cancel_request{request.guild_id, request.nonce});
}

/// What was sent to the receivers has been sent, and comes before this.
void wire_schedule::drain_streams() {
  caf::scoped_actor self{bot_.sys};
  for (auto& w : wishes_)
    if (w.receiver)
      self->request(w.receiver, 60s, 1)
          .receive([](int) {},
                   [&](const caf::error&) { wrong("a receiver is stuck"); });
}

std::string wire_schedule::play() {
  bot_.follow_members();
  ask(2); // nobody is connected yet
  bot_.start();
  auto heard = [this](std::size_t events) {
    return [this, events] { return bot_.log.size() >= events; };
  };
  if (!bot_.wait(heard(1)))
    wrong("nothing happens");
  ask(4);
  if (!bot_.wait(heard(6)))
    wrong("nothing more happens");
  ask(4);
  if (!bot_.wait([this] { return settled(); }))
    wrong("the startup does not end");
  ask(6);
  for (auto& w : wishes_)
    w.question.fetch();
  if (chosen_.find("no_ack") != std::string::npos
      && !bot_.poll([this] { return gateway_.counts().faults["no_ack"] > 0; }))
    wrong("no heartbeat came");
  if (!bot_.wait([this] {
        at_rest_ = bot_.log.size();
        return settled();
      }))
    wrong("a later startup does not end");
  bot_.wait([this] {
    at_stop_ = bot_.log.size();
    return true;
  });
  ask(3, true);
  bot_.stop();
  for (auto& w : wishes_)
    w.question.fetch();
  drain_streams();
  longest_stall_ = stalls_.stop();
  counts_ = gateway_.counts();
  judge();
  auto text = text_.str();
  return text.empty() ? text : text + "with " + chosen_;
}

std::string wire_schedule::trace() const {
  std::ostringstream out;
  for (auto& w : wishes_) {
    auto& request = w.question.request;
    out << "asked " << request.nonce << ' ' << w.is << " of guild "
        << (request.guild_id.value >> 22) << ", attempts "
        << request.max_attempts << ", limit " << request.answer_limit
        << (w.stream ? ", streamed" : "") << (w.withdrawn ? ", withdrawn" : "")
        << (w.late ? ", late" : "") << ": "
        << (w.question.answer ? caf::deep_to_string(*w.question.answer)
                              : bot_.sys.render(w.question.error))
        << '\n';
  }
  for (std::size_t i = 0; i < bot_.log.size(); ++i)
    std::visit(
        [&](auto& x) {
          out << i << (i == at_stop_ ? " (stop) " : " ")
              << caf::deep_to_string(x) << '\n';
        },
        bot_.log[i]);
  out << to_json(counts_) << '\n'
      << "longest stall "
      << std::chrono::duration<double>(longest_stall_).count() << " s\n";
  return out.str();
}

// -- what has been heard ------------------------------------------------------

bool wire_schedule::failed(std::uint32_t shard) const {
  bool result = false;
  each<shard_disconnected>([&](auto& x, auto) {
    result |= x.shard.index == shard && x.next == next_step::none;
  });
  return result;
}

std::size_t wire_schedule::readies(std::uint32_t shard) const {
  std::size_t result = 0;
  each<shard_ready>([&](auto& x, auto) { result += x.shard.index == shard; });
  return result;
}

/// Every shard has ended, or is connected and done with its last startup.
bool wire_schedule::settled() const {
  for (std::uint32_t shard = 0; shard < shard_count; ++shard) {
    bool up = false, done = false;
    for (auto& event : bot_.log)
      std::visit(
          [&](auto& x) {
            using type = std::decay_t<decltype(x)>;
            if constexpr (!std::is_same_v<type, finished_chunking>)
              if (x.shard.index != shard)
                return;
            if constexpr (std::is_same_v<type, shard_ready>) {
              up = true;
              done = false;
            } else if constexpr (std::is_same_v<type, shard_resumed>) {
              up = true;
            } else if constexpr (std::is_same_v<type, shard_disconnected>) {
              up = false;
            } else if constexpr (std::is_same_v<type,
                                                shard_finished_chunking>) {
              done = true;
            }
          },
          event);
    if (!failed(shard) && !(up && done))
      return false;
  }
  return true;
}

const wire_wish* wire_schedule::wish_of(const chunk_request_finished& x) const {
  for (auto& w : wishes_)
    if (w.is != wire_wish::reused && w.question.request.nonce == x.nonce
        && w.question.request.guild_id == x.guild_id)
      return &w;
  return nullptr;
}

/// An E1 that says whether its guild is known.
bool wire_schedule::is_list(const chunk_request_finished& x) const {
  auto w = wish_of(x);
  return x.nonce != foreign_nonce
         && (w == nullptr || w->is == wire_wish::list
             || w->is == wire_wish::own_list);
}

bool wire_schedule::completed(snowflake guild, std::size_t from,
                              std::size_t to) const {
  bool result = false;
  each<chunk_request_finished>(
      [&](auto& x, auto) {
        result |=
            x.guild_id == guild && is_list(x) && x.outcome == outcome::complete;
      },
      from, to);
  return result;
}

} // namespace muster::test
