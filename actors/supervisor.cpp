#include "actors/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "actors/identify_gate.hpp"
#include "actors/log.hpp"
#include "actors/poll.hpp"
#include "actors/shard.hpp"
#include "actors/shard_plan.hpp"
#include "messages/errc.hpp"
#include "net/payload.hpp"

namespace muster {

namespace {

/// Longer than a shard needs to end its requests and to close.
constexpr auto stop_timeout = std::chrono::seconds(15);

/// For what a shard answers at once.
constexpr auto answer_timeout = std::chrono::seconds(5);

} // namespace

supervisor::supervisor(caf::actor_config& cfg, supervisor_config args)
    : supervisor_actor::base(cfg), cfg_(std::move(args)), values_(*cfg_.values),
      strays_(std::make_shared<stray_counter::element_type>(0)),
      directory_(values_), hub_(cfg_.start_id, values_.progress_interval),
      auto_chunk_{values_.auto_chunk, values_.chunk_presences} {
  guard(this, strays_);
  gate_ = spawn<identify_gate>(values_, supervisor_actor{this}, strays_);
  set_down_handler([this](const caf::down_msg& x) {
    unsubscribe(x.source);
    shard_down(x);
  });
}

template <class Result, class Message>
caf::result<Result> supervisor::route(snowflake guild, const Message& x) {
  auto promise = make_response_promise<Result>();
  auto pass = [this, guild, promise, x]() mutable {
    if (stopping_ || failed_) {
      promise.deliver(make_error(errc::not_running));
      return;
    }
    caf::error why;
    if (auto owner = shards_.owner_of(guild, why))
      promise.delegate(owner, std::move(x));
    else
      promise.deliver(std::move(why));
  };
  when_known(std::move(pass));
  return promise;
}

template <class F>
void supervisor::when_known(F pass) {
  if (shards_.empty() && !failed_ && !stopping_)
    backlog_.push_back(std::move(pass));
  else
    pass();
}

supervisor::behavior_type supervisor::make_behavior() {
  return {
      [this](const guild_members_request& x) {
        return route<chunk_request_finished>(x.guild_id, x);
      },
      [this](const stream_members_request& x) {
        return route<chunk_request_finished>(x.request.guild_id, x);
      },
      [this](const cancel_request& x) { return route<void>(x.guild_id, x); },
      [this](const gateway_command& x) -> caf::result<void> {
        if (x.guild_id != snowflake{})
          return route<void>(x.guild_id, x);
        return send_to_all(x);
      },
      [this](const auto_chunk_request& x) { set_auto_chunk(x); },
      [this](const guild_state_request& x) {
        return route<guild_state>(x.guild_id, x);
      },
      [this](const statistics_request&) { return sum_up(); },
      [this](const subscribe_request& x) { subscribe(x); },
      [this](const unsubscribe_request& x) {
        unsubscribe(x.listener.address());
        // They monitor their listeners themselves, and have receivers of
        // streams, too.
        shards_.for_each_open([&](auto, auto& shard) { send(shard, x); });
      },
      [this](const start_request&) { return start(); },
      [this](const stop_request&) { return stop(); },
      [this](const gateway_answer& x) { looked_up(x); },
      [this](const chunk_request_finished& x) { hub_.tell(x); },
      [this](const shard_settled& x) { hub_.settled(x, clock().now()); },
      [this](const shard_progress& x) {
        if (auto wait = hub_.progress(x, clock().now()))
          delayed_send(this, *wait, timer_tick{progress_timer});
      },
      [this](const shard_ready& x) { hub_.tell(x); },
      [this](const shard_resumed& x) { hub_.tell(x); },
      [this](const shard_disconnected& x) { disconnected(x); },
      [this](const locate_gateway_request&) { look_up(); },
      [this](const identify_limits_request&) { return tell_limits(); },
      [this](const timer_tick& x) {
        if (x.id == lookup_timer)
          look_up();
        else
          hub_.publish_progress(clock().now());
      },
  };
}

void supervisor::on_exit() {
  shards_.for_each_alive([](auto, auto& shard) {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  });
  if (gate_)
    caf::anon_send_exit(gate_, caf::exit_reason::user_shutdown);
  failed_ = true;
  end_waiting(make_error(errc::not_running));
  for (auto& x : std::exchange(asking_limits_, {}))
    x.deliver(make_error(errc::not_running));
  if (stopping_)
    stopping_->deliver(stopped{});
  shards_.clear();
  gate_ = nullptr;
  hub_ = event_hub{cfg_.start_id, values_.progress_interval};
  stopping_.reset();
  cfg_.lookup = nullptr;
  cfg_.connect = nullptr;
}

// -- start and stop -----------------------------------------------------------

caf::result<started> supervisor::start() {
  auto promise = make_response_promise<started>();
  if (stopping_ || failed_)
    promise.deliver(make_error(errc::not_running));
  else if (!shards_.empty())
    promise.deliver(started{shards_.size()});
  else {
    starting_.push_back(promise);
    look_up();
  }
  return promise;
}

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
    spawn_shards();
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

// -- shards -------------------------------------------------------------------

void supervisor::spawn_shards() {
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
  send(gate_, directory_.limits());
  hub_.begin(plan.indexes);
  for (auto index : plan.indexes)
    spawn_shard(index);
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(started{shards_.size()});
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
}

void supervisor::spawn_shard(std::uint32_t index) {
  auto values = std::make_shared<settings>(values_);
  values->auto_chunk = auto_chunk_.enabled;
  values->chunk_presences = auto_chunk_.presences;
  values->guild_filter =
      guarded("guild_filter", std::move(values->guild_filter), true);
  shard_config args;
  args.id = {index, shards_.shard_count()};
  args.start_id = cfg_.start_id;
  args.values = std::move(values);
  args.secret = cfg_.secret;
  args.connect = cfg_.connect;
  args.gateway_url = directory_.info().url;
  args.gate = gate_;
  args.supervisor = this;
  args.random = cfg_.random;
  args.strays = strays_;
  auto made = spawn<shard>(std::move(args));
  shards_.started(index, made);
  monitor(made);
  for (auto& wish : hub_.wishes())
    send(made, wish);
  send(made, start_request{});
}

void supervisor::end_waiting(const caf::error& why) {
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(why);
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
}

void supervisor::give_up(const caf::error& why) {
  failed_ = true;
  log().error("muster cannot start: {}", sentence_of(why));
  end_waiting(why);
  auto indexes = values_.shards;
  if (indexes.empty())
    indexes.push_back(0);
  for (auto index : indexes) {
    shard_disconnected event;
    event.shard = {index,
                   values_.shard_count ? *values_.shard_count : index + 1};
    event.start_id = cfg_.start_id;
    event.next = next_step::none;
    event.reason = sentence_of(why);
    hub_.tell(event);
  }
}

caf::result<stopped> supervisor::stop() {
  auto promise = make_response_promise<stopped>();
  if (stopping_) {
    promise.deliver(stopped{});
    return promise;
  }
  stopping_ = promise;
  end_waiting(make_error(errc::not_running));
  poll all{[this](const poll&) { quit(); }};
  shards_.for_each_alive([&](auto, auto& shard) {
    all.ask();
    request(shard, stop_timeout, stop_request{})
        .then([all](const stopped&) { all.one_less(); },
              [all](const caf::error&) { all.one_less(); });
  });
  all.one_less();
  return promise;
}

// -- requests -----------------------------------------------------------------

caf::result<statistics> supervisor::sum_up() {
  auto promise = make_response_promise<statistics>();
  auto sum = std::make_shared<statistics>();
  poll all{[this, promise, sum](const poll&) mutable {
    sum->strays += *strays_;
    promise.deliver(*sum);
  }};
  shards_.for_each_alive([&](auto, auto& shard) {
    all.ask();
    request(shard, answer_timeout, statistics_request{})
        .then(
            [all, sum](const statistics& part) {
              *sum += part;
              all.one_less();
            },
            [all](const caf::error&) { all.one_less(); });
  });
  all.one_less();
  return promise;
}

caf::result<void> supervisor::send_to_all(const gateway_command& x) {
  auto promise = make_response_promise<void>();
  std::string ignored;
  if (auto error = encode_command(x, ignored)) {
    promise.deliver(std::move(error));
    return promise;
  }
  auto pass = [this, promise, x]() mutable {
    // What one shard refuses the others may take: all are asked, and the
    // answer is good only if all are.
    poll all{[promise](const poll& end) mutable {
      if (auto error = end.error())
        promise.deliver(std::move(error));
      else
        static_cast<caf::response_promise&>(promise).deliver(caf::unit);
    }};
    if (!stopping_)
      shards_.for_each_open([&](auto index, auto& shard) {
        all.ask();
        request(shard, answer_timeout, x)
            .then([all] { all.one_less(); },
                  [all, index](const caf::error& why) {
                    all.refused(index, why);
                  });
      });
    all.one_less();
  };
  when_known(std::move(pass));
  return promise;
}

void supervisor::set_auto_chunk(const auto_chunk_request& x) {
  auto_chunk_ = x;
  shards_.for_each_open([&](auto, auto& shard) { send(shard, x); });
}

void supervisor::subscribe(const subscribe_request& x) {
  if (!x.listener)
    return;
  if (hub_.subscribe(x))
    monitor(x.listener);
  shards_.for_each_open([&](auto, auto& shard) { send(shard, x); });
}

void supervisor::unsubscribe(const caf::actor_addr& gone) {
  if (hub_.unsubscribe(gone))
    demonitor(gone);
}

void supervisor::disconnected(const shard_disconnected& x) {
  if (x.next == next_step::none)
    shards_.ended(x.shard.index);
  hub_.tell(x);
}

void supervisor::shard_down(const caf::down_msg& x) {
  auto fallen = shards_.down(x.source, clock().now());
  if (!fallen || stopping_)
    return;
  shard_disconnected event;
  event.shard = {fallen->index, shards_.shard_count()};
  event.start_id = cfg_.start_id;
  event.next = fallen->again ? next_step::identify : next_step::none;
  event.reason = "the shard's actor has ended: " + to_string(x.reason);
  log().error("shard {}: {}; {}", fallen->index, event.reason,
              fallen->again ? "it is started again"
                            : "it has died too often to be started again");
  disconnected(event);
  if (fallen->again)
    spawn_shard(fallen->index);
}

} // namespace muster
