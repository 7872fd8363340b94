#include "actors/session_text.hpp"

#include "actors/cut_fields.hpp"
#include "net/shallow_cbor.hpp"

namespace muster {

namespace {

constexpr std::uint64_t session_format = 1;

} // namespace

std::string write_session(const session_cut& x) {
  auto& s = x.session;
  if (s.id.empty() || !s.sequence)
    return {};
  return write_cbor(
      nlohmann::json::array({session_format, x.intents, x.shard_count, s.id,
                             *s.sequence, s.resume_url}));
}

cut_reading read_session(std::string_view text, session_cut& out) {
  nlohmann::json all;
  if (auto how = unpack_cut(text, session_format, all);
      how != cut_reading::good)
    return how;
  cut_fields from{all, 1};
  out.intents = from.small();
  out.shard_count = from.small();
  out.session.id = from.text();
  out.session.sequence = from.number();
  out.session.resume_url = from.text();
  return from.good() && !from.more() && !out.session.id.empty()
             ? cut_reading::good
             : cut_reading::damaged;
}

} // namespace muster
