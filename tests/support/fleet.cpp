#include "tests/support/fleet.hpp"

#include <stdexcept>

namespace muster::test {

fleet::fleet() {
  values.intents |= intent::guild_presences;
  values.auto_chunk = true;
  values.rest_url = "http://localhost/api";
  info.url = "ws://gateway";
  info.max_concurrency = 16;
  store = std::make_shared<memory_store>([this] {
    return caf::timestamp{sched.clock().now().time_since_epoch()};
  });
}

fleet::~fleet() {
  if (supervisor)
    send(stop_request{});
  anon_send_exit(recorder, caf::exit_reason::user_shutdown);
  sched.run();
  supervisor = nullptr;
  recorder = nullptr;
}

caf::actor fleet::record(std::uint32_t events) {
  recorder = sys.spawn([this](caf::event_based_actor*) {
    return caf::behavior{
        [this](const chunk_request_finished& x) {
          finished_requests.push_back(x);
          order.push_back("E1 " + to_string(x.guild_id) + " "
                          + to_string(x.outcome));
        },
        [this](const shard_finished_chunking& x) {
          finished_shards.push_back(x);
          order.push_back("E2 " + std::to_string(x.shard.index));
        },
        [this](const finished_chunking& x) {
          finished.push_back(x);
          order.push_back("E3");
        },
        [this](const guild_members_chunk& x) { chunks.push_back(x); },
        [this](const chunking_progress& x) {
          progress.push_back(x);
          progress_at.push_back(sched.clock().now());
        },
        [this](const shard_ready& x) { readies.push_back(x); },
        [this](const shard_resumed& x) { resumes.push_back(x); },
        [this](const shard_disconnected& x) { disconnects.push_back(x); },
        [this](const shard_moved& x) { moves.push_back(x); },
        [this](const node_joined& x) { nodes_joined.push_back(x); },
        [this](const node_left& x) { nodes_left.push_back(x); },
        [this](const events_missed& x) { missed.push_back(x); },
    };
  });
  subscribe_request wish;
  wish.listener = recorder;
  wish.events = events;
  wish.scope = recorded_scope;
  send(wish);
  return recorder;
}

void fleet::start(std::uint32_t shards) {
  shard_count = shards;
  info.shards = shards;
  supervisor_config args;
  args.values = std::make_shared<const settings>(values);
  args.secret = std::make_shared<const token>(*token::parse("secret.token"));
  if (keeps)
    args.store = store;
  args.gate = gate;
  args.unit = unit;
  ++node_;
  args.node = last_node();
  args.start_id = 5 + 2 * last_node(); // odd, as those of later joins
  args.random = random;
  args.network = network;
  args.lookup = [this](std::function<void(gateway_answer)> f) {
    ++lookups;
    if (throwing_lookups > 0 && throwing_lookups-- > 0)
      throw std::runtime_error("no lookup");
    gateway_answer x;
    x.info = info;
    if (!failed_lookups.empty()) {
      x = failed_lookups.front();
      failed_lookups.pop_front();
    }
    f(std::move(x));
  };
  args.connect = [this](std::shared_ptr<connection_sink> sink)
      -> std::shared_ptr<connection> {
    if (broken_connects > 0) {
      if (--broken_connects % 2 == 1)
        throw std::runtime_error("no connection");
      return nullptr;
    }
    connections.push_back(
        std::make_shared<scripted_connection>(std::move(sink)));
    connections.back()->managed = managed;
    connections.back()->now = [this] { return sched.clock().now(); };
    return connections.back();
  };
  supervisor = sys.spawn<muster::supervisor>(std::move(args));
  record(recorded);
  send(start_request{});
}

void fleet::stop() {
  auto stopping = self->request(supervisor, caf::infinite, stop_request{});
  sched.run();
  if (!self->has_next_message())
    pass(std::chrono::seconds(6)); // for what is on the wire (C4)
  stopping.receive([](const stopped&) {},
                   [](const caf::error& e) { CAF_FAIL(to_string(e)); });
}

void fleet::restart() {
  stop();
  anon_send_exit(recorder, caf::exit_reason::user_shutdown);
  start(shard_count);
}

void fleet::pass(caf::timespan d) {
  auto& clock = sched.clock();
  auto until = clock.current_time + d;
  sched.run();
  while (clock.has_pending_timeout()
         && clock.schedule().begin()->first <= until) {
    auto next = clock.schedule().begin()->first;
    clock.advance_time(std::max(next - clock.current_time, caf::timespan{0}));
    sched.run();
  }
  clock.advance_time(until - clock.current_time);
  sched.run();
}

scripted_connection& fleet::link(std::uint32_t shard) {
  // Shards connect in the order of their indexes; tests with reconnects use
  // one shard and take the newest.
  return shard_count == 1 ? *connections.back() : *connections.at(shard);
}

snowflake fleet::guild(std::uint32_t number, std::uint32_t shard) const {
  return snowflake{
      (std::uint64_t{1000} * shard_count + number * shard_count + shard) << 22};
}

std::vector<snowflake> fleet::guilds_up_to(std::uint32_t n) const {
  std::vector<snowflake> result;
  for (std::uint32_t i = 1; i <= n; ++i)
    result.push_back(guild(i));
  return result;
}

std::vector<nlohmann::json> fleet::requests() const {
  std::vector<nlohmann::json> result;
  for (auto& x : connections)
    for (auto& d : x->sent(8))
      result.push_back(d);
  return result;
}

nlohmann::json fleet::last_request() const {
  auto all = requests();
  return all.empty() ? nlohmann::json{} : all.back();
}

std::string fleet::last_nonce() const {
  auto x = last_request();
  return x.is_object() ? x["nonce"].get<std::string>() : std::string{};
}

snowflake fleet::guild_asked(const nlohmann::json& request) {
  return parse_snowflake(request["guild_id"].get<std::string>()).value();
}

template <class Message>
std::shared_ptr<fleet::reply> fleet::ask_for_members(Message x) {
  auto result = std::make_shared<reply>();
  sys.spawn([this, result, x](caf::event_based_actor* asker) {
    asker->request(supervisor, caf::infinite, x)
        .then(
            [result](const chunk_request_finished& y) {
              result->answer = y;
              ++result->count;
            },
            [result](const caf::error& e) {
              result->error = e;
              ++result->count;
            });
  });
  return result;
}

std::shared_ptr<fleet::reply> fleet::post(guild_members_request x) {
  return ask_for_members(std::move(x));
}

std::shared_ptr<fleet::reply> fleet::ask(guild_members_request x) {
  auto result = post(std::move(x));
  sched.run();
  return result;
}

std::shared_ptr<fleet::reply> fleet::ask_streaming(guild_members_request x,
                                                   caf::actor receiver) {
  auto result = ask_for_members(
      stream_members_request{std::move(x), std::move(receiver)});
  sched.run();
  return result;
}

caf::error fleet::error_of(guild_members_request x) {
  auto refused = ask(std::move(x));
  CAF_REQUIRE_EQUAL(refused->count, 1);
  CAF_CHECK(!refused->answer);
  return refused->error;
}

subscribe_request fleet::for_members(std::uint64_t bound,
                                     optional<overflow> on_overflow) {
  subscribe_request result;
  result.events = event_bit::guild_members_chunk;
  result.bound = bound;
  result.on_overflow = on_overflow;
  return result;
}

std::unique_ptr<caf::scoped_actor> fleet::listener(subscribe_request wish) {
  auto result = std::make_unique<caf::scoped_actor>(sys);
  wish.listener = caf::actor{result->ptr()};
  send(wish);
  return result;
}

int fleet::drain(caf::scoped_actor& x) {
  int n = 0;
  for (; x->has_next_message(); ++n) {
    x->receive([](const guild_members_chunk&) {});
    sched.run();
  }
  return n;
}

caf::actor fleet::stranger() {
  return sys.spawn(
      [](caf::event_based_actor*) { return caf::behavior{[](int) {}}; });
}

guild_state fleet::state_of(snowflake id) {
  guild_state result;
  auto pending =
      self->request(supervisor, caf::infinite, guild_state_request{id});
  sched.run();
  pending.receive([&](const guild_state& x) { result = x; },
                  [](const caf::error& e) { CAF_FAIL(to_string(e)); });
  return result;
}

statistics fleet::figures() {
  statistics result;
  auto pending = self->request(supervisor, caf::infinite, statistics_request{});
  sched.run();
  pending.receive([&](const statistics& x) { result = x; },
                  [](const caf::error& e) { CAF_FAIL(to_string(e)); });
  return result;
}

} // namespace muster::test
