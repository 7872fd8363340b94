#include "actors/ended_call.hpp"

#include <utility>
#include <vector>

#include "actors/cut_fields.hpp"
#include "net/shallow_cbor.hpp"

namespace muster {

namespace {

using nlohmann::json;

constexpr std::uint64_t call_format = 1;

/// Milliseconds of the wall clock; 0: none.
std::uint64_t text_of(const optional<caf::timestamp>& x) {
  if (!x)
    return 0;
  auto at = std::chrono::duration_cast<std::chrono::milliseconds>(
      x->time_since_epoch());
  return static_cast<std::uint64_t>(std::max(at.count(), decltype(at)::rep{0}));
}

optional<caf::timestamp> read_time(std::uint64_t ms) {
  if (ms == 0 || ms > INT64_MAX / 1'000'000)
    return {};
  return caf::timestamp{std::chrono::milliseconds(static_cast<long>(ms))};
}

} // namespace

std::string write_ended_call(const ended_call& x) {
  auto& e = x.end;
  auto not_found = json::array();
  for (auto id : e.not_found_ids)
    not_found.push_back(id.value);
  return write_cbor(json::array(
      {call_format, x.number, e.shard.index, e.shard.count, e.start_id,
       e.guild_id.value, e.nonce, static_cast<std::uint64_t>(e.outcome),
       e.chunk_count, e.missed_chunks, std::move(not_found), e.members,
       e.attempts, text_of(e.first_received_at), text_of(e.last_received_at)}));
}

std::shared_ptr<const ended_call> read_ended_call(std::string_view text) {
  json all;
  if (unpack_cut(text, call_format, all) != cut_reading::good)
    return nullptr;
  cut_fields from{all, 1};
  ended_call x;
  auto& e = x.end;
  x.number = from.number();
  e.shard.index = from.small();
  e.shard.count = from.small();
  e.start_id = from.number();
  e.guild_id = snowflake{from.number()};
  e.nonce = from.text();
  auto how = from.number();
  e.outcome = static_cast<outcome>(how);
  e.chunk_count = from.small();
  cut_fields missed{from.list()};
  while (missed.more())
    e.missed_chunks.push_back(missed.small());
  e.not_found_ids = from.ids();
  e.members = from.number();
  e.attempts = from.small();
  e.first_received_at = read_time(from.number());
  e.last_received_at = read_time(from.number());
  auto good = from.good() && missed.good() && !from.more()
              && how < outcome_count && x.number != 0;
  return good ? std::make_shared<const ended_call>(std::move(x)) : nullptr;
}

} // namespace muster
