#include "tests/support/lineage_gateway.hpp"

#include <chrono>

#include "net/derived_nonce.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

lineage_gateway::lineage_gateway(random& draw, mood of,
                                 std::vector<snowflake> guilds,
                                 std::string name)
    : draw_(draw), mood_(of), guilds_(std::move(guilds)),
      name_(std::move(name)), lossy_(of.loses_chunk > 0) {}

void lineage_gateway::calm_down() {
  mood_ = {};
  poison_.clear();
  std::erase_if(to_say_, [](auto& x) { return x.name == "POISON"; });
}

void lineage_gateway::count_vain() {
  if (!greeted_)
    return;
  for (auto& d : greeted_->sent(8)) {
    auto guild = parse_snowflake(d["guild_id"].get<std::string>()).value();
    auto& n = vain_[guild];
    n = answered_.count(guild) != 0 ? 0 : n + 1;
    if (n >= 3) // max_attempts + 1
      suspects_.insert(guild);
  }
  answered_.clear();
}

void lineage_gateway::adopt(const link& x) {
  count_vain();
  greeted_ = x;
}

void lineage_gateway::greet(const link& x) {
  adopt(x);
  x->opened();
  x->say(hello(std::chrono::milliseconds(41'250)));
}

bool lineage_gateway::read(const link& x) {
  auto& next = read_[x.get()];
  if (x->ended() || next >= x->texts.size())
    return false;
  auto all = nlohmann::json::parse(x->texts[next++]);
  auto& d = all["d"];
  switch (all["op"].get<int>()) {
  case 1:
    if (mood_.trims_replay && x == connected_ && d.is_number())
      trimmed_ = std::max(trimmed_, d.get<std::uint64_t>());
    break;
  case 2:
    identify(x);
    break;
  case 6:
    resume(x, d);
    break;
  case 8:
    if (x == connected_)
      answer(d);
    else
      wrong = "opcode 8 without a session";
    break;
  default:
    break;
  }
  return true;
}

void lineage_gateway::identify(const link& x) {
  if (on_identify)
    on_identify();
  ++identifies_;
  if (is_connected() && connected_ != x)
    connected_->end(4005);
  session_ = name_ + std::to_string(identifies_);
  sequence_ = trimmed_ = ticks_ = 0;
  replay_.clear();
  poison_.clear();
  to_say_.clear();
  nonces_.clear();
  refused_ = false;
  connected_ = x;
  auto poison_at = mood_.has_poison ? 1 + below(8) : 0;
  std::size_t n = 0;
  to_say_.push_back({"READY", ready_data(guilds_, session_), {}, {}, false});
  for (auto id : guilds_) {
    to_say_.push_back(
        {"GUILD_CREATE", guild_create_data(id, 5), {}, {}, false});
    if (++n == poison_at)
      to_say_.push_back({"POISON", "{}", {}, {}, false});
  }
}

void lineage_gateway::resume(const link& x, const nlohmann::json& d) {
  auto from = d["seq"].get<std::uint64_t>();
  auto known = d["session_id"] == session_;
  if (known && from > sequence_) {
    wrong = "resumed beyond what was sent";
    return;
  }
  if (!known || from < trimmed_ || below(100) < mood_.refuses_resume) {
    if (known)
      session_.clear();
    refused_ = true;
    x->say(invalid_session(false));
    return;
  }
  if (is_connected() && connected_ != x)
    connected_->end(0);
  connected_ = x;
  for (auto i = replay_.upper_bound(from); i != replay_.end(); ++i) {
    if (x->ended())
      return;
    x->say(i->second);
    poisoned_ |= poison_.count(i->first) != 0;
  }
  ++sequence_;
  replay_[sequence_] = resumed(sequence_);
  x->say(replay_[sequence_]);
}

void lineage_gateway::answer(const nlohmann::json& d) {
  auto guild = parse_snowflake(d["guild_id"].get<std::string>()).value();
  auto nonce = d["nonce"].get<std::string>();
  if (nonce.size() == derived_nonce_size && !nonces_.insert(nonce).second)
    wrong = "an opcode 8 goes out twice: " + nonce;
  auto count = 1 + below(3);
  auto all = true;
  for (unsigned i = 0; i < count; ++i) {
    if (below(100) < mood_.loses_chunk) {
      all = false;
      continue;
    }
    chunk_fields x{guild, nonce, i, count, mood_.large_chunks ? 120 : 2};
    to_say_.push_back({"GUILD_MEMBERS_CHUNK", chunk_data(x), guild, nonce,
                       all && i + 1 == count});
  }
}

bool lineage_gateway::speak() {
  if (to_say_.empty() || session_.empty())
    return false;
  // Answers to different requests mix; what begins a session comes first.
  std::size_t at = 0;
  if (to_say_.front().name == "GUILD_MEMBERS_CHUNK" && below(2) == 0)
    for (std::size_t i = 1; i < to_say_.size(); ++i)
      if (to_say_[i].nonce != to_say_[0].nonce) {
        at = i;
        break;
      }
  auto x = to_say_[at];
  to_say_.erase(to_say_.begin() + static_cast<std::ptrdiff_t>(at));
  say(x);
  return true;
}

void lineage_gateway::say(const news& x) {
  ++sequence_;
  replay_[sequence_] = dispatch(x.name, sequence_, x.data);
  if (x.name == "POISON")
    poison_[sequence_] = true;
  if (x.last)
    ++whole_[x.guild];
  if (!is_connected())
    return; // for the replay
  connected_->say(replay_[sequence_]);
  if (x.name == "GUILD_MEMBERS_CHUNK")
    answered_.insert(x.guild);
  poisoned_ |= x.name == "POISON";
}

void lineage_gateway::tick() {
  // What begins a session comes first.
  if (session_.empty() || (!to_say_.empty() && to_say_.front().nonce.empty()))
    return;
  ++ticks_;
  say({"TICK",
       '[' + std::to_string(identifies_) + ',' + std::to_string(ticks_) + ']',
       {},
       {},
       false});
}

void lineage_gateway::cut() {
  if (is_connected())
    connected_->end(below(2) == 0 ? 0 : 4000);
}

} // namespace muster::test
