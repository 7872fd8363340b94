#include "actors/cut_rows.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "actors/requests_text.hpp"
#include "actors/startup_text.hpp"

namespace muster {

namespace {

// The keys of the rows: these two, and a letter with what it is about.
constexpr auto startup_key = "s";
constexpr auto requests_key = "r";
constexpr auto guild_letter = 'g';
constexpr auto ended_letter = 'e';

std::string key_of(snowflake guild) {
  std::string key{guild_letter};
  for (int shift = 56; shift >= 0; shift -= 8)
    key.push_back(static_cast<char>(guild.value >> shift & 0xff));
  return key;
}

std::optional<snowflake> guild_of(const std::string& key) {
  if (key.size() != 9 || key[0] != guild_letter)
    return std::nullopt;
  snowflake guild;
  for (std::size_t i = 1; i < key.size(); ++i)
    guild.value = guild.value << 8 | static_cast<unsigned char>(key[i]);
  return guild;
}

/// A kind of row that this version does not know; what begins otherwise has
/// been damaged.
bool is_of_another_format(const std::string& key) {
  auto letter = key.empty() ? '\0' : key[0];
  auto ours = letter == guild_letter || letter == ended_letter
              || letter == *startup_key || letter == *requests_key;
  return letter >= 'a' && letter <= 'z' && !ours;
}

} // namespace

cut_reading read_rows(const std::vector<cut_row>& rows, shard_books& out,
                      bool& requests_lost) {
  if (rows.empty())
    return cut_reading::empty;
  auto how = cut_reading::damaged;
  std::uint64_t guilds = 0;
  auto good = true;
  requests_lost = false;
  for (auto& [key, text] : rows) {
    if (!text)
      continue;
    if (auto guild = guild_of(key)) {
      guild_record record;
      good = read_guild(*text, record) && good;
      if (*guild != snowflake{})
        out.startup.guilds.emplace_back(*guild, record);
    } else if (key == startup_key) {
      how = read_startup(*text, out.startup, guilds);
    } else if (key == requests_key) {
      auto reading = read_requests(*text, out.requests);
      if (reading == cut_reading::foreign)
        return reading;
      requests_lost = reading != cut_reading::good;
    } else if (!key.empty() && key[0] == ended_letter) {
      out.ended_nonces.push_back({key.substr(1), read_ended_call(*text)});
    } else if (is_of_another_format(key)) {
      return cut_reading::foreign;
    } else {
      good = false;
    }
  }
  if (requests_lost)
    out.requests = {};
  if (how == cut_reading::good
      && (!good || guilds != out.startup.guilds.size()))
    how = cut_reading::damaged;
  return how;
}

void cut_rows::write(startup_ledger& startup, const request_book& book,
                     times at, std::size_t ends, bool leaving, shard_cut& out) {
  written_at_ = at.now;
  startup_seen_ = startup.version();
  book_seen_ = book.version();
  auto changes = startup.take_changes();
  out.whole = !std::exchange(written_, true) || changes.all;
  if (out.whole) {
    changes = startup.all_guilds();
    startup_.clear();
    requests_.clear();
    ended_.clear();
  }
  auto head = startup.cut(at.quiet);
  head.finished = head.finished && ends == 0;
  write(startup_key, write_startup(head, startup.guild_count()), startup_, out);
  write(requests_key, write_requests(book.cut(at.now, leaving)), requests_,
        out);
  write_guilds(std::move(changes), out);
  write_ended(book.ended_nonces(at.now, leaving), out);
}

void cut_rows::write(const char* key, std::string text, std::string& before,
                     shard_cut& out) {
  if (text == before)
    return;
  out.rows.push_back({key, text});
  before = std::move(text);
}

void cut_rows::write_guilds(guild_changes changes, shard_cut& out) {
  for (auto& [guild, record] : changes.guilds)
    out.rows.push_back({key_of(guild), write_guild(record)});
  for (auto guild : changes.gone)
    out.rows.push_back({key_of(guild), {}});
}

void cut_rows::write_ended(const std::vector<ended_nonce>& present,
                           shard_cut& out) {
  decltype(ended_) now;
  for (auto& x : present)
    if (auto& call = now[x.nonce]; x.call) // it says more
      call = x.call;
  for (auto& [nonce, call] : now)
    if (auto i = ended_.find(nonce); i == ended_.end() || i->second != call)
      out.rows.push_back({ended_letter + nonce,
                          call ? write_ended_call(*call) : std::string{}});
  for (auto& [nonce, call] : ended_)
    if (now.count(nonce) == 0)
      out.rows.push_back({ended_letter + nonce, {}});
  ended_ = std::move(now);
}

} // namespace muster
