#include "app/simulator/chunk.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace muster::sim {

namespace {

// Discord writes ids that no snowflake can be as numbers.
void append_not_found(std::string& out, const std::vector<snowflake>& ids) {
  out += R"("not_found":[)";
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0)
      out += ',';
    auto quote = ids[i].value > 1'000'000'000 ? "\"" : "";
    out += quote + to_string(ids[i]) + quote;
  }
  out += "],";
}

void append_presences(std::string& out, const chunk& x, const guild& g,
                      member_range members, const member_text& text) {
  out += R"("presences":[)";
  bool comma = false;
  if (x.of->whole_list) {
    for (auto i = members.first; i < members.first + members.count; ++i)
      comma |= text.append_presence(out, g, i, comma);
  } else {
    for (auto i : x.of->members)
      comma |= text.append_presence(out, g, i, comma);
  }
  out += "],";
}

} // namespace

member_range range_of(const chunk& x, const world& w,
                      std::uint32_t chunk_size) {
  auto size = w.at(x.of->guild).size;
  auto first = std::min(size, x.index * chunk_size);
  return {first, std::min(chunk_size, size - first)};
}

std::uint32_t members_of(const chunk& x, const world& w,
                         std::uint32_t chunk_size) {
  return x.of->whole_list ? range_of(x, w, chunk_size).count
                          : static_cast<std::uint32_t>(x.of->members.size());
}

void append_chunk_head(std::string& out, const chunk& x, const world& w,
                       const member_text& text, std::uint32_t chunk_size) {
  const auto& of = *x.of;
  out += '{';
  if (of.presences)
    append_presences(out, x, w.at(of.guild), range_of(x, w, chunk_size), text);
  if (of.not_found)
    append_not_found(out, *of.not_found);
  auto nonce = of.nonce;
  if (x.damage == corruption::nonce)
    nonce = "nobody-asked";
  if (nonce)
    out += R"("nonce":)" + nlohmann::json(*nonce).dump() + ',';
  out += R"("members":[)";
}

void append_chunk_members(std::string& out, const chunk& x, const world& w,
                          const member_text& text, std::uint32_t chunk_size) {
  const auto& of = *x.of;
  const auto& g = w.at(of.guild);
  if (of.whole_list) {
    auto members = range_of(x, w, chunk_size);
    text.append(out, g, members.first, members.count);
    return;
  }
  for (std::size_t i = 0; i < of.members.size(); ++i) {
    if (i > 0)
      out += ',';
    text.append(out, g, of.members[i], 1);
  }
}

void append_chunk_tail(std::string& out, const chunk& x, const world& w) {
  auto id = w.at(x.of->guild).id;
  auto index = x.index;
  auto count = x.of->chunk_count;
  if (x.damage == corruption::guild)
    id = snowflake{id.value + (1ull << 22)};
  else if (x.damage == corruption::index)
    index = count + 5;
  else if (x.damage == corruption::count)
    count = 0;
  else if (x.damage == corruption::count_change)
    ++count;
  out += R"(],"guild_id":")" + to_string(id);
  out += R"(","chunk_index":)" + std::to_string(index);
  out += R"(,"chunk_count":)" + std::to_string(count) + '}';
}

} // namespace muster::sim
