#include "actors/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "actors/identify_gate.hpp"
#include "actors/lease_keeper.hpp"
#include "actors/log.hpp"
#include "actors/store_keeper.hpp"
#include "messages/errc.hpp"
#include "net/memory_store.hpp"
#include "net/payload.hpp"

namespace muster {

namespace {

/// Longer than a shard needs to end its requests and to close.
constexpr auto stop_timeout = std::chrono::seconds(15);

/// For the last word to the store (C4).
constexpr auto save_timeout = std::chrono::seconds(2);

/// For a shard that does not run (C12).
constexpr auto shard_patience = std::chrono::seconds(10);

caf::error not_here() {
  return make_error(errc::not_running,
                    "its shard does not run here, or not yet; ask again");
}

/// For what a shard answers at once.
constexpr auto answer_timeout = std::chrono::seconds(5);

} // namespace

supervisor::supervisor(caf::actor_config& cfg, supervisor_config args)
    : supervisor_actor::base(cfg), cfg_(std::move(args)), values_(*cfg_.values),
      strays_(std::make_shared<stray_counter::element_type>(0)),
      keeps_(cfg_.store != nullptr), directory_(values_),
      hub_(values_.progress_interval, keeps_),
      start_id_(cfg_.start_id), auto_chunk_{values_.auto_chunk,
                                            values_.chunk_presences} {
  guard(this, strays_);
  auto store =
      cfg_.store ? std::move(cfg_.store) : std::make_shared<memory_store>();
  if (keeps_) {
    auto term = cfg_.term ? cfg_.term : std::make_shared<lease_term>([this] {
      return clock().now();
    });
    auto me = supervisor_actor{this};
    lease_ = store->blocks()
                 ? spawn<lease_keeper, caf::detached>(
                     store, me, term, values_.node_timeout, strays_)
                 : spawn<lease_keeper>(store, me, term, values_.node_timeout,
                                       strays_);
  }
  keeper_ = store->blocks() // or it would keep others waiting
                ? spawn<store_keeper, caf::detached>(
                    store, supervisor_actor{this}, strays_)
                : spawn<store_keeper>(store, supervisor_actor{this}, strays_);
  if (!cfg_.gate)
    cfg_.gate = own_gate_ =
        spawn<identify_gate>(values_, supervisor_actor{this}, keeper_, strays_);
  set_down_handler([this](const caf::down_msg& x) {
    unsubscribe(x.source);
    peer_down(x.source);
    shard_down(x);
  });
}

template <class Result, class Message>
caf::result<Result> supervisor::route(snowflake guild, const Message& x) {
  auto promise = make_response_promise<Result>();
  if (!pass_on<Result>(guild, x, promise))
    wait_for_shards([this, guild, x,
                     promise] { return pass_on<Result>(guild, x, promise); },
                    [promise]() mutable { promise.deliver(not_here()); });
  return promise;
}

template <class Result, class Message>
bool supervisor::pass_on(snowflake guild, const Message& x,
                         caf::typed_response_promise<Result> promise) {
  caf::error why = make_error(errc::not_running);
  auto shared = clustered();
  if (stopping_ || failed_)
    promise.deliver(std::move(why));
  else if (!begun_ || (!shared && shards_.awaits_owner_of(guild)))
    return false;
  else if (auto proxy = shared ? proxy_of(guild, why) : shard_proxy_actor{})
    delegate_to(proxy, x, promise);
  else if (auto owner = shards_.owner_of(guild, why); owner && !shared)
    promise.delegate(owner, x);
  else
    promise.deliver(std::move(why));
  return true;
}

void supervisor::wait_for_shards(std::function<bool()> pass,
                                 std::function<void()> refuse) {
  // At the start all is waited for; later a shard is back soon, or elsewhere.
  auto until = begun_ ? clock().now() + shard_patience : never;
  backlog_.push_back({std::move(pass), std::move(refuse), until});
  if (begun_)
    delayed_send(this, shard_patience, timer_tick{backlog_timer});
}

void supervisor::pass_waiting() {
  auto until = clock().now() + shard_patience;
  for (auto& x : std::exchange(backlog_, {}))
    if (!x.pass()) {
      x.until = std::min(x.until, until);
      backlog_.push_back(std::move(x));
    }
  if (!backlog_.empty())
    delayed_send(this, shard_patience, timer_tick{backlog_timer});
}

void supervisor::end_waits() {
  auto now = clock().now();
  auto late = std::partition(backlog_.begin(), backlog_.end(),
                             [now](auto& x) { return x.until > now; });
  std::vector<waiting> over{std::make_move_iterator(late),
                            std::make_move_iterator(backlog_.end())};
  backlog_.erase(late, backlog_.end());
  for (auto& x : over)
    x.refuse();
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
      [this](const fleet_standing_request& x) { return standing(x); },
      [this](const subscribe_request& x) { subscribe(x); },
      [this](const unsubscribe_request& x) { unsubscribe(x); },
      [this](const start_request&) { return start(); },
      [this](const stop_request&) { return stop(); },
      [this](const gateway_answer& x) { looked_up(x); },
      [this](const chunk_request_finished& x) { hub_.tell(x, clock().now()); },
      [this](const shard_progress& x) {
        if (auto wait = hub_.progress(x, clock().now()))
          delayed_send(this, *wait, timer_tick{progress_timer});
      },
      [this](const shard_ready& x) { connected(x); },
      [this](const shard_resumed& x) { connected(x); },
      [this](const shard_disconnected& x) { disconnected(x); },
      [this](const startup_recorded& x) {
        hub_.settled(x, clock().now());
        await_far_events();
        if (x.start.finished)
          nudge();
      },
      [this](const claim_lost& x) { overtaken(x); },
      [this](const store_lost& x) { give_shards_up(x.reason); },
      [this](const alive_check&) { return check_alive(); },
      [this](const io_alive&) { io_answered(); },
      [this](const lease_renewed& x) { lease_goes_on(x); },
      [this](const lease_lapsed&) { lease_ran_out(); },
      [this](const lease_lost&) { lease_was_lost(); },
      [this](const locate_gateway_request&) { look_up(); },
      [this](const identify_limits_request&) { return tell_limits(); },
      [this](const locate_shard& x) { return locate(x); },
      [this](const shards_there& x) { take(x); },
      [this](const look_now&) { look(); },
      [this](const peer_guest& x) { welcome(x); },
      [this](const peer_event& x) { take(x); },
      [this](const events_missed& x) { take(x); },
      [this](const timer_tick& x) {
        if (x.id == lookup_timer)
          look_up();
        else if (x.id == claim_timer)
          retry_claim();
        else if (x.id == backlog_timer)
          end_waits();
        else if (x.id == balance_timer) {
          balance_due_ = false;
          place();
        } else if (x.id == event_timer) {
          event_due_ = false;
          hub_.release(clock().now());
          await_far_events();
        } else
          hub_.publish_progress(clock().now());
      },
  };
}

void supervisor::on_exit() {
  shards_.for_each_alive([](auto, auto& shard) {
    caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  });
  for (auto& x : overtaken_)
    caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  if (own_gate_)
    caf::anon_send_exit(own_gate_, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(keeper_, caf::exit_reason::user_shutdown);
  if (lease_)
    caf::anon_send_exit(lease_, caf::exit_reason::user_shutdown);
  close_door();
  failed_ = true;
  end_waiting(make_error(errc::not_running));
  for (auto& x : std::exchange(asking_limits_, {}))
    x.deliver(make_error(errc::not_running));
  if (stopping_)
    stopping_->deliver(stopped{});
  shards_.clear();
  own_gate_ = nullptr;
  keeper_ = nullptr;
  lease_ = nullptr;
  io_poll_.reset();
  cfg_.probe_io = nullptr;
  hub_ = event_hub{values_.progress_interval};
  stopping_.reset();
  cfg_.gate = nullptr;
  cfg_.lookup = nullptr;
  cfg_.connect = nullptr;
  cfg_.network = nullptr;
}

// -- start and stop -----------------------------------------------------------

caf::result<started> supervisor::start() {
  auto promise = make_response_promise<started>();
  if (stopping_ || failed_)
    promise.deliver(make_error(errc::not_running));
  else if (begun_)
    promise.deliver(started{shards_.size()});
  else {
    starting_.push_back(promise);
    look_up();
  }
  return promise;
}

void supervisor::end_waiting(const caf::error& why) {
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(why);
  pass_waiting();
}

void supervisor::give_up(const caf::error& why) {
  failed_ = true;
  log().error("muster cannot start: {}", sentence_of(why));
  end_waiting(why);
  auto indexes = values_.shards;
  if (indexes.empty())
    indexes.push_back(0);
  for (auto index : indexes) {
    auto event = disconnect_of(index);
    if (event.shard.count == 0) // it was never known
      event.shard.count = values_.shard_count.value_or(index + 1);
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
  routes_changed(); // who calls from elsewhere is to look for the next owner
  auto last = std::make_shared<leave_store>();
  last->node = cfg_.node;
  poll all{[this, last](const poll&) {
    if (!joined_ && (failed_ || !keeps_)) { // the store knows nothing of it
      quit();
      return;
    }
    request(keeper_, save_timeout, *last)
        .then([this](const left_store&) { quit(); },
              [this](const caf::error& why) {
                log().warn("the last state of the shards was not saved: {}",
                           sentence_of(why));
                quit();
              });
  }};
  shards_.for_each_alive([&](auto, auto& shard) {
    all.ask();
    request(shard, stop_timeout, stop_request{})
        .then(
            [all, last](const shard_cut& cut) {
              last->cuts.push_back(cut);
              all.one_less();
            },
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
  for (auto& [node, x] : peers_) { // they have listeners, too
    all.ask();
    request(x.actor, answer_timeout, statistics_request{})
        .then(
            [all, sum](const statistics& part) {
              *sum += part;
              all.one_less();
            },
            [all](const caf::error&) { all.one_less(); });
  }
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
    auto waits = !begun_ || (!clustered() && !shards_.unclaimed().empty());
    if (!stopping_ && !failed_ && waits)
      return false;
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
    return true;
  };
  if (!pass())
    wait_for_shards(std::move(pass),
                    [promise]() mutable { promise.deliver(not_here()); });
  return promise;
}

void supervisor::set_auto_chunk(const auto_chunk_request& x) {
  auto_chunk_ = x;
  shards_.for_each_open([&](auto, auto& shard) { send(shard, x); });
}

} // namespace muster
