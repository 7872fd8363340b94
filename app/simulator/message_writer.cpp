#include "app/simulator/message_writer.hpp"

#include <algorithm>
#include <string_view>
#include <variant>

#include "app/simulator/guild_text.hpp"

namespace muster::sim {

namespace {

constexpr std::size_t bomb_size = 65u << 20;
// Smaller payloads come as text though compressed ones were asked for.
constexpr std::size_t large_payload = 1024;
constexpr std::string_view chunk_name = "GUILD_MEMBERS_CHUNK";

void append_envelope(std::string& out, std::string_view name,
                     std::uint64_t seq) {
  out.append(R"({"t":")").append(name).append(R"(","s":)");
  out.append(std::to_string(seq)).append(R"(,"op":0,"d":)");
}

} // namespace

void message_writer::compress_payloads() {
  if (compressor_.method() == packing::none && !of_payloads_)
    of_payloads_.emplace(packing::zlib_payload);
}

compressor& message_writer::compressor_for(std::size_t size) {
  return of_payloads_ && size >= large_payload ? *of_payloads_ : compressor_;
}

bool message_writer::write(std::string& text, std::string& out) {
  gw_.seen.text_bytes += text.size();
  auto& by = compressor_for(text.size());
  bool binary = by.method() != packing::none;
  if (binary)
    by.encode(text, out);
  else
    out.swap(text);
  gw_.seen.bytes_written += out.size();
  return binary;
}

bool message_writer::write_bomb(std::string& out) {
  auto& by = compressor_for(bomb_size);
  by.encode_long(R"({"t":null,"s":null,"op":11,"d":")", bomb_size, R"("})",
                 out);
  gw_.seen.bytes_written += out.size();
  return by.method() != packing::none;
}

bool message_writer::write(const client_session& s, const session_event& x,
                           std::uint64_t seq, std::optional<corruption> damage,
                           std::string& out) {
  bool in_text = damage == corruption::json || damage == corruption::truncate;
  const auto* c = std::get_if<chunk>(&x.what);
  bool binary = true;
  auto how = compressor_.method();
  bool stream = how == packing::zlib_stream || how == packing::zstd_stream;
  if (stream && c != nullptr && c->of->whole_list && !in_text) {
    write_packed(*c, seq, out);
  } else {
    render(s, x, seq);
    if (damage == corruption::json)
      text_.back() = ']';
    else if (damage == corruption::truncate)
      text_.resize(text_.size() / 2);
    binary = write(text_, out);
  }
  if (damage == corruption::bytes) {
    // Neither format has a block that begins with these bits.
    auto n = std::min<std::size_t>(8, out.size());
    std::fill_n(out.begin(), n, '\xff');
  }
  return binary;
}

// Whole lists over a stream: to compress them takes longer than to read them.
void message_writer::write_packed(const chunk& x, std::uint64_t seq,
                                  std::string& out) {
  auto size = gw_.opts.chunk_size;
  auto range = range_of(x, gw_.guilds, size);
  text_.clear();
  append_envelope(text_, chunk_name, seq);
  append_chunk_head(text_, x, gw_.guilds, gw_.members, size);
  tail_.clear();
  append_chunk_tail(tail_, x, gw_.guilds);
  tail_ += '}';
  auto packed = gw_.packed.get(compressor_.method(), gw_.guilds.at(x.of->guild),
                               range.first, range.count);
  compressor_.encode_around(text_, *packed, tail_, out);
  gw_.seen.text_bytes += text_.size() + tail_.size()
                         + gw_.members.size(range.first, range.count)
                         + 2 * compressor_.blanks();
  gw_.seen.bytes_written += out.size();
}

void message_writer::render(const client_session& s, const session_event& x,
                            std::uint64_t seq) {
  text_.clear();
  if (const auto* e = std::get_if<text_event>(&x.what)) {
    append_envelope(text_, e->name, seq);
    text_ += e->data;
  } else if (const auto* g = std::get_if<guild_created>(&x.what)) {
    append_envelope(text_, "GUILD_CREATE", seq);
    append_guild(text_, gw_.guilds.at(g->index), gw_.members, s.intents(),
                 s.large_threshold());
  } else {
    const auto& c = std::get<chunk>(x.what);
    auto size = gw_.opts.chunk_size;
    append_envelope(text_, chunk_name, seq);
    append_chunk_head(text_, c, gw_.guilds, gw_.members, size);
    append_chunk_members(text_, c, gw_.guilds, gw_.members, size);
    append_chunk_tail(text_, c, gw_.guilds);
  }
  text_ += '}';
}

} // namespace muster::sim
