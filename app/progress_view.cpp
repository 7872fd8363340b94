#include "app/progress_view.hpp"

#include <algorithm>
#include <utility>

#include "app/text.hpp"

namespace muster::app {

namespace {

/// Back to the start of the line, and empties it.
constexpr const char* rewrite = "\r\033[K";
constexpr std::chrono::seconds plain_interval{2};
/// Less than a second, so that a timer of one never misses.
constexpr std::chrono::milliseconds tick_interval{900};

std::string count_of(std::uint64_t n, std::string what) {
  if (n != 1 && what.back() == 'y')
    what.replace(what.size() - 1, 1, "ie");
  return with_commas(n) + " " + what + (n == 1 ? "" : "s");
}

/// What the live line and its plain sisters say.
std::string text_of(const chunking_progress& x,
                    std::chrono::steady_clock::duration elapsed) {
  auto seconds = std::chrono::duration<double>(elapsed).count();
  auto rate = seconds > 0 ? static_cast<double>(x.members) / seconds : 0.0;
  auto text = "guilds " + with_commas(x.guilds_complete) + "/"
              + with_commas(x.guilds) + "  members " + with_commas(x.members)
              + "  " + with_commas(static_cast<std::uint64_t>(rate)) + "/s";
  if (x.guilds_failed > 0)
    text += "  failed " + with_commas(x.guilds_failed);
  if (x.send_wait.count() > 0)
    text += "  waiting for Discord's send limit ("
            + std::to_string(
                std::chrono::ceil<std::chrono::seconds>(x.send_wait).count())
            + " s)";
  if (x.time_left && x.time_left->count() > 0)
    text += "  about " + to_words(*x.time_left) + " left";
  return text;
}

/// "3 complete, 1 cancelled; 2 refused, 1 from elsewhere".
std::string requests_of(const statistics& x) {
  std::string text;
  for (std::size_t i = 0; i < x.outcomes.size(); ++i)
    if (x.outcomes[i] > 0)
      text += (text.empty() ? "" : ", ") + with_commas(x.outcomes[i]) + " "
              + to_string(static_cast<outcome>(i));
  return (text.empty() ? "none" : text) + "; " + with_commas(x.refused_requests)
         + " refused, " + with_commas(x.foreign_requests) + " from elsewhere";
}

} // namespace

std::string progress_view::clear_live() {
  return std::exchange(live_, false) ? rewrite : "";
}

std::string progress_view::line(const std::string& text) {
  return clear_live() + text + '\n';
}

std::string progress_view::show(const chunking_progress& x, time_point now) {
  // Shards that move take their guilds along, and nothing is under way.
  if (finished_ && x.guilds_complete + x.guilds_failed >= x.guilds)
    return {};
  if (terminal_) {
    progress_ = x;
    told_at_ = now;
    return live(x, now);
  }
  // A file or a pipe gets fewer of them.
  if (plain_at_ && now - *plain_at_ < plain_interval)
    return {};
  plain_at_ = now;
  return line(text_of(x, now - began_));
}

std::string progress_view::tick(time_point now) {
  if (!live_ || now - drawn_at_ < tick_interval)
    return {};
  auto x = progress_;
  if (x.guilds_complete + x.guilds_failed >= x.guilds)
    return {};
  auto past = caf::timespan{now - told_at_};
  x.send_wait = std::max(x.send_wait - past, caf::timespan{0});
  if (x.time_left)
    x.time_left = std::max(*x.time_left - past, caf::timespan{0});
  return live(x, now);
}

std::string progress_view::live(const chunking_progress& x, time_point now) {
  live_ = true;
  drawn_at_ = now;
  return rewrite + text_of(x, now - began_);
}

std::string progress_view::show(const chunk_request_finished& x) {
  if (x.outcome == outcome::complete)
    return {}; // the progress counts them
  auto text = "guild " + to_string(x.guild_id) + ": " + to_string(x.outcome);
  if (!x.missed_chunks.empty())
    text += ", " + count_of(x.missed_chunks.size(), "chunk") + " of "
            + with_commas(x.chunk_count)
            + " missed: " + to_ranges(x.missed_chunks);
  return line(text);
}

std::string progress_view::show(const shard_finished_chunking& x) {
  auto text = "shard " + std::to_string(x.shard.index) + " finished chunking";
  auto add = [&](const std::vector<snowflake>& ids, const char* what) {
    if (!ids.empty())
      text += ", " + count_of(ids.size(), "guild") + " " + what;
  };
  add(x.incomplete_guild_ids, "incomplete");
  add(x.missed_guild_ids, "missed");
  add(x.unavailable_guild_ids, "unavailable");
  return line(text);
}

std::string progress_view::show(const finished_chunking& x) {
  finished_ = true;
  return line("finished chunking: " + count_of(x.shards, "shard") + ", "
              + count_of(x.guilds, "guild") + " complete, "
              + count_of(x.members, "member"));
}

std::string progress_view::show(const shard_ready& x) {
  return line("shard " + std::to_string(x.shard.index) + " ready, "
              + count_of(x.guilds, "guild"));
}

std::string progress_view::show(const shard_resumed& x) {
  return line("shard " + std::to_string(x.shard.index) + " resumed");
}

std::string progress_view::show(const shard_disconnected& x) {
  auto text =
      "shard " + std::to_string(x.shard.index) + " disconnected: " + x.reason;
  if (x.next != next_step::none)
    text += "; will " + to_string(x.next);
  return line(text);
}

std::string progress_view::show(const shard_moved& x) {
  return line("shard " + std::to_string(x.shard.index) + " moved from process "
              + x.from + " to " + x.to);
}

std::string progress_view::show(const node_joined& x) {
  return line("process " + x.node + " joined"
              + (x.address.empty() ? "" : ", at " + x.address));
}

std::string progress_view::show(const node_left& x) {
  return line("process " + x.node + " left"
              + (x.reason.empty() ? "" : ": " + x.reason));
}

std::string progress_view::show(const events_missed& x) {
  auto shard = "shard " + std::to_string(x.shard.index) + ": ";
  return line(x.count ? shard + count_of(*x.count, "event")
                            + " of another process did not come here"
                      : shard
                            + "events of another process may not have come "
                              "here");
}

std::string progress_view::summary(const statistics& x, time_point now) {
  auto text = clear_live() + "summary\n";
  auto row = [&](std::string name, const std::string& value) {
    name.resize(18, ' ');
    text += "  " + name + ' ' + value + '\n';
  };
  auto quantiles = [&](const char* name, const latency& y) {
    row(name, y.samples == 0
                  ? "none"
                  : "p50 " + to_words(y.p50) + ", p90 " + to_words(y.p90)
                        + ", p99 " + to_words(y.p99) + ", max "
                        + to_words(y.max) + " of " + with_commas(y.samples));
  };
  row("time", to_words(now - began_));
  row("shards",
      with_commas(x.connected) + " of " + with_commas(x.shards) + " connected");
  row("guilds", with_commas(x.guilds));
  row("members received", with_commas(x.members));
  row("requests", requests_of(x));
  row("waiting", count_of(x.queued_requests, "request") + ", "
                     + count_of(x.queued_commands, "command") + ", "
                     + with_commas(x.in_flight) + " in flight");
  row("sends", with_commas(x.sends) + ", " + with_commas(x.send_budget)
                   + " left in this window");
  row("chunks", with_commas(x.chunks) + " (" + with_commas(x.duplicates)
                    + " duplicate, " + with_commas(x.late_chunks) + " late, "
                    + with_commas(x.malformed) + " malformed)");
  row("rate limited", with_commas(x.rate_limited));
  row("strays", with_commas(x.strays));
  row("connections", count_of(x.identifies, "identify") + ", "
                         + count_of(x.resumes, "resume") + ", "
                         + count_of(x.reconnects, "reconnect"));
  row("received", count_of(x.frames, "frame") + ", "
                      + count_of(x.bytes_received, "byte") + ", "
                      + with_commas(x.bytes_decompressed) + " decompressed");
  row("listeners", count_of(x.listener_bytes, "byte") + " held, "
                       + count_of(x.dropped_events, "event") + " dropped, "
                       + count_of(x.reading_pauses, "reading pause"));
  quantiles("heartbeat", x.heartbeat);
  quantiles("first response", x.first_response);
  quantiles("completion", x.completion);
  return text;
}

} // namespace muster::app
