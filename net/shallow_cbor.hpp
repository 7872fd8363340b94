#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace muster {

/// `x`, which is made of arrays, as CBOR (RFC 8949).
std::string write_cbor(const nlohmann::json& x);

/// Reads what write_cbor() wrote, as foreign bytes: arrays within arrays, four
/// deep at most, of numbers without sign, words and flags. False for anything
/// else, or if bytes are left over. Thread-safe.
bool read_cbor(std::string_view text, nlohmann::json& out);

} // namespace muster
