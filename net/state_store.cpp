#include "net/state_store.hpp"

#include <string>

#include "messages/errc.hpp"

namespace muster {

caf::error state_store::refuse_unfit(std::uint32_t shard_count,
                                     std::uint32_t intents,
                                     const join_store& x) {
  if (shard_count != x.shard_count)
    return make_error(errc::store_refused,
                      "the bot runs with " + std::to_string(shard_count)
                          + " shards in another process, and with "
                          + std::to_string(x.shard_count)
                          + " here; end one of them, or give both the same "
                            "number");
  if (intents != x.intents)
    return make_error(errc::store_refused,
                      "the bot runs with the intents " + std::to_string(intents)
                          + " in another process, and with "
                          + std::to_string(x.intents)
                          + " here; end one of them, or give both the same");
  return caf::none;
}

} // namespace muster
