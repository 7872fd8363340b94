#include "app/simulator/client_link.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "app/simulator/request_desk.hpp"

namespace muster::sim {

namespace {

using nlohmann::json;

constexpr std::size_t max_payload = 4096;
constexpr std::size_t max_guilds = 2500;

// Soundboard sounds and channel info are asked for with these.
constexpr bool is_other_opcode(int op) {
  return op == 3 || op == 4 || op == 31 || op == 43;
}

} // namespace

client_link::client_link(gateway& gw, connect_query query,
                         std::function<void()> wake, time_point now)
    : gw_(gw), query_(std::move(query)), wake_(std::move(wake)),
      out_(gw, gw.opts.ignore_compress ? packing::none : query_.compress),
      sends_(gw.opts.send_window), now_(now), last_heartbeat_(now) {
  gw_.enter(*this);
  if (auto why = refuse(query_)) {
    close(why->code, std::move(why->why));
    return;
  }
  if (strike(occasion::hello))
    return;
  say(R"({"t":null,"s":null,"op":10,"d":{"heartbeat_interval":)"
      + std::to_string(gw_.opts.heartbeat_interval.count())
      + R"(,"_trace":["[\"gateway-sim-1\",{\"micros\":0.0}]"]}})");
}

client_link::~client_link() {
  closed(1006, now_);
  gw_.leave(*this);
}

// -- what comes in ------------------------------------------------------------

void client_link::receive(std::string_view text, time_point now) {
  now_ = now;
  if (ending_ || gone_)
    return;
  auto sends = sends_.count(now);
  auto& most = gw_.seen.most_sends_in_window;
  most = std::max(most, sends);
  if (sends > gw_.opts.send_limit) {
    ++gw_.seen.limits_broken.sends;
    return close(close_code::rate_limited, "too many payloads in a minute");
  }
  if (text.size() > max_payload) {
    ++gw_.seen.limits_broken.payload_size;
    return close(close_code::decode_error,
                 "a payload must have no more than 4096 bytes");
  }
  auto payload = json::parse(text, nullptr, false);
  if (!payload.is_object())
    return close(close_code::decode_error, "a payload must be a JSON object");
  auto op = payload.find("op");
  if (op == payload.end() || !op->is_number_integer())
    return close(close_code::decode_error, "op must be a number");
  auto code = op->get<std::int64_t>();
  const auto& d = payload["d"];
  bool other =
      code >= 0 && code < 64 && is_other_opcode(static_cast<int>(code));
  if (code == 1)
    return on_heartbeat(now);
  if (code == 2 || code == 6) {
    if (session_ != nullptr)
      return close(close_code::already_authenticated,
                   "identify or resume only once");
    return code == 2 ? on_identify(d, now) : on_resume(d);
  }
  if (code != 8 && !other)
    return close(close_code::unknown_opcode,
                 "no opcode " + std::to_string(code) + " is known");
  if (session_ == nullptr)
    return close(close_code::not_authenticated, "identify or resume first");
  if (other)
    ++gw_.seen.other_opcodes[static_cast<int>(code)];
  else
    on_request(d, now);
}

void client_link::on_heartbeat(time_point now) {
  last_heartbeat_ = now;
  ++gw_.seen.heartbeats;
  auto faults = gw_.plan.strike(occasion::heartbeat, {shard_, {}, 0, {}});
  acks_ &= std::none_of(faults.begin(), faults.end(), [](const fault& f) {
    return f.kind == fault_kind::no_ack;
  });
  if (!suffer(faults) && acks_)
    say(R"({"t":null,"s":null,"op":11,"d":null})");
}

void client_link::on_identify(const json& d, time_point now) {
  auto read = read_identify(d, gw_.opts);
  if (const auto* why = std::get_if<refusal>(&read))
    return close(why->code, why->why);
  const auto& r = std::get<identify_request>(read);
  if (gw_.guilds.count_of_shard(r.shard) > max_guilds)
    return close(close_code::sharding_required,
                 "a shard holds at most 2500 guilds; raise the shard count");
  shard_ = r.shard.index;
  gw_.seen.identifies.push_back({r.shard.index, gw_.age(now)});
  if (!gw_.identifies.admit(r.shard.index, now)) {
    ++gw_.seen.limits_broken.identify;
    return send_invalid_session(false);
  }
  if (strike(occasion::identify))
    return;
  auto& s = gw_.make_session(r);
  out_.start_at(1);
  start_session(s);
  s.push({text_event{"READY", ready_text(s, gw_.guilds, query_)}},
         out_.cursor());
  s.to_come.add_guilds(gw_.guilds.of_shard(r.shard),
                       now + gw_.opts.guild_delay);
}

void client_link::on_resume(const json& d) {
  ++gw_.seen.resumes;
  auto read = read_resume(d, gw_.opts);
  if (const auto* why = std::get_if<refusal>(&read))
    return close(why->code, why->why);
  const auto& r = std::get<resume_request>(read);
  auto* s = gw_.find_session(r.session_id);
  if (s != nullptr)
    shard_ = s->shard().index;
  if (strike(occasion::resume))
    return;
  if (s != nullptr && s->can_resume_after(r.seq)) {
    out_.start_at(r.seq + 1);
    start_session(*s);
    s->push({text_event{"RESUMED", R"({"_trace":["gateway-sim-1"]})"}},
            out_.cursor());
    return;
  }
  ++gw_.seen.failed_resumes;
  bool from_the_future = s != nullptr && r.seq > s->last_seq();
  if (s != nullptr)
    gw_.end(*s);
  if (from_the_future)
    close(close_code::invalid_seq, "resume: no event has this seq yet");
  else
    send_invalid_session(false);
}

void client_link::start_session(client_session& s) {
  gw_.attach(s, *this);
  session_ = &s;
  if (s.compress() && !gw_.opts.ignore_compress)
    out_.compress_payloads();
}

void client_link::on_request(const json& d, time_point now) {
  request_desk desk{gw_};
  auto x = desk.take(read_member_request(d), shard_);
  if (suffer(x.faults))
    return;
  if (x.request.what == member_request::kind::malformed)
    return close(close_code::decode_error,
                 "request guild members: " + x.request.wrong);
  desk.answer(x, *session_, out_.cursor(), now);
}

void client_link::closed(std::uint16_t code, time_point now) {
  if (gone_)
    return;
  gone_ = true;
  now_ = now;
  if (!ending_)
    ++gw_.seen.closes_by_client[code];
  let_go(code == close_code::normal || code == close_code::going_away);
}

// -- what goes wrong ----------------------------------------------------------

bool client_link::strike(occasion now) {
  return suffer(gw_.plan.strike(now, {shard_, {}, 0, {}}));
}

bool client_link::suffer(const std::vector<fault>& faults) {
  bool over = false;
  for (const auto& f : faults) {
    switch (f.kind) {
    case fault_kind::close:
      close(f.code);
      over = true;
      break;
    case fault_kind::kill:
      kill();
      over = true;
      break;
    case fault_kind::reconnect:
      send_reconnect();
      break;
    case fault_kind::invalid_session:
      send_invalid_session(f.resumable);
      over = true;
      break;
    case fault_kind::bomb:
      out_.bomb();
      wake_();
      break;
    case fault_kind::garbage:
      say("<html>502 Bad Gateway</html>");
      break;
    default:
      break;
    }
  }
  return over;
}

// -- what goes out ------------------------------------------------------------

void client_link::say(std::string text) {
  out_.say(std::move(text));
  wake_();
}

void client_link::let_go(bool ends_session) {
  if (session_ == nullptr)
    return;
  auto& s = *std::exchange(session_, nullptr);
  gw_.detach(s, now_);
  if (ends_session)
    gw_.end(s);
}

void client_link::close(std::uint16_t code, std::string why) {
  if (ending_ || gone_)
    return;
  ending_ = true;
  ++gw_.seen.closes_by_gateway[code];
  out_.close(code, std::move(why));
  let_go(what_follows(code) != after_close::resume);
  wake_();
}

void client_link::kill() {
  if (gone_)
    return;
  ending_ = true;
  out_.kill();
  let_go(false);
  wake_();
}

void client_link::send_reconnect() {
  if (!ending_)
    say(R"({"t":null,"s":null,"op":7,"d":null})");
}

void client_link::send_invalid_session(bool resumable) {
  if (ending_)
    return;
  let_go(!resumable);
  say(std::string{R"({"t":null,"s":null,"op":9,"d":)"}
      + (resumable ? "true}" : "false}"));
}

bool client_link::next(step& out, time_point now) {
  now_ = now;
  if (gone_)
    return false;
  if (!ending_ && now > silence_ends())
    close(close_code::session_timed_out, "no heartbeat came");
  for (;;) {
    if (out_.next_own(out))
      return true;
    if (ending_ || session_ == nullptr)
      return false;
    if (out_.next_event(*session_, out))
      return true;
    auto x = session_->to_come.next(now, session_->shard().index, gw_.guilds,
                                    gw_.plan);
    if (!x)
      return false;
    out_.add(*session_, *x, now);
    suffer(x->faults);
  }
}

time_point client_link::silence_ends() const {
  return last_heartbeat_
         + std::chrono::duration_cast<time_point::duration>(
             gw_.opts.heartbeat_interval * gw_.opts.silent_intervals);
}

std::optional<time_point> client_link::wake_at(time_point now) const {
  if (ending_ || gone_)
    return std::nullopt;
  auto result = silence_ends() + std::chrono::milliseconds{1};
  if (session_ != nullptr) {
    if (auto at = session_->to_come.wake(now))
      result = std::min(result, *at);
  }
  return result;
}

} // namespace muster::sim
