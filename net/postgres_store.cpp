#include "net/postgres_store.hpp"

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "net/postgres_text.hpp"

namespace muster {

postgres_store::postgres_store(const postgres_url& url, std::string bot,
                               std::function<caf::timestamp()> now)
    : bot_(std::move(bot)), now_(std::move(now)), database_(url),
      lease_database_(url), url_(url) {}

nlohmann::json postgres_store::arguments() const {
  json result{{"bot", to_hex(bot_)}};
  if (now_)
    result["now"] = in_ms(now_());
  std::lock_guard guard{joined_mutex_};
  if (!id_.empty())
    result["id"] = id_;
  return result;
}

caf::error postgres_store::call(const char* function, const json& args,
                                const std::function<void(const json&)>& read) {
  std::lock_guard guard{mutex_};
  json found;
  if (auto error = database_.call(function, args, {}, found))
    return error;
  try {
    read(found);
  } catch (const json::exception&) {
    return database_.refuse("is damaged: its schema muster has been changed; "
                            "restore it");
  }
  return caf::none;
}

caf::error postgres_store::claim_identify(const muster::claim_identify& x,
                                          identify_claimed& out) {
  auto args = arguments();
  args["bucket"] = x.bucket;
  args["seen"] = to_signed(x.seen);
  args["remaining"] = x.remaining;
  args["known_claims"] = to_signed(x.known_claims);
  return call("identify_claim", args, [&](auto& found) {
    out.granted = found.at(0).template get<bool>();
    out.counter = read_u64(found.at(1));
    out.remaining = read_u32(found.at(2));
    out.claims = read_u64(found.at(3));
  });
}

caf::error postgres_store::release(const shard_cut& x, saved& out) {
  auto args = arguments();
  args["cuts"] = json::array({write(x)});
  out = {};
  return call("shard_release", args,
              [&](auto& found) { out.holds = found.template get<bool>(); });
}

caf::error postgres_store::leave(const leave_store& x) {
  auto args = arguments();
  args["node"] = to_signed(x.node);
  args["cuts"] = json::array();
  for (auto& cut : x.cuts)
    args["cuts"].push_back(write(cut));
  return call("node_leave", args, [](auto&) {});
}

caf::error postgres_store::drain(std::uint64_t node, bool draining) {
  auto args = arguments();
  args["node"] = to_signed(node);
  args["draining"] = draining;
  auto is_known = false;
  auto error = call("node_drain", args, [&](auto& found) {
    is_known = found.template get<bool>();
  });
  return error || is_known ? error : make_error(errc::unknown_node);
}

} // namespace muster
