#include "app/simulator/outbox.hpp"

#include <utility>

namespace muster::sim {

void outbox::say(std::string text) {
  controls_.push_back({control::kind::text, std::move(text), 0});
}

void outbox::close(std::uint16_t code, std::string why) {
  controls_.push_back({control::kind::close, std::move(why), code});
}

void outbox::kill() {
  controls_.push_back({control::kind::kill, {}, 0});
}

void outbox::bomb() {
  controls_.push_back({control::kind::bomb, {}, 0});
}

bool outbox::next_own(step& out) {
  out.what = step::kind::send;
  if (!second_half_.empty()) {
    out.bytes = std::exchange(second_half_, {});
    out.binary = true;
    return true;
  }
  if (controls_.empty())
    return false;
  auto x = std::move(controls_.front());
  controls_.pop_front();
  switch (x.what) {
  case control::kind::text:
    out.binary = writer_.write(x.text, out.bytes);
    break;
  case control::kind::close:
    out.what = step::kind::close;
    out.code = x.code;
    out.why = std::move(x.text);
    break;
  case control::kind::kill:
    out.what = step::kind::kill;
    break;
  case control::kind::bomb:
    out.binary = writer_.write_bomb(out.bytes);
    break;
  }
  return true;
}

void outbox::add(client_session& s, const feed::product& x, time_point now) {
  if (const auto* due = std::get_if<feed::guild_due>(&x.what))
    return add_guild(s, due->index, x.faults, now);
  for (auto copies = x.copies; copies > 0; --copies)
    s.push({std::get<chunk>(x.what)}, cursor_);
  for (const auto& f : x.faults) {
    if (f.kind == fault_kind::split)
      split_seq_ = s.last_seq();
  }
}

void outbox::add_guild(client_session& s, std::uint32_t index,
                       const std::vector<fault>& faults, time_point now) {
  auto& g = gw_.guilds.at(index);
  for (const auto& f : faults) {
    if (f.kind == fault_kind::missing)
      return;
    if (f.kind == fault_kind::unavailable
        && g.state == guild::condition::present) {
      gw_.set_unavailable(g, true);
      if (f.ms.count() > 0)
        g.back_at = now + f.ms;
      return;
    }
  }
  if (g.state == guild::condition::present)
    s.push({guild_created{index}}, cursor_);
  else if (g.state == guild::condition::unavailable)
    s.push({text_event{"GUILD_DELETE", R"({"unavailable":true,"id":")"
                                           + to_string(g.id) + R"("})"}},
           cursor_);
}

bool outbox::next_event(client_session& s, step& out) {
  auto seq = cursor_;
  auto* x = s.find(seq);
  if (x == nullptr)
    return false;
  ++cursor_;
  auto& seen = gw_.seen;
  // What was damaged on its way is whole when it is sent again.
  bool first = !std::exchange(x->sent, true);
  std::optional<corruption> damage;
  if (const auto* c = std::get_if<chunk>(&x->what)) {
    ++seen.chunks;
    seen.members += members_of(*c, gw_.guilds, gw_.opts.chunk_size);
    if (first)
      damage = c->damage;
  } else if (std::holds_alternative<guild_created>(x->what)) {
    ++seen.guilds_created;
  }
  if (!first)
    ++seen.replayed;
  out.binary = writer_.write(s, *x, seq, damage, out.bytes);
  if (first && seq == split_seq_ && writer_.zlib()) {
    second_half_ = out.bytes.substr(out.bytes.size() / 2);
    out.bytes.resize(out.bytes.size() / 2);
  }
  return true;
}

} // namespace muster::sim
