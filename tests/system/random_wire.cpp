#define CAF_SUITE system_random_wire

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <caf/send.hpp>

#include "messages/errc.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
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
/// So many seeds have every kind of fault, and so many every plan.
constexpr std::uint32_t seeds_for_kinds = 6;
constexpr std::uint32_t seeds_for_all = std::size(plans) / plans_of_a_seed;
static_assert(std::size(plans) % plans_of_a_seed == 0);

constexpr sim::fault_kind last_kind = sim::fault_kind::garbage;
constexpr std::uint16_t close_codes[] = {4000, 4001, 4002, 4003, 4004,
                                         4005, 4007, 4008, 4009, 4010,
                                         4011, 4012, 4013, 4014};

constexpr std::uint32_t shard_count = 2;
constexpr std::uint32_t list_chunks = 7;
/// What `corrupt:what=nonce` sends (Q4).
constexpr const char* foreign_nonce = "nobody-asked";

std::uint32_t max_attempts(const guild_members_request& x) {
  return static_cast<std::uint32_t>(std::max(x.max_attempts, 1));
}

/// A request that the test makes, and what its answer is if it is complete.
struct wish {
  enum kind { list, own_list, search, users, nobody_there, reused } is = list;

  wire_question question;
  std::uint32_t chunk_count = 1;
  std::uint64_t members = 0;
  std::vector<snowflake> not_found;
  /// Asked right before the bot stopped.
  bool late = false;
  /// A cancel was sent for it.
  bool withdrawn = false;
  /// What its receiver got, if it was streamed.
  caf::actor receiver;
  std::shared_ptr<std::vector<guild_members_chunk>> stream;
};

/// One run: a gateway with a seed's faults, and a bot whose user asks for all
/// kinds of things.
class schedule {
public:
  explicit schedule(std::uint32_t seed)
      : random_(seed), world_(make_world(seed)), gateway_(world_),
        ids_(gateway_.guild_ids()), bot_(make_settings()) {}

  /// Gives what was wrong, or nothing.
  std::string play();

  /// What was asked and heard, a line each.
  std::string trace() const;

  const sim::counters& counts() const { return counts_; }

private:
  std::uint32_t below(std::uint32_t n) { return random_() % n; }
  sim::options make_world(std::uint32_t seed);
  settings make_settings();

  // -- the bot's user
  wish choose();
  void ask(int times, bool late = false);
  void cancel_one();
  void drain_streams();

  // -- what has been heard, in order
  template <class T, class F>
  void each(F f, std::size_t from, std::size_t to) const;
  template <class T, class F>
  void each(F f) const {
    each<T>(f, 0, bot_.log.size());
  }
  bool settled() const;
  bool failed(std::uint32_t shard) const;
  std::size_t readies(std::uint32_t shard) const;
  bool struck(const char* kind) const { return counts_.faults.count(kind) > 0; }

  // -- the judge
  template <class... Ts>
  void wrong(const Ts&... xs) {
    ((text_ << xs), ..., (text_ << '\n'));
  }
  template <class... Ts>
  void must(bool holds, const Ts&... xs) {
    if (!holds)
      wrong(xs...);
  }
  void judge();
  void judge_ends();
  void judge_end(const chunk_request_finished& x, std::size_t place);
  void judge_answers();
  void judge_answer(const wish& w);
  void judge_refusal(const wish& w);
  void judge_stream(const wish& w);
  void judge_startups(std::uint32_t shard);
  void judge_startup(std::uint32_t shard, std::size_t ready, std::size_t end);
  void judge_finish();
  void judge_members();
  void judge_wire();
  const wish* wish_of(const chunk_request_finished& x) const;
  bool is_list(const chunk_request_finished& x) const;
  bool owned(snowflake guild) const {
    return std::find(ids_.begin(), ids_.end(), guild) != ids_.end();
  }
  bool completed(snowflake guild, std::size_t from, std::size_t to) const;

  std::ostringstream text_;
  std::mt19937 random_;
  std::string chosen_;
  sim::options world_;
  sim::simulator gateway_;
  std::vector<snowflake> ids_;
  wire_bot bot_;
  std::vector<wish> wishes_;
  sim::counters counts_;
  /// Events before these places had been heard when the bot was last seen
  /// settled, and when it was told to stop.
  std::size_t at_rest_ = 0;
  std::size_t at_stop_ = 0;
  std::map<std::pair<std::uint32_t, std::string>, std::size_t> ends_;
};

sim::options schedule::make_world(std::uint32_t seed) {
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

settings schedule::make_settings() {
  auto x = settings_for(gateway_);
  x.compress = static_cast<compression>(below(3));
  x.max_attempts = 3;
  return x;
}

// -- the bot's user -----------------------------------------------------------

wish schedule::choose() {
  wish w;
  auto guild = below(static_cast<std::uint32_t>(ids_.size()));
  auto id = ids_[guild];
  auto& request = w.question.request;
  auto roll = below(12);
  if (roll < 6) {
    request = ask_for::whole_list(id);
    w.chunk_count = list_chunks;
    w.members = world_.members;
    w.is = roll < 3 ? wish::list : wish::own_list;
    if (roll == 3)
      request.with_nonce("own-" + std::to_string(wishes_.size()));
    else if (roll == 4)
      request.with_members(below(2) == 0 ? 2000 : 100);
  } else if (roll < 8) {
    auto any = below(2) == 0;
    w.is = wish::search;
    request = ask_for::search(id, any ? "nelly" : "nobody", 10);
    w.members = any ? 10 : 0;
  } else if (roll < 10) {
    auto n = below(5);
    std::vector<snowflake> users;
    for (std::uint32_t i = 0; i < n; ++i)
      users.push_back(sim::simulator::member_id(guild, 1 + i));
    w.not_found = {snowflake{12345}, snowflake{1'234'567'890'123}};
    users.insert(users.end(), w.not_found.begin(), w.not_found.end());
    w.is = wish::users;
    request = ask_for::users(id, users);
    w.members = n;
  } else if (roll == 10 || wishes_.empty()) {
    w.is = wish::nobody_there;
    request = ask_for::whole_list(snowflake{1});
  } else {
    auto& again = wishes_[below(static_cast<std::uint32_t>(wishes_.size()))];
    w.is = wish::reused;
    request = again.question.request;
  }
  request.with_attempts(static_cast<std::int32_t>(below(4)));
  if (w.is == wish::users || roll == 5) {
    w.stream = std::make_shared<std::vector<guild_members_chunk>>();
    w.receiver = bot_.sys.spawn(
        [to = w.stream](caf::event_based_actor*) -> caf::behavior {
          return {[to](const guild_members_chunk& x) { to->push_back(x); },
                  [](int x) { return x; }};
        });
  }
  return w;
}

void schedule::ask(int times, bool late) {
  for (; times > 0; --times) {
    auto w = choose();
    w.late = late;
    w.question = bot_.ask_later(w.question.request, w.receiver);
    wishes_.push_back(std::move(w));
    if (below(4) == 0)
      cancel_one();
  }
}

void schedule::cancel_one() {
  auto n = below(static_cast<std::uint32_t>(wishes_.size()));
  auto& request = wishes_[n].question.request;
  for (auto& w : wishes_)
    w.withdrawn |= w.question.request.nonce == request.nonce;
  caf::anon_send(bot_.bot->router(),
                 cancel_request{request.guild_id, request.nonce});
}

/// What was sent to the receivers has been sent, and comes before this.
void schedule::drain_streams() {
  caf::scoped_actor self{bot_.sys};
  for (auto& w : wishes_)
    if (w.receiver)
      self->request(w.receiver, 60s, 1)
          .receive([](int) {},
                   [&](const caf::error&) { wrong("a receiver is stuck"); });
}

std::string schedule::play() {
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
  counts_ = gateway_.counts();
  judge();
  auto text = text_.str();
  return text.empty() ? text : text + "with " + chosen_;
}

std::string schedule::trace() const {
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
  out << to_json(counts_) << '\n';
  return out.str();
}

// -- what has been heard ------------------------------------------------------

template <class T, class F>
void schedule::each(F f, std::size_t from, std::size_t to) const {
  for (auto i = from; i < to; ++i)
    if (auto x = std::get_if<T>(&bot_.log[i]))
      f(*x, i);
}

bool schedule::failed(std::uint32_t shard) const {
  bool result = false;
  each<shard_disconnected>([&](auto& x, auto) {
    result |= x.shard.index == shard && x.next == next_step::none;
  });
  return result;
}

std::size_t schedule::readies(std::uint32_t shard) const {
  std::size_t result = 0;
  each<shard_ready>([&](auto& x, auto) { result += x.shard.index == shard; });
  return result;
}

/// Every shard has ended, or is connected and done with its last startup.
bool schedule::settled() const {
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

const wish* schedule::wish_of(const chunk_request_finished& x) const {
  for (auto& w : wishes_)
    if (w.is != wish::reused && w.question.request.nonce == x.nonce
        && w.question.request.guild_id == x.guild_id)
      return &w;
  return nullptr;
}

/// An E1 that says whether its guild is known.
bool schedule::is_list(const chunk_request_finished& x) const {
  auto w = wish_of(x);
  return x.nonce != foreign_nonce
         && (w == nullptr || w->is == wish::list || w->is == wish::own_list);
}

bool schedule::completed(snowflake guild, std::size_t from,
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

// -- the judge ----------------------------------------------------------------

void schedule::judge() {
  judge_ends();
  judge_answers();
  for (std::uint32_t shard = 0; shard < shard_count; ++shard)
    judge_startups(shard);
  judge_finish();
  judge_members();
  judge_wire();
}

void schedule::judge_ends() {
  each<chunk_request_finished>([&](auto& x, auto place) {
    must(ends_.emplace(std::pair{x.shard.index, x.nonce}, place).second,
         "E1 came twice for ", x.nonce);
    judge_end(x, place);
  });
  // One for each startup of its shard, one when it returns, and one where a
  // user's request that the startup had joined failed.
  std::map<snowflake, std::size_t> of_startup, asked;
  each<chunk_request_finished>([&](auto& x, auto) {
    if (wish_of(x) == nullptr && x.nonce != foreign_nonce)
      ++of_startup[x.guild_id];
  });
  for (auto& w : wishes_)
    ++asked[w.question.request.guild_id];
  for (auto& [guild, n] : of_startup) {
    auto most = readies(shard_of(guild, shard_count)) + asked[guild];
    most += struck("unavailable") ? counts_.faults["unavailable"] : 0;
    must(n <= most, n, " E1s of the startup for one guild");
  }
}

void schedule::judge_end(const chunk_request_finished& x, std::size_t place) {
  auto w = wish_of(x);
  auto foreign = x.nonce == foreign_nonce;
  auto name = "E1 " + x.nonce + ", " + to_string(x.outcome) + ", ";
  auto shard = x.shard.index;
  must(owns(x.shard, x.guild_id), name, "is of another shard's guild");
  must(x.missed_chunks.size() <= x.chunk_count, name, "misses too many");
  must((x.chunk_count > 0) == static_cast<bool>(x.first_received_at)
           && (x.chunk_count > 0) == static_cast<bool>(x.last_received_at),
       name, "has times for nothing, or none");
  auto most = foreign ? 1u : w ? max_attempts(w->question.request) : 3u;
  must(x.attempts <= most, name, "took ", x.attempts, " attempts");
  switch (x.outcome) {
  case outcome::complete:
    must(x.missed_chunks.empty(), name, "has missed chunks");
    must(!foreign, name, "is made of one chunk of seven");
    must(x.chunk_count == (w ? w->chunk_count : list_chunks), name, "has ",
         x.chunk_count, " chunks");
    must(x.members == (w ? w->members : world_.members), name, "has ",
         x.members, " members");
    must(!w || x.not_found_ids == w->not_found, name, "has found too much");
    break;
  case outcome::incomplete:
    must(x.chunk_count > 0 && !x.missed_chunks.empty(), name, "misses nothing");
    must(x.attempts == most, name, "gave up too early");
    break;
  case outcome::no_response:
    must(x.chunk_count == 0 && x.members == 0, name, "had a response");
    must(x.attempts == most, name, "gave up too early");
    break;
  case outcome::rate_limited:
    must(counts_.rate_limited >= 5, name, "was not refused so often");
    break;
  case outcome::guild_left:
    must(struck("unavailable") || (w && w->is == wish::nobody_there), name,
         "but it has not");
    break;
  case outcome::session_lost:
    // A user's request survives the first loss; the startup's all, unless its
    // guild does not come back.
    must(failed(shard) || (w && readies(shard) > 2)
             || (foreign && readies(shard) > 1) || (!w && struck("missing")),
         name, "but it was not");
    break;
  case outcome::cancelled:
    must(place >= at_stop_ || (w && w->withdrawn), name, "by nobody");
    break;
  }
}

void schedule::judge_answers() {
  for (auto& w : wishes_) {
    if (w.question.answer)
      judge_answer(w);
    else
      judge_refusal(w);
    if (w.stream)
      judge_stream(w);
  }
}

void schedule::judge_answer(const wish& w) {
  auto& request = w.question.request;
  auto& answer = *w.question.answer;
  auto name = "the answer to " + request.nonce + " ";
  must(w.is != wish::reused, name, "should have been a refusal");
  auto shard = shard_of(request.guild_id, shard_count);
  auto end = ends_.find({shard, answer.nonce});
  if (end == ends_.end())
    return wrong(name, "has no E1");
  auto& told = std::get<chunk_request_finished>(bot_.log[end->second]);
  if (answer.nonce != request.nonce) {
    must((w.is == wish::list || w.is == wish::nobody_there) && !w.stream, name,
         "is another's");
    must(ends_.count({shard, request.nonce}) == 0, name, "has an E1 beside");
  }
  auto bare = answer;
  bare.chunks.clear();
  // Of several callers one can be withdrawn.
  if (w.withdrawn && answer.outcome == outcome::cancelled)
    return;
  must(fields(bare) == fields(told), name, "is not its E1");
  std::uint64_t held = 0;
  for (auto& list : answer.chunks)
    held += list.count;
  must(held == (request.answer_limit > 0 ? answer.members : 0), name, "holds ",
       held, " members");
}

void schedule::judge_refusal(const wish& w) {
  auto& request = w.question.request;
  auto code = code_of(w.question.error);
  auto name =
      "the request " + request.nonce + ", refused as " + to_string(code) + ", ";
  auto shard = shard_of(request.guild_id, shard_count);
  auto end = ends_.find({shard, request.nonce});
  if (w.is == wish::reused) {
    must(code == errc::nonce_in_use || code == errc::not_running
             || (code == errc::unknown_guild && !owned(request.guild_id)),
         name, "has a nonce that is in use");
    return;
  }
  switch (code) {
  case errc::answer_too_large:
    must(request.answer_limit > 0, name, "wants no members");
    if (end == ends_.end())
      return wrong(name, "has no E1");
    must(std::get<chunk_request_finished>(bot_.log[end->second]).members
             > request.answer_limit,
         name, "but there are fewer");
    return;
  case errc::unknown_guild:
    must(w.is == wish::nobody_there, name, "but it is known");
    break;
  case errc::not_running:
    must(w.late || failed(shard), name, "by a shard that runs");
    break;
  default:
    wrong(name, bot_.sys.render(w.question.error));
  }
  must(end == ends_.end(), name, "has an E1");
}

void schedule::judge_stream(const wish& w) {
  auto& request = w.question.request;
  auto name = "the stream of " + request.nonce + " ";
  std::map<std::string, std::map<std::uint32_t, std::uint64_t>> attempts;
  for (auto& x : *w.stream) {
    must(x.guild_id == request.guild_id, name, "has another's members");
    attempts[x.nonce][x.chunk_index] = x.members.count;
  }
  if (!w.question.answer || w.question.answer->outcome != outcome::complete)
    return;
  // One of the attempts has come whole.
  auto whole = [&](auto& attempt) {
    std::uint64_t members = 0;
    for (auto& [index, n] : attempt.second)
      members += n;
    return attempt.second.size() == w.chunk_count && members == w.members;
  };
  must(std::any_of(attempts.begin(), attempts.end(), whole), name,
       "is not whole");
}

/// E2 comes once for each READY that was not overtaken by the next.
void schedule::judge_startups(std::uint32_t shard) {
  std::vector<std::size_t> began;
  each<shard_ready>([&](auto& x, auto place) {
    if (x.shard.index == shard)
      began.push_back(place);
  });
  each<shard_finished_chunking>(
      [&](auto& x, auto) {
        must(x.shard.index != shard, "E2 before any READY");
      },
      0, began.empty() ? bot_.log.size() : began.front());
  for (std::size_t i = 0; i < began.size(); ++i) {
    auto last = i + 1 == began.size();
    auto until = last ? bot_.log.size() : began[i + 1];
    std::vector<std::size_t> ends;
    each<shard_finished_chunking>(
        [&](auto& x, auto place) {
          if (x.shard.index == shard)
            ends.push_back(place);
        },
        began[i], until);
    must(ends.size() <= 1, "a startup has ", ends.size(), " E2s");
    if (!ends.empty()) {
      judge_startup(shard, began[i], ends.front());
    } else if (last) {
      must(failed(shard) || began[i] >= at_rest_, "the last startup has no E2");
    } else {
      // It was not over if one of its guilds was not; of those that failed,
      // the events do not tell for sure when they did.
      auto over = std::all_of(ids_.begin(), ids_.end(), [&](auto id) {
        return shard_of(id, shard_count) != shard
               || completed(id, began[i], until);
      });
      must(!over || failed(shard), "a startup that was over has no E2");
    }
  }
}

void schedule::judge_startup(std::uint32_t shard, std::size_t ready,
                             std::size_t end) {
  auto& event = std::get<shard_finished_chunking>(bot_.log[end]);
  auto failed_as = [&](snowflake id, auto pred) {
    bool result = false;
    each<chunk_request_finished>(
        [&](auto& x, auto) {
          result |= x.guild_id == id && is_list(x)
                    && x.outcome != outcome::complete && pred(x);
        },
        ready, end);
    return result;
  };
  std::set<snowflake> listed;
  auto note = [&](auto& list, auto reason, const char* as) {
    must(std::is_sorted(list.begin(), list.end()), "a list is not sorted");
    for (auto id : list) {
      must(shard_of(id, shard_count) == shard, "another shard's guild is ", as);
      must(listed.insert(id).second, "a guild is in two lists");
      must(reason(id), "guild ", id.value >> 22, " is not ", as);
    }
  };
  note(
      event.incomplete_guild_ids,
      [&](auto id) {
        return failed_as(id, [](auto& x) { return x.chunk_count > 0; });
      },
      "incomplete");
  note(
      event.missed_guild_ids,
      [&](auto id) {
        return failed_as(id, [](auto& x) { return x.chunk_count == 0; })
               || struck("missing");
      },
      "missed");
  note(
      event.unavailable_guild_ids, [&](auto) { return struck("unavailable"); },
      "unavailable");
  for (auto id : ids_)
    must(shard_of(id, shard_count) != shard || listed.count(id) > 0
             || completed(id, ready, end),
         "E2 came before the E1 of guild ", id.value >> 22);
  // E4 the other way round, until the next startup.
  auto next = bot_.log.size();
  each<shard_ready>(
      [&](auto& x, auto place) {
        if (x.shard.index == shard)
          next = std::min(next, place);
      },
      end, bot_.log.size());
  each<chunk_request_finished>(
      [&](auto& x, auto) {
        must(x.shard.index != shard || wish_of(x) != nullptr
                 || x.nonce == foreign_nonce || listed.count(x.guild_id) > 0,
             "an E1 of the startup came after its E2");
      },
      end, next);
}

void schedule::judge_finish() {
  // The last two E2s of each shard before E3: the second may have overtaken
  // the figures of the first on the way to the supervisor.
  std::map<std::uint32_t, std::vector<std::uint64_t>> complete;
  std::size_t count = 0;
  for (auto& event : bot_.log)
    if (auto x = std::get_if<shard_finished_chunking>(&event)) {
      auto listed = x->incomplete_guild_ids.size() + x->missed_guild_ids.size()
                    + x->unavailable_guild_ids.size();
      complete[x->shard.index].push_back(world_.guilds - listed);
    } else if (auto end = std::get_if<finished_chunking>(&event)) {
      must(++count == 1, "E3 came twice");
      must(complete.size() == shard_count, "E3 came before an E2");
      std::set<std::uint64_t> sums{0};
      for (auto& [shard, all] : complete) {
        std::set<std::uint64_t> with;
        for (auto sum : sums)
          for (auto i = all.size(); i > 0 && i + 2 > all.size(); --i)
            with.insert(sum + all[i - 1]);
        sums = with;
      }
      must(sums.count(end->guilds) > 0, "E3 has ", end->guilds, " guilds");
      must(end->members == end->guilds * world_.members, "E3 has ",
           end->members, " members");
      must(end->shards == shard_count, "E3 has ", end->shards, " shards");
    }
  must(count == (complete.size() == shard_count ? 1 : 0),
       "every shard has finished, and E3 has not come");
}

/// E5: a guild that is complete has been delivered, to the last member.
void schedule::judge_members() {
  for (std::uint32_t g = 0; g < ids_.size(); ++g) {
    std::set<snowflake> members;
    for (std::uint32_t m = 0; m < world_.members; ++m)
      members.insert(sim::simulator::member_id(g, m));
    auto& delivered = bot_.delivered[ids_[g]];
    for (auto& [user, times] : delivered)
      must(members.count(user) > 0, "another guild's member was delivered");
    must(delivered.size() == members.size()
             || !completed(ids_[g], 0, bot_.log.size()),
         "only ", delivered.size(), " members of a guild were delivered");
  }
}

void schedule::judge_wire() {
  auto& x = counts_;
  must(x.limits_broken.sends == 0, "it sent too much");
  must(x.limits_broken.identify == 0, "it identified too early");
  must(x.limits_broken.payload_size == 0, "it sent too large a payload");
  must(x.requests_by_kind["malformed"] == 0, "it sent a malformed request");
  must(x.unanswered == 0 || struck("unavailable"),
       "it asked for what it could not get");
  // Making a bomb may keep the gateway for longer than the second that Q7
  // allows it, so it stamps later than can be known.
  must(x.rate_limited == x.faults["rate_limit"] || struck("bomb"),
       "it asked for a list too early: ", x.rate_limited, " refusals, ",
       x.faults["rate_limit"], " of them planned");
  must(bot_.readies.size() <= x.identifies.size(), "READY without identify");
}

/// What happened over all seeds.
struct totals {
  std::map<std::string, std::uint64_t> faults;
  std::map<std::uint16_t, std::uint64_t> closes;
};

} // namespace

CAF_TEST(E1 E2 E3 E4 E5 Q3 Q5 S5 S6 hold on the wire under random faults) {
  auto only = std::getenv("MUSTER_WIRE_SEED");
  auto number = std::getenv("MUSTER_WIRE_SCHEDULES");
  auto first = only ? static_cast<std::uint32_t>(std::atoi(only)) : 1u;
  auto last = only     ? first
              : number ? static_cast<std::uint32_t>(std::atoi(number))
                       : 20u;
  // A run mostly waits, so several go on at once.
  std::mutex mutex;
  std::map<std::uint32_t, std::string> results;
  totals all;
  std::atomic<std::uint32_t> next{first};
  auto work = [&] {
    for (auto seed = next++; seed <= last; seed = next++) {
      schedule x{seed};
      auto wrong = x.play();
      std::lock_guard guard{mutex};
      results[seed] = wrong;
      if (only && !wrong.empty())
        results[seed] += '\n' + x.trace();
      for (auto& [kind, n] : x.counts().faults)
        all.faults[kind] += n;
      for (auto& [code, n] : x.counts().closes_by_gateway)
        all.closes[code] += n;
    }
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back(work);
  for (auto& x : workers)
    x.join();
  for (auto& [seed, wrong] : results) {
    if (!wrong.empty())
      CAF_ERROR("MUSTER_WIRE_SEED=" << seed << ": " << wrong);
    CAF_CHECK(wrong.empty());
  }
  CAF_CHECK_EQUAL(results.size(), last - first + 1);
  if (first > 1)
    return;
  // A fault that never struck proves nothing.
  if (last >= seeds_for_kinds)
    for (int i = 0; i <= static_cast<int>(last_kind); ++i) {
      auto kind = std::string{to_string(static_cast<sim::fault_kind>(i))};
      CAF_MESSAGE(kind << " struck " << all.faults[kind] << " times");
      CAF_CHECK(all.faults[kind] > 0);
    }
  if (last >= seeds_for_all)
    for (auto code : close_codes) {
      CAF_MESSAGE(code << " closed " << all.closes[code] << " times");
      CAF_CHECK(all.closes[code] > 0);
    }
}
