#include "tests/support/fleet.hpp"

#include <stdexcept>

namespace muster::test {

// -- scripted_connection ------------------------------------------------------

void scripted_connection::send(std::string text, std::uint64_t ticket) {
  if (closed_with >= 0 || sink_ == nullptr)
    return;
  if (throws)
    throw std::runtime_error("a connection's mistake");
  texts.push_back(std::move(text));
  if (now)
    sent_at.push_back(now());
  unconfirmed_.push_back(ticket);
  if (confirm_writes)
    confirm();
  if (acknowledge && texts.back().find("\"op\":1}") != std::string::npos)
    say(heartbeat_ack());
}

void scripted_connection::confirm() {
  while (!unconfirmed_.empty() && sink_ != nullptr) {
    sink_->written(unconfirmed_.front());
    unconfirmed_.pop_front();
  }
}

void scripted_connection::confirm(std::deque<std::uint64_t> those) {
  for (auto ticket : those)
    sink().written(ticket);
}

void scripted_connection::close(std::uint16_t code) {
  if (closed_with >= 0 || sink_ == nullptr)
    return;
  closed_with = code;
  if (close_at_once)
    end(0);
}

void scripted_connection::end(std::uint16_t code, errc error) {
  if (auto sink = std::exchange(sink_, nullptr))
    sink->closed(code, error, "the test said so");
}

std::vector<nlohmann::json> scripted_connection::sent(int op) const {
  std::vector<nlohmann::json> result;
  for (auto& text : texts) {
    auto x = nlohmann::json::parse(text);
    if (x["op"] == op)
      result.push_back(std::move(x["d"]));
  }
  return result;
}

std::vector<caf::actor_clock::time_point>
scripted_connection::times_of(int op) const {
  std::vector<caf::actor_clock::time_point> result;
  for (std::size_t i = 0; i < sent_at.size(); ++i)
    if (nlohmann::json::parse(texts[i])["op"] == op)
      result.push_back(sent_at[i]);
  return result;
}

// -- fleet --------------------------------------------------------------------

fleet::fleet() {
  values.intents |= intent::guild_presences;
  values.auto_chunk = true;
  values.rest_url = "http://localhost/api";
  info.url = "ws://gateway";
  info.max_concurrency = 16;
}

fleet::~fleet() {
  if (supervisor) {
    caf::anon_send(supervisor, stop_request{});
    sched.run();
  }
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
    };
  });
  subscribe_request wish;
  wish.listener = recorder;
  wish.events = events;
  caf::anon_send(supervisor, wish);
  sched.run();
  return recorder;
}

void fleet::start(std::uint32_t shards) {
  shard_count = shards;
  info.shards = shards;
  supervisor_config args;
  args.values = std::make_shared<const settings>(values);
  args.secret = std::make_shared<const token>(*token::parse("secret.token"));
  args.start_id = 7;
  args.random = [] { return 0.5; };
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
  record(~event_bit::guild_members_chunk);
  caf::anon_send(supervisor, start_request{});
  sched.run();
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

scripted_connection& fleet::greet(const std::vector<snowflake>& guilds,
                                  std::uint32_t shard) {
  auto& x = link(shard);
  x.opened();
  x.say(hello(std::chrono::milliseconds(41'250)));
  sched.run();
  pass(std::chrono::seconds(6)); // the identify gate may have us wait
  x.say(ready(guilds));
  sched.run();
  return x;
}

scripted_connection& fleet::reconnect() {
  for (int i = 0; i < 1000 && link().ended(); ++i)
    pass(std::chrono::milliseconds(100));
  link().opened();
  link().say(hello(std::chrono::milliseconds(41'250)));
  sched.run();
  return link();
}

snowflake fleet::guild(std::uint32_t number, std::uint32_t shard) const {
  return snowflake{
      (std::uint64_t{1000} * shard_count + number * shard_count + shard) << 22};
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
