#include "net/inflater.hpp"

#include "net/isal_inflater.hpp"
#include "net/zlib_inflater.hpp"
#include "net/zstd_inflater.hpp"

namespace muster {

std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload,
                                        std::uint64_t limit) {
  switch (method) {
  case compression::zlib:
    if (auto fast = make_isal_inflater(max_payload, limit))
      return fast;
    return make_zlib_inflater(max_payload, limit);
  case compression::zstd:
    return make_zstd_inflater(max_payload, limit);
  default:
    return nullptr;
  }
}

std::unique_ptr<inflater> make_inflater(compression method,
                                        std::size_t max_payload) {
  return make_inflater(method, max_payload, skip_limit(max_payload));
}

std::string_view query_value(compression method) {
  switch (method) {
  case compression::zlib:
    return "zlib-stream";
  case compression::zstd:
    return "zstd-stream";
  default:
    return {};
  }
}

} // namespace muster
