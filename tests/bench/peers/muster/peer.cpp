// Asks for all members of all guilds with muster. The mode says what is looked
// at of each member: `counted`, `names` (id, name and roles) or `fields`,
// which is all that twilight's models hold. See ../README.md.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>

#include <caf/all.hpp>

#include "actors/tracker.hpp"
#include "messages/member_cursor.hpp"
#include "tests/bench/peers/muster/whole_member.hpp"

using namespace muster;

namespace {

std::string setting(const char* name) {
  const auto* text = std::getenv(name);
  if (text == nullptr) {
    std::fprintf(stderr, "set %s; see tests/bench/peers/README.md\n", name);
    std::exit(2);
  }
  return text;
}

/// What has come. For one listener, whose callbacks run one at a time.
class books {
public:
  books(std::uint64_t expected, const std::string& mode)
      : expected_(expected), names_(mode == "names"),
        fields_(mode == "fields") {}

  std::uint64_t members = 0;
  std::uint64_t chunks = 0;

  void take(const guild_members_chunk& x) {
    members += x.members.count;
    ++chunks;
    if (names_)
      read_names(x.members);
    else if (fields_)
      read_fields(x.members);
    settle();
  }

  void finish() {
    finished_ = true;
    settle();
  }

  std::future<void> whole() { return whole_.get_future(); }

  /// Of all that was read, so that no compiler leaves it out.
  std::uint64_t sum() const { return sum_; }

private:
  void read_names(const member_list& list) {
    member_cursor members{list};
    while (const auto* m = members.next()) {
      m->roles(roles_);
      sum_ += m->user_id().value + m->username().size() + roles_.size();
    }
  }

  void read_fields(const member_list& list) {
    member_cursor members{list};
    while (const auto* m = members.next()) {
      whole_member_.read(*m);
      sum_ += whole_member_.sum();
    }
  }

  void settle() {
    if (finished_ && members == expected_)
      whole_.set_value();
  }

  std::uint64_t expected_;
  bool names_;
  bool fields_;
  bool finished_ = false;
  std::uint64_t sum_ = 0;
  std::vector<snowflake> roles_;
  test::whole_member whole_member_;
  std::promise<void> whole_;
};

} // namespace

int main() {
  using clock = std::chrono::steady_clock;
  auto began = clock::now();
  auto mode = setting("PEER_MODE");
  auto compress = setting("PEER_COMPRESS");
  setting("DISCORD_TOKEN"); // config takes it
  config cfg;
  cfg.settings.shard_count = 1;
  cfg.settings.auto_chunk = true;
  cfg.settings.compress = compress == "zstd"   ? compression::zstd
                          : compress == "zlib" ? compression::zlib
                                               : compression::none;
  caf::actor_system sys{cfg};
  books all{std::stoull(setting("PEER_MEMBERS")), mode};
  // As twilight and JDA it is told where the gateway is.
  tracker::parts own;
  own.lookup = [](const std::function<void(gateway_answer)>& f) {
    f({gateway_info{.url = setting("PEER_GATEWAY")}, {}});
  };
  tracker bot{sys, cfg.settings, cfg.token, std::move(own)};
  bot.on([&](const guild_members_chunk& x) { all.take(x); },
         [&](const finished_chunking&) { all.finish(); });
  auto whole = all.whole();
  bot.start();
  whole.wait();
  auto wall = std::chrono::duration<double>(clock::now() - began).count();
  std::printf("{\"members\": %llu, \"chunks\": %llu, \"wall\": %f, "
              "\"sum\": %llu}\n",
              static_cast<unsigned long long>(all.members),
              static_cast<unsigned long long>(all.chunks), wall,
              static_cast<unsigned long long>(all.sum()));
  std::fflush(stdout);
  std::_Exit(0); // as the other peers: at once
}
