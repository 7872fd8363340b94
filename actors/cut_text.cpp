#include "actors/cut_text.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "net/shallow_cbor.hpp"

namespace muster {

namespace {

using nlohmann::json;

constexpr std::uint64_t session_format = 1;
constexpr std::uint64_t books_format = 1;

/// The fields of a text of this format, which is its first.
cut_reading unpack(std::string_view text, std::uint64_t format, json& out) {
  if (text.empty())
    return cut_reading::empty;
  if (!read_cbor(text, out) || out.empty() || !out[0].is_number_unsigned())
    return cut_reading::damaged;
  return out[0].get<std::uint64_t>() == format ? cut_reading::good
                                               : cut_reading::foreign;
}

/// Walks over the fields of an array. What is not there, or of another type,
/// makes the whole damaged.
class fields {
public:
  explicit fields(const json& from, std::size_t at = 0)
      : from_(from), next_(at) {}

  std::uint64_t number() {
    auto x = take();
    return x != nullptr && x->is_number_unsigned() ? x->get<std::uint64_t>()
                                                   : bad(std::uint64_t{0});
  }
  std::uint32_t small() {
    auto x = number();
    return x <= UINT32_MAX ? static_cast<std::uint32_t>(x)
                           : bad(std::uint32_t{0});
  }
  bool flag() {
    auto x = take();
    return x != nullptr && x->is_boolean() ? x->get<bool>() : bad(false);
  }
  std::string text() {
    auto x = take();
    return x != nullptr && x->is_string() ? x->get<std::string>()
                                          : bad(std::string{});
  }
  const json& list() {
    static const json none = json::array();
    auto x = take();
    return x != nullptr && x->is_array() ? *x : (good_ = false, none);
  }
  std::vector<snowflake> ids() {
    std::vector<snowflake> result;
    auto& all = list();
    fields each{all};
    while (each.more())
      result.push_back(snowflake{each.number()});
    good_ = good_ && each.good();
    return result;
  }
  bool more() const { return good_ && next_ < from_.size(); }
  /// Everything was as it should be, so far.
  bool good() const { return good_; }
  void note(bool good) { good_ = good_ && good; }

private:
  const json* take() {
    return from_.is_array() && next_ < from_.size() ? &from_[next_++] : nullptr;
  }
  template <class T>
  T bad(T x) {
    good_ = false;
    return x;
  }

  const json& from_;
  std::size_t next_;
  bool good_ = true;
};

json ids_of(const std::vector<snowflake>& all) {
  auto result = json::array();
  for (auto id : all)
    result.push_back(id.value);
  return result;
}

// -- guilds -------------------------------------------------------------------

/// The phase in the lowest bits, one for each flag above it.
std::uint64_t state_of(const guild_record& x) {
  auto result = static_cast<std::uint64_t>(x.phase);
  auto bit = std::uint64_t{8};
  for (auto flag :
       {x.open, x.asked, x.tried, x.created, x.all_came, x.some_came}) {
    result |= flag ? bit : 0;
    bit <<= 1;
  }
  return result;
}

bool set_state(guild_record& x, std::uint64_t state) {
  if ((state & 7) >= guild_phases || state >> 9 != 0)
    return false;
  x.phase = static_cast<guild_phase>(state & 7);
  for (auto flag :
       {&x.open, &x.asked, &x.tried, &x.created, &x.all_came, &x.some_came}) {
    *flag = (state & 8) != 0;
    state >>= 1;
  }
  return true;
}

json text_of(snowflake id, const guild_record& x) {
  auto result = json::array({id.value, state_of(x), x.member_count, x.members});
  if (x.joined != 0 || x.left != 0) {
    result.push_back(x.joined);
    result.push_back(x.left);
  }
  return result;
}

std::pair<snowflake, guild_record> read_guild(const json& text, bool& good) {
  fields from{text};
  snowflake id{from.number()};
  guild_record x;
  from.note(set_state(x, from.number()));
  x.member_count = from.number();
  x.members = from.number();
  if (from.more()) {
    x.joined = from.number();
    x.left = from.number();
  }
  good = good && from.good() && !from.more() && id != snowflake{};
  return {id, x};
}

} // namespace

std::string write_session(const session_cut& x) {
  auto& s = x.session;
  if (s.id.empty() || !s.sequence)
    return {};
  return write_cbor(json::array({session_format, x.intents, x.shard_count, s.id,
                                 *s.sequence, s.resume_url}));
}

cut_reading read_session(std::string_view text, session_cut& out) {
  json all;
  if (auto how = unpack(text, session_format, all); how != cut_reading::good)
    return how;
  fields from{all, 1};
  out.intents = from.small();
  out.shard_count = from.small();
  out.session.id = from.text();
  out.session.sequence = from.number();
  out.session.resume_url = from.text();
  return from.good() && !from.more() && !out.session.id.empty()
             ? cut_reading::good
             : cut_reading::damaged;
}

std::string write_books(const startup_cut& x) {
  auto guilds = json::array();
  for (auto& [id, record] : x.guilds)
    guilds.push_back(text_of(id, record));
  auto& r = x.result;
  auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::max(x.since_create, timespan{0}));
  return write_cbor(json::array(
      {books_format, x.began, x.finished, x.auto_chunk, x.hurried,
       static_cast<std::uint64_t>(since.count()), x.created, x.ends.most(),
       x.ends.in_a_row(), r.with_event, r.guilds, r.members,
       ids_of(r.incomplete), ids_of(r.missed), ids_of(r.unavailable),
       ids_of(x.spoiled), std::move(guilds)}));
}

cut_reading read_books(std::string_view text, startup_cut& out) {
  json all;
  if (auto how = unpack(text, books_format, all); how != cut_reading::good)
    return how;
  fields from{all, 1};
  out.began = from.flag();
  out.finished = from.flag();
  out.auto_chunk = from.flag();
  out.hurried = from.flag();
  // A year is for ever, and no overflow.
  constexpr std::uint64_t longest = std::uint64_t{1000} * 60 * 60 * 24 * 365;
  out.since_create = std::chrono::milliseconds(
      static_cast<std::int64_t>(std::min(from.number(), longest)));
  out.created = from.number();
  auto most = from.number();
  out.ends = vain_ends::restored(most, from.small());
  auto& r = out.result;
  r.with_event = from.flag();
  r.guilds = from.number();
  r.members = from.number();
  r.incomplete = from.ids();
  r.missed = from.ids();
  r.unavailable = from.ids();
  out.spoiled = from.ids();
  auto good = true;
  for (auto& guild : from.list())
    out.guilds.push_back(read_guild(guild, good));
  return good && from.good() && !from.more() ? cut_reading::good
                                             : cut_reading::damaged;
}

} // namespace muster
