// The gateway's connections and sessions.

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "tests/support/model_schedule.hpp"
#include "tests/support/payloads.hpp"

namespace muster::test {

using namespace std::chrono_literals;

namespace {

/// Close codes after which a shard goes on, none (0) included, and those
/// after which it ends.
constexpr std::uint16_t passing_codes[] = {
    0, 0, 1000, 1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009};
constexpr std::uint16_t fatal_codes[] = {4004, 4010, 4011, 4012, 4013, 4014};

/// Those after which the gateway knows the session no more.
constexpr std::uint16_t forgetting_codes[] = {1000, 1001, 4003, 4007, 4009};

bool among(const auto& codes, std::uint16_t code) {
  return std::find(std::begin(codes), std::end(codes), code) != std::end(codes);
}

} // namespace

std::uint16_t model_schedule::passing_code() {
  return roll.one_of(passing_codes);
}

std::uint16_t model_schedule::fatal_code() {
  return roll.one_of(fatal_codes);
}

// -- connections --------------------------------------------------------------

std::shared_ptr<connection>
model_schedule::connect(std::shared_ptr<connection_sink> sink) {
  links.push_back(std::make_shared<link>(*this, std::move(sink),
                                         static_cast<int>(links.size())));
  told.sends.emplace_back();
  return links.back();
}

void model_schedule::opening(link& x) {
  after(roll.upto(300ms), [this, &x] {
    if (x.closing || x.over)
      return;
    if (!calm && roll.chance(trouble / 4)) {
      trace("link ", x.number, " cannot connect");
      count("fault cannot connect");
      x.over = true;
      x.sink->closed(0, errc::connect_failed, "refused");
      return;
    }
    x.sink->opened();
    if (!calm && roll.chance(trouble / 10)) {
      trace("link ", x.number, " opens and is silent");
      count("fault no HELLO");
      return;
    }
    after(roll.upto(300ms), [this, &x] { greet(x); });
  });
}

void model_schedule::greet(link& x) {
  if (x.closing || x.over)
    return;
  constexpr std::chrono::milliseconds intervals[] = {41'250ms, 41'250ms,
                                                     10'000ms};
  auto interval = roll.one_of(intervals);
  x.deaf = !calm && roll.chance(trouble / 10);
  if (x.deaf)
    count("fault no ACK");
  say(x, hello(interval));
  x.interval = interval;
  x.last_beat = now();
  trace("link ", x.number, " says HELLO", x.deaf ? ", deaf" : "");
}

void model_schedule::say(link& x, const std::string& text, bool binary) {
  if (!x.closing && !x.over)
    x.sink->received(frozen_buffer{text}, binary);
}

void model_schedule::check_beats(link& x) {
  if (x.last_beat && now() > *x.last_beat + x.interval + 50ms)
    wrong("a heartbeat is missing on connection " + std::to_string(x.number));
}

void model_schedule::over(link& x) {
  check_beats(x);
  x.last_beat.reset();
  if (x.shard < 0)
    return;
  auto& s = sides[static_cast<std::size_t>(x.shard)];
  if (s.live != &x)
    return;
  s.live = nullptr;
  auto& spans = told.connected[s.index];
  if (!spans.empty() && spans.back().to == never)
    spans.back().to = now();
}

void model_schedule::end(link& x, std::uint16_t code) {
  if (x.closing || x.over)
    return;
  trace("link ", x.number, " ends with ", code);
  count("close " + std::to_string(code));
  over(x);
  x.over = true;
  auto fatal = among(fatal_codes, code);
  if (x.shard >= 0) {
    auto& s = sides[static_cast<std::size_t>(x.shard)];
    if (among(forgetting_codes, code))
      s.resumable = false;
    x.fatal = fatal;
    if (fatal)
      told.failed[s.index] = stamp();
  }
  x.sink->closed(code, errc::connection_lost, "ended");
}

void model_schedule::closed_by_shard(link& x, std::uint16_t code) {
  if (x.over && !x.closing)
    misled(x);
  if (x.closing || x.over)
    return;
  trace("link ", x.number, " is closed by the shard with ", code);
  over(x);
  x.closing = true;
  if ((code == 1000 || code == 1001) && x.shard >= 0)
    sides[static_cast<std::size_t>(x.shard)].resumable = false;
  after(roll.chance(70) ? timespan{0} : roll.upto(2900ms), [&x] {
    if (!std::exchange(x.over, true))
      x.sink->closed(0, errc::connection_lost, "closed");
  });
}

/// The shard has given it up before it read how it ended.
void model_schedule::misled(link& x) {
  if (x.shard < 0)
    return;
  auto& s = sides[static_cast<std::size_t>(x.shard)];
  s.misled = true;
  if (x.fatal)
    told.failed[s.index].reset();
}

void model_schedule::disturb(link& x) {
  if (x.over || x.closing)
    return;
  switch (roll.below(6)) {
  case 0:
    trace("link ", x.number, " op 7");
    count("fault op 7");
    say(x, reconnect());
    break;
  case 1: {
    auto again = roll.chance(50);
    trace("link ", x.number, " op 9 ", again);
    count(again ? "fault op 9 true" : "fault op 9 false");
    if (!again && x.shard >= 0)
      sides[static_cast<std::size_t>(x.shard)].invalid = true;
    say(x, invalid_session(again));
    break;
  }
  case 2:
    babble(x);
    break;
  case 3:
    if (x.shard >= 0 && roll.chance(25)) {
      end(x, fatal_code());
      break;
    }
    [[fallthrough]];
  default:
    end(x, passing_code());
    break;
  }
}

void model_schedule::babble(link& x) {
  if (x.interval.count() == 0)
    return; // what it says first is HELLO
  trace("link ", x.number, " says nonsense");
  switch (roll.below(6)) {
  case 0:
    count("fault corrupt frame");
    say(x, std::string("\x28\xb5\x2f\xfd\xff\xff\xff\xff garbage", 16), true);
    break;
  case 1:
    count("fault text without JSON");
    say(x, roll.chance(50) ? "" : "{\"t\":\"GUILD_CREATE\",\"s\":");
    break;
  case 2:
    count("fault unknown opcode");
    say(x, control(77, "{\"a\":[]}"));
    break;
  case 3:
    count("fault HELLO twice");
    say(x, hello(41'250ms));
    break;
  case 4:
    count("fault heartbeat wanted");
    say(x, heartbeat_request());
    break;
  default:
    count("fault ACK twice");
    say(x, heartbeat_ack());
    break;
  }
}

// -- what a shard sends -------------------------------------------------------

model_schedule::attempt model_schedule::request_in(const nlohmann::json& d) {
  attempt made;
  made.step = stamp();
  made.guild = *parse_snowflake(d["guild_id"].get<std::string>());
  made.nonce = d["nonce"].get<std::string>();
  made.sent = now();
  made.whole_list =
      !d.contains("user_ids") && d["query"] == "" && d["limit"] == 0;
  made.wish = d.contains("user_ids") ? d["user_ids"].dump()
                                     : d["query"].dump() + d["limit"].dump();
  return made;
}

void model_schedule::note_request(link& x, const nlohmann::json& d) {
  auto made = request_in(d);
  made.link = x.number;
  if (x.shard < 0 || sides[static_cast<std::size_t>(x.shard)].live != &x)
    wrong("a request was sent before READY or RESUMED");
  else {
    made.shard = static_cast<std::uint32_t>(x.shard);
    made.session = sides[made.shard].session;
  }
  trace("shard ", x.shard, " asks for ", made.guild, " ", made.wish, " as ",
        made.nonce);
  told.attempts.push_back(std::move(made));
}

void model_schedule::sent(link& x, const std::string& text,
                          std::uint64_t ticket) {
  if (x.closing || x.over) {
    auto payload = nlohmann::json::parse(text, nullptr, false);
    if (payload["op"] == 8)
      told.unheard.push_back(request_in(payload["d"]));
    return;
  }
  if (text.size() > 4096)
    wrong("a payload has " + std::to_string(text.size()) + " bytes");
  told.sends[static_cast<std::size_t>(x.number)].push_back(now());
  auto payload = nlohmann::json::parse(text, nullptr, false);
  auto number = told.attempts.size();
  auto is_request = payload["op"] == 8;
  if (payload["op"] == 1) {
    check_beats(x);
    x.last_beat = now();
  }
  if (is_request)
    note_request(x, payload["d"]);
  auto confirm = [this, &x, ticket, number, is_request] {
    if (x.over)
      return;
    if (is_request) {
      told.attempts[number].confirmed = now();
      told.attempts[number].confirmed_step = stamp();
    }
    x.sink->written(ticket);
  };
  auto arrive = [this, &x, payload, number] {
    if (!x.over && !x.closing)
      read(x, payload, number);
  };
  if (x.busy_until <= now() && (calm || !roll.chance(lag))) {
    confirm();
    events.emplace(now(), std::move(arrive));
    return;
  }
  // One after the other: the socket takes them in order.
  auto at = std::max(x.busy_until, now()) + (calm ? 0ms : roll.upto(1500ms));
  auto later = at + (roll.chance(50) ? timespan{0} : roll.upto(500ms));
  x.busy_until = later;
  if (roll.chance(50)) {
    events.emplace(at, std::move(confirm));
    events.emplace(later, std::move(arrive));
  } else {
    events.emplace(at, std::move(arrive));
    events.emplace(later, std::move(confirm));
  }
}

void model_schedule::read(link& x, const nlohmann::json& payload,
                          std::size_t number) {
  switch (payload["op"].get<int>()) {
  case 1:
    if (!x.deaf)
      say(x, heartbeat_ack());
    break;
  case 2:
    x.shard = payload["d"]["shard"][0].get<int>();
    identified(x, sides[static_cast<std::size_t>(x.shard)]);
    break;
  case 6:
    resumed(x, payload["d"]);
    break;
  case 8:
    asked(x, number);
    break;
  default:
    break;
  }
}

} // namespace muster::test
