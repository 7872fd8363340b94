#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "messages/errc.hpp"

namespace muster {

/// The outer object of a gateway payload. Views into the payload.
/// Source: Events > Gateway Events > Payload Structure.
struct envelope {
  int op = -1;
  std::optional<std::uint64_t> sequence;
  /// Of a dispatch, else empty.
  std::string_view name;
  /// The JSON text from where `d` starts; more may follow it when `exact` is
  /// false. Padded when the payload is.
  std::string_view data;
  bool exact = false;
};

/// Finds the parts of a payload. The gateway puts `t`, `s` and `op` before
/// `d`, so that a dispatch costs a few bytes of reading (B2); any other order
/// costs a scan of the whole. Not thread-safe.
class envelope_reader {
public:
  /// With `validate`, every payload is parsed in full first.
  explicit envelope_reader(bool validate = false);
  ~envelope_reader();

  envelope_reader(const envelope_reader&) = delete;
  envelope_reader& operator=(const envelope_reader&) = delete;

  /// `text` is followed by frozen_buffer::padding readable bytes. Gives an
  /// error when it is no JSON object, or `op` is missing.
  errc read(std::string_view text, envelope& out);

private:
  struct parsers;

  std::unique_ptr<parsers> parsers_;
  bool validate_;
};

} // namespace muster
