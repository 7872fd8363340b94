#include "actors/cut_fields.hpp"

#include "net/shallow_cbor.hpp"

namespace muster {

cut_reading unpack_cut(std::string_view text, std::uint64_t format,
                       nlohmann::json& out) {
  if (text.empty())
    return cut_reading::empty;
  if (!read_cbor(text, out) || out.empty() || !out[0].is_number_unsigned())
    return cut_reading::damaged;
  return out[0].get<std::uint64_t>() == format ? cut_reading::good
                                               : cut_reading::foreign;
}

} // namespace muster
