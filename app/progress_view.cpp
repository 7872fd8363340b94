#include "app/progress_view.hpp"

#include <cstdio>

#include "app/text.hpp"

namespace muster::app {

namespace {

std::string count_of(std::size_t n, const char* what) {
  return with_commas(n) + " " + what + (n == 1 ? "" : "s");
}

} // namespace

void progress_view::clear_live() {
  if (live_)
    std::fputs("\r\033[K", stdout);
  live_ = false;
}

void progress_view::line(const std::string& text) {
  clear_live();
  std::puts(text.c_str());
  std::fflush(stdout);
}

void progress_view::show(const chunking_progress& x) {
  auto elapsed = clock::now() - began_;
  auto seconds = std::chrono::duration<double>(elapsed).count();
  auto rate = seconds > 0 ? static_cast<double>(x.members) / seconds : 0.0;
  auto text = "guilds " + with_commas(x.guilds_complete) + "/"
              + with_commas(x.guilds) + "  members " + with_commas(x.members)
              + "  " + with_commas(static_cast<std::uint64_t>(rate)) + "/s";
  if (x.guilds_failed > 0)
    text += "  failed " + with_commas(x.guilds_failed);
  if (x.time_left)
    text += "  about " + to_words(*x.time_left) + " left";
  if (terminal_) {
    std::fputs(("\r\033[K" + text).c_str(), stdout);
    std::fflush(stdout);
    live_ = true;
  } else if (clock::now() - plain_at_ >= std::chrono::seconds(2)) {
    // A file or a pipe gets fewer of them.
    plain_at_ = clock::now();
    line(text);
  }
}

void progress_view::show(const chunk_request_finished& x) {
  if (x.outcome == outcome::complete)
    return; // the progress counts them
  auto text = "guild " + to_string(x.guild_id) + ": " + to_string(x.outcome);
  if (!x.missed_chunks.empty())
    text += ", " + count_of(x.missed_chunks.size(), "chunk") + " of "
            + with_commas(x.chunk_count) + " missed";
  line(text);
}

void progress_view::show(const shard_finished_chunking& x) {
  auto text = "shard " + std::to_string(x.shard.index) + " finished chunking";
  auto add = [&](const std::vector<snowflake>& ids, const char* what) {
    if (!ids.empty())
      text += ", " + count_of(ids.size(), "guild") + " " + what;
  };
  add(x.incomplete_guild_ids, "incomplete");
  add(x.missed_guild_ids, "missed");
  add(x.unavailable_guild_ids, "unavailable");
  line(text);
}

void progress_view::show(const finished_chunking& x) {
  line("finished chunking: " + count_of(x.shards, "shard") + ", "
       + count_of(x.guilds, "guild") + " complete, "
       + count_of(x.members, "member"));
}

void progress_view::show(const shard_ready& x) {
  line("shard " + std::to_string(x.shard.index) + " ready, "
       + count_of(x.guilds, "guild"));
}

void progress_view::show(const shard_resumed& x) {
  line("shard " + std::to_string(x.shard.index) + " resumed");
}

void progress_view::show(const shard_disconnected& x) {
  auto text =
      "shard " + std::to_string(x.shard.index) + " disconnected: " + x.reason;
  if (x.next != next_step::none)
    text += "; will " + to_string(x.next);
  line(text);
}

void progress_view::summary(const statistics& x) {
  clear_live();
  auto row = [](const char* name, const std::string& value) {
    std::printf("  %-18s %s\n", name, value.c_str());
  };
  auto elapsed = clock::now() - began_;
  std::puts("summary");
  row("time", to_words(elapsed));
  row("shards",
      with_commas(x.connected) + " of " + with_commas(x.shards) + " connected");
  row("guilds", with_commas(x.guilds));
  row("members received", with_commas(x.members));
  std::string outcomes;
  for (std::size_t i = 0; i < x.outcomes.size(); ++i)
    if (x.outcomes[i] > 0)
      outcomes += (outcomes.empty() ? "" : ", ") + with_commas(x.outcomes[i])
                  + " " + to_string(static_cast<outcome>(i));
  row("requests", outcomes.empty() ? "none" : outcomes);
  row("waiting", with_commas(x.queued_requests) + " requests, "
                     + with_commas(x.queued_commands) + " commands, "
                     + with_commas(x.in_flight) + " in flight");
  row("sends", with_commas(x.sends) + ", " + with_commas(x.send_budget)
                   + " left in this window");
  row("chunks", with_commas(x.chunks) + " (" + with_commas(x.duplicates)
                    + " duplicate, " + with_commas(x.late_chunks) + " late, "
                    + with_commas(x.malformed) + " malformed)");
  row("rate limited", with_commas(x.rate_limited));
  row("connections", with_commas(x.identifies) + " identifies, "
                         + with_commas(x.resumes) + " resumes, "
                         + with_commas(x.reconnects) + " reconnects");
  row("received", with_commas(x.bytes_received) + " bytes, "
                      + with_commas(x.bytes_decompressed) + " decompressed");
  auto quantile_row = [&](const char* name, const latency& y) {
    if (y.samples > 0)
      row(name, "p50 " + to_words(y.p50) + ", p90 " + to_words(y.p90) + ", p99 "
                    + to_words(y.p99) + ", max " + to_words(y.max));
  };
  quantile_row("heartbeat", x.heartbeat);
  quantile_row("first response", x.first_response);
  quantile_row("completion", x.completion);
  std::fflush(stdout);
}

} // namespace muster::app
