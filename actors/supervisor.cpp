#include "actors/supervisor.hpp"

#include <algorithm>
#include <utility>

#include "actors/identify_gate.hpp"
#include "actors/log.hpp"
#include "actors/shard.hpp"
#include "messages/errc.hpp"
#include "net/gateway_bot.hpp"
#include "net/payload.hpp"

namespace muster {

namespace {

/// Longer than a shard needs to end its requests and to close.
constexpr auto stop_timeout = std::chrono::seconds(15);

} // namespace

supervisor::supervisor(caf::actor_config& cfg, supervisor_config args)
    : supervisor_actor::base(cfg), cfg_(std::move(args)), values_(*cfg_.values),
      backoff_(values_.backoff_min, values_.backoff_max),
      auto_chunk_{values_.auto_chunk, values_.chunk_presences} {
  gate_ = spawn<identify_gate>(values_);
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
    auto index = shard_of(guild, shard_count_);
    auto i = shards_.find(index);
    if (guild == snowflake{})
      promise.deliver(make_error(errc::invalid_guild_id));
    else if (i == shards_.end())
      promise.deliver(
          make_error(errc::wrong_shard,
                     "guild " + to_string(guild) + " belongs to shard "
                         + std::to_string(index) + ", which is not run here"));
    else if (i->second.ended)
      promise.deliver(make_error(errc::not_running,
                                 "shard " + std::to_string(index)
                                     + " has ended; see why it disconnected"));
    else
      promise.delegate(i->second.handle, std::move(x));
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
        for (auto& [index, entry] : shards_)
          if (!entry.ended)
            send(entry.handle, x);
      },
      [this](const start_request&) { return start(); },
      [this](const stop_request&) { return stop(); },
      [this](const gateway_answer& x) { looked_up(x); },
      [this](const chunk_request_finished& x) {
        publish(event_bit::chunk_request_finished, x);
      },
      [this](const shard_finished_chunking& x) {
        if (auto i = shards_.find(x.shard.index); i != shards_.end())
          i->second.finished = x;
        publish(event_bit::shard_finished_chunking, x);
      },
      [this](const shard_settled& x) { settled(x); },
      [this](const shard_progress& x) { progress(x); },
      [this](const shard_ready& x) { publish(event_bit::shard_ready, x); },
      [this](const shard_resumed& x) { publish(event_bit::shard_resumed, x); },
      [this](const shard_disconnected& x) { disconnected(x); },
      [this](const timer_tick& x) {
        if (x.generation == lookup_timer) {
          look_up();
        } else {
          progress_armed_ = false;
          publish_progress();
        }
      },
  };
}

void supervisor::on_exit() {
  for (auto& [index, x] : shards_)
    anon_send_exit(x.handle, caf::exit_reason::user_shutdown);
  if (gate_)
    anon_send_exit(gate_, caf::exit_reason::user_shutdown);
  for (auto& x : starting_)
    x.deliver(make_error(errc::not_running));
  failed_ = true;
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
  if (stopping_)
    stopping_->deliver(stopped{});
  shards_.clear();
  gate_ = nullptr;
  subscribers_.clear();
  starting_.clear();
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
    promise.deliver(started{static_cast<std::uint32_t>(shards_.size())});
  else {
    starting_.push_back(promise);
    if (!std::exchange(looking_up_, true))
      look_up();
  }
  return promise;
}

void supervisor::look_up() {
  if (stopping_ || !shards_.empty())
    return;
  cfg_.lookup([self = caf::actor_cast<supervisor_actor>(this)](
                  gateway_answer x) { caf::anon_send(self, std::move(x)); });
}

void supervisor::looked_up(const gateway_answer& x) {
  if (stopping_ || failed_ || !shards_.empty())
    return;
  if (!x.error) {
    backoff_.reset();
    spawn_shards(x.info);
    return;
  }
  if (is_fatal(x)) {
    give_up(x.error);
    return;
  }
  auto wait = std::max(backoff_.next(cfg_.random()), timespan{x.retry_after});
  log().warn("{}; asking again in {:.1f} s", sentence_of(x.error),
             std::chrono::duration<double>(wait).count());
  delayed_send(this, wait, timer_tick{lookup_timer});
}

void supervisor::spawn_shards(const gateway_info& info) {
  auto count = values_.shard_count ? *values_.shard_count : info.shards;
  auto indexes = values_.shards;
  if (values_.owner_of != snowflake{})
    indexes = {shard_of(values_.owner_of, count)};
  if (indexes.empty())
    for (std::uint32_t i = 0; i < count; ++i)
      indexes.push_back(i);
  for (auto index : indexes)
    if (index >= count) {
      give_up(make_error(errc::invalid_settings,
                         "shard " + std::to_string(index)
                             + " does not exist, the bot has "
                             + std::to_string(count) + " shards"));
      return;
    }
  shard_count_ = count;
  if (auto error = check_filter(indexes)) {
    give_up(error);
    return;
  }
  send(gate_, identify_limits{info.max_concurrency, info.session_remaining,
                              info.session_reset_after});
  fleet_.begin(cfg_.start_id, indexes);
  auto values = std::make_shared<settings>(values_);
  values->auto_chunk = auto_chunk_.enabled;
  values->chunk_presences = auto_chunk_.presences;
  for (auto index : indexes) {
    if (shards_.count(index) != 0)
      continue;
    shard_config args;
    args.id = {index, count};
    args.start_id = cfg_.start_id;
    args.values = values;
    args.secret = cfg_.secret;
    args.connect = cfg_.connect;
    args.gateway_url = info.url;
    args.gate = gate_;
    args.supervisor = this;
    args.random = cfg_.random;
    auto& entry = shards_[index];
    entry.handle = spawn<shard>(std::move(args));
    monitor(entry.handle);
    for (auto& x : subscribers_)
      send(entry.handle, x.wish);
    send(entry.handle, start_request{});
  }
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(started{static_cast<std::uint32_t>(shards_.size())});
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
}

caf::error
supervisor::check_filter(const std::vector<std::uint32_t>& indexes) const {
  // One list may serve all of the bot's processes, so foreign guilds are worth
  // a line; but a list of nothing else is a mistake.
  auto foreign = [&](snowflake id) {
    auto index = shard_of(id, shard_count_);
    if (std::find(indexes.begin(), indexes.end(), index) != indexes.end())
      return false;
    log().warn("guild {} of the filter belongs to shard {}, which is not run "
               "here",
               id.value, index);
    return true;
  };
  auto& pinned = values_.pinned_guilds;
  auto& only = values_.only_guilds;
  std::count_if(pinned.begin(), pinned.end(), foreign);
  auto count = std::count_if(only.begin(), only.end(), foreign);
  if (only.empty() || count < static_cast<std::ptrdiff_t>(only.size()))
    return caf::none;
  return make_error(errc::invalid_settings,
                    "all guilds of the filter belong to shards that are not "
                    "run here; run their shards or name other guilds");
}

void supervisor::give_up(const caf::error& why) {
  failed_ = true;
  log().error("muster cannot start: {}", sentence_of(why));
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(why);
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
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
    publish(event_bit::shard_disconnected, event);
  }
}

caf::result<stopped> supervisor::stop() {
  auto promise = make_response_promise<stopped>();
  if (stopping_) {
    promise.deliver(stopped{});
    return promise;
  }
  stopping_ = promise;
  for (auto& x : std::exchange(starting_, {}))
    x.deliver(make_error(errc::not_running));
  for (auto& pass : std::exchange(backlog_, {}))
    pass();
  auto one_less = [this] {
    if (--stops_open_ == 0)
      quit();
  };
  ++stops_open_; // this call itself
  for (auto& [index, x] : shards_) {
    if (x.gone)
      continue; // else it may still have requests to end
    ++stops_open_;
    request(x.handle, stop_timeout, stop_request{})
        .then([one_less](const stopped&) { one_less(); },
              [one_less](const caf::error&) { one_less(); });
  }
  one_less();
  return promise;
}

// -- requests -----------------------------------------------------------------

caf::result<statistics> supervisor::sum_up() {
  auto promise = make_response_promise<statistics>();
  auto sum = std::make_shared<statistics>();
  auto open = std::make_shared<std::size_t>(1);
  auto one_less = [promise, sum, open]() mutable {
    if (--*open == 0)
      promise.deliver(*sum);
  };
  for (auto& [index, x] : shards_) {
    if (x.gone)
      continue;
    ++*open;
    request(x.handle, std::chrono::seconds(5), statistics_request{})
        .then(
            [one_less, sum](const statistics& part) mutable {
              *sum += part;
              one_less();
            },
            [one_less](const caf::error&) mutable { one_less(); });
  }
  one_less();
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
    bool sent = false;
    for (auto& [index, entry] : shards_)
      if (!entry.ended && !stopping_) {
        send(entry.handle, x);
        sent = true;
      }
    if (sent)
      static_cast<caf::response_promise&>(promise).deliver(caf::unit);
    else
      promise.deliver(make_error(errc::not_running));
  };
  when_known(std::move(pass));
  return promise;
}

void supervisor::set_auto_chunk(const auto_chunk_request& x) {
  auto_chunk_ = x;
  for (auto& [index, entry] : shards_)
    if (!entry.ended)
      send(entry.handle, x);
}

} // namespace muster
