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
  /// None also when it is no number: no reason to lose the event (F2).
  std::optional<std::uint64_t> sequence;
  /// Of a dispatch, else empty.
  std::string_view name;
  /// The JSON text from where `d` starts; more may follow it when `exact` is
  /// false. Padded when the payload is.
  std::string_view data;
  bool exact = false;
  /// With `exact`, what follows the payload in its text: the next one, seldom.
  std::string_view rest;

  /// Finds the end of the data and of the payload, unless it is known, by one
  /// scan. False when either is cut off; then `rest` is empty, and `data` too
  /// if the data is.
  bool cut();

  /// The same where who read the data looked for its end (B2): `behind` is
  /// what follows it, or a view of nowhere when it is cut off.
  bool cut(std::string_view behind);
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

  /// Reads the first payload of `text`, which is followed by
  /// frozen_buffer::padding readable bytes. Gives an error when it is no JSON
  /// object, or `op` is missing or no opcode; `out.rest` is then what follows
  /// it, as far as its end can be told.
  errc read(std::string_view text, envelope& out);

private:
  struct validator;

  /// Null when nothing is validated.
  std::unique_ptr<validator> validator_;
};

/// `text` from where the next payload may start: without white space, and
/// without the NULs that some servers fill up with.
std::string_view next_payload(std::string_view text);

} // namespace muster
