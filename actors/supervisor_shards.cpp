// The gateway, the store, and the shards that a supervisor runs.

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "actors/draw.hpp"
#include "actors/log.hpp"
#include "actors/shard.hpp"
#include "actors/shard_plan.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

/// Between two claims of what runs in another process.
constexpr auto claim_interval = std::chrono::seconds(1);

/// After an owner that died without progress; doubles with the next (C5).
constexpr auto first_wait = std::chrono::seconds(1);
/// So many of them in a row: what kills may be what its session brings.
constexpr std::uint32_t most_vain = 3;

timespan wait_after(std::uint32_t vain) {
  return vain == 0 ? timespan{0} : first_wait * (1 << std::min(vain - 1, 5u));
}

} // namespace

// -- the gateway's address and limits -----------------------------------------

void supervisor::look_up() {
  if (stopping_ || failed_ || !directory_.begin(clock().now()))
    return;
  auto tell = [self = caf::actor_cast<supervisor_actor>(this)](
                  gateway_answer x) { caf::anon_send(self, std::move(x)); };
  try {
    cfg_.lookup(tell);
  } catch (...) { // it may be the bot's own (A1)
    report_exception("the lookup of the gateway", std::current_exception());
    gateway_answer failed;
    failed.error = make_error(errc::rest_failed, "the lookup has thrown");
    tell(std::move(failed));
  }
}

void supervisor::looked_up(const gateway_answer& x) {
  if (stopping_ || failed_)
    return;
  auto url_before = directory_.info().url;
  auto news = directory_.answered(x, cfg_.random(), clock().now());
  switch (news.is) {
  case gateway_directory::news::first:
    plan();
    break;
  case gateway_directory::news::refreshed:
    if (auto& url = directory_.info().url; url != url_before) {
      log().info("the gateway has moved to {}", url);
      shards_.for_each_open(
          [&](auto, auto& shard) { send(shard, gateway_located{url}); });
    }
    break;
  case gateway_directory::news::stale:
    log().warn("{}; what was known of the gateway is used on",
               sentence_of(x.error));
    break;
  case gateway_directory::news::fatal:
    give_up(x.error);
    break;
  case gateway_directory::news::retry:
    log().warn("{}; asking again in {:.1f} s", sentence_of(x.error),
               std::chrono::duration<double>(news.wait).count());
    delayed_send(this, news.wait, timer_tick{lookup_timer});
    break;
  }
  for (auto& waiting : std::exchange(asking_limits_, {}))
    if (x.error)
      waiting.deliver(x.error);
    else
      waiting.deliver(directory_.limits());
}

caf::result<identify_limits> supervisor::tell_limits() {
  auto promise = make_response_promise<identify_limits>();
  look_up();
  if (directory_.under_way())
    asking_limits_.push_back(promise);
  else // it has just been asked, or may not be asked now
    promise.deliver(make_error(errc::rest_rate_limited));
  return promise;
}

// -- which shards, and whose --------------------------------------------------

void supervisor::plan() {
  auto plan = plan_shards(values_, directory_.info());
  for (auto guild : plan.foreign_guilds)
    log().warn("guild {} of the filter belongs to shard {}, which is not run "
               "here",
               guild.value, shard_of(guild, plan.count));
  shards_.set_shard_count(plan.count);
  if (plan.error) {
    give_up(plan.error);
    return;
  }
  if (own_gate_)
    send(own_gate_, directory_.limits());
  shards_.plan(plan.indexes);
  join();
}

void supervisor::join() {
  join_store x;
  x.node = cfg_.node;
  x.start_id = cfg_.start_id;
  x.shard_count = shards_.shard_count();
  x.intents = values_.intents;
  x.shards = shards_.planned();
  x.node_timeout = values_.node_timeout;
  x.info = introduce();
  if (clustered()) // all of the bot's (C8)
    for (x.shards.clear(); x.shards.size() < x.shard_count;)
      x.shards.push_back(static_cast<std::uint32_t>(x.shards.size()));
  request(keeper_, caf::infinite, std::move(x))
      .then([this](const joined_store& y) { joined(y); },
            [this](const caf::error& why) {
              if (begun_)
                give_shards_up(sentence_of(why));
              else
                give_up(why);
            });
}

void supervisor::joined(const joined_store& x) {
  if (stopping_ || failed_)
    return;
  start_id_ = x.start_id;
  hub_.begin(shards_.unclaimed(), x, clock().now());
  if (lease_) {
    if (clustered())
      open_door();
    begin_lease();
    return;
  }
  joined_ = true;
  claim();
}

void supervisor::claim() {
  claim_shards x{cfg_.node, 0, shards_.unclaimed()};
  auto idle = !joined_ || stopping_ || failed_ || claiming_;
  if (idle || (x.shards.empty() && begun_))
    return;
  if (clustered())
    x.most = choose(x.shards);
  if (x.most == 0 && begun_)
    return;
  if (!clustered() && placement_.has_others())
    x.most = 0; // they share all of them
  claiming_ = true;
  x.token = draw(cfg_.random) + ++claims_;
  request(keeper_, caf::infinite, std::move(x))
      .then([this](const shards_claimed& y) { claimed(y); },
            [this](const caf::error& why) {
              claiming_ = false;
              if (!begun_)
                give_up(why);
              else if (code_of(why) == errc::store_refused)
                give_shards_up(sentence_of(why));
              else {
                log().error("shards cannot be claimed: {}", sentence_of(why));
                claim_later();
              }
            });
}

void supervisor::claim_later() {
  if (!std::exchange(claim_due_, true))
    delayed_send(this, claim_interval, timer_tick{claim_timer});
}

void supervisor::retry_claim() {
  claim_due_ = false;
  claim();
}

void supervisor::claimed(const shards_claimed& x) {
  claiming_ = false;
  astray_.clear();
  // An answer from before it was held for dead is void: it claims anew.
  if (stopping_ || failed_ || !joined_)
    return;
  hub_.take(x.start, clock().now());
  await_far_events();
  for (auto& one : x.shards) {
    if (one.from && *one.from != cfg_.node)
      hub_.tell(shard_moved{{one.cut.owner.shard, shards_.shard_count()},
                            start_id_,
                            node_name(*one.from),
                            node_name(cfg_.node),
                            one.cut.owner.epoch});
    spawn_shard(one);
  }
  auto waiting = shards_.unclaimed();
  if (clustered() && !x.shards.empty()) {
    placement_.set_owned(static_cast<std::uint32_t>(shards_.claims().size()));
    claim();
  } else if (!clustered() && !waiting.empty()) {
    auto now = clock().now();
    if (!begun_ || now >= waiting_told_ + std::chrono::minutes(1)) {
      log().warn("{} shards run in another process; waiting for them",
                 waiting.size());
      waiting_told_ = now;
    }
    claim_later();
  }
  begun_ = true;
  for (auto& answer : std::exchange(starting_, {}))
    answer.deliver(started{shards_.size()});
  pass_waiting();
  routes_changed();
}

void supervisor::spawn_shard(const claimed_shard& from) {
  auto& owner = from.cut.owner;
  auto index = owner.shard;
  auto values = std::make_shared<settings>(values_);
  values->guild_filter =
      guarded("guild_filter", std::move(values->guild_filter), true);
  shard_config args;
  args.id = {index, shards_.shard_count()};
  args.start_id = start_id_;
  args.cut = from.cut;
  auto wait = wait_after(from.vain);
  if (from.vain > 0)
    log().warn(
        "shard {}: {} before it was connected; it starts in {} s{}", index,
        from.vain == 1 ? "the process before has ended"
                       : std::to_string(from.vain) + " processes have ended",
        wait / std::chrono::seconds(1),
        from.vain < most_vain ? "" : ", with a new session");
  args.wait = wait;
  if (from.vain >= most_vain)
    args.cut.session = {};
  if (shards_.has_fallen(index)) { // maybe by what it went on from
    args.cut.session = {};
    args.cut.rows.clear();
  }
  args.gateway_url = directory_.info().url;
  args.intents = values_.intents;
  args.auto_chunk = auto_chunk_.enabled;
  args.chunk_presences = auto_chunk_.presences;
  args.values = std::move(values);
  args.secret = cfg_.secret;
  args.connect = cfg_.connect;
  args.unit = cfg_.unit;
  args.gate = cfg_.gate;
  args.keeper = keeper_;
  args.keeps = keeps_;
  args.told = hub_.told(index, clock().now());
  args.supervisor = this;
  args.random = cfg_.random;
  args.strays = strays_;
  auto made = spawn<shard>(std::move(args));
  shards_.started(owner, made);
  monitor(made);
  for (auto& wish : hub_.wishes())
    tell_shard(made, wish);
  if (lapsed_)
    send(made, lease_state{false});
  send(made, start_request{});
}

// -- their ends ---------------------------------------------------------------

shard_disconnected supervisor::disconnect_of(std::uint32_t index) const {
  shard_disconnected result;
  result.shard = {index, shards_.shard_count()};
  result.start_id = start_id_;
  return result;
}

void supervisor::overtaken(const claim_lost& x) {
  auto shard = shards_.overtaken(x.owner);
  if (!shard)
    return;
  caf::anon_send(shard, stop_request{true, true});
  overtaken_.push_back(shard.address());
  hub_.overtaken(x.owner.shard, clock().now());
  auto event = disconnect_of(x.owner.shard);
  event.reason = "another process has taken it over, or the store lost it";
  log().warn("shard {}: {}", x.owner.shard, event.reason);
  hub_.tell(event);
  routes_changed();
  claim();
}

void supervisor::give_shards_up(const std::string& why) {
  if (stopping_ || failed_)
    return;
  if (!begun_) {
    give_up(make_error(errc::store_refused, why));
    return;
  }
  failed_ = true;
  end_waiting(make_error(errc::store_refused, why));
  routes_changed();
  shards_.for_each_alive([](auto, auto& shard) {
    caf::anon_send(shard, stop_request{true}); // its session stays resumable
  });
  // Also those that are waited for: nothing will come of that.
  for (auto index : shards_.planned()) {
    auto event = disconnect_of(index);
    event.next = next_step::none;
    event.reason = why;
    hub_.tell(event);
  }
}

void supervisor::disconnected(const shard_disconnected& x) {
  if (x.next == next_step::none) {
    shards_.ended(x.shard.index);
    routes_changed();
  }
  hub_.tell(x);
}

void supervisor::shard_down(const caf::down_msg& x) {
  auto fallen = shards_.down(x.source, clock().now());
  routes_changed();
  if (!fallen || stopping_ || failed_)
    return;
  auto event = disconnect_of(fallen->index);
  event.next = fallen->again ? next_step::identify : next_step::none;
  event.reason = "the shard's actor has ended: " + to_string(x.reason);
  log().error("shard {}: {}; {}", fallen->index, event.reason,
              fallen->again ? "it is started again"
                            : "it has died too often to be started again");
  disconnected(event);
  if (fallen->again) {
    astray_.push_back(fallen->index); // the store knows nothing of this
    claim();
  }
}

} // namespace muster
