#pragma once

#include <cstdint>
#include <string>

#include <caf/meta/type_name.hpp>
#include <caf/timespan.hpp>

#include "messages/errc.hpp"
#include "messages/frozen_buffer.hpp"

namespace muster {

// From a connection to the shard that owns it; they never leave the process.
// `epoch` tells a shard's connections apart: what comes from an older one is
// dropped.

struct connection_opened {
  std::uint64_t epoch = 0;
};

struct frame_received {
  std::uint64_t epoch = 0;
  frozen_buffer bytes;
  /// A text frame is never compressed.
  bool binary = false;
  /// A piece of a long compressed message; others follow.
  bool more = false;
  /// The size of a payload larger than the bound, of which `bytes` is the
  /// head; else 0 (F2).
  std::uint64_t skipped = 0;
};

/// The payload that was sent with `ticket` has been written to the socket.
struct payload_written {
  std::uint64_t epoch = 0;
  std::uint64_t ticket = 0;
};

struct connection_closed {
  std::uint64_t epoch = 0;
  /// Of the gateway; 0 when there was none.
  std::uint16_t code = 0;
  errc error = errc::connection_lost;
  std::string reason;
  /// How long the gateway asked to stay away; zero when it did not.
  caf::timespan retry_after{0};
};

/// A listener that had fallen behind has caught up (B1).
struct credit_available {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, connection_opened& x) {
  return f(caf::meta::type_name("connection_opened"), x.epoch);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, frame_received& x) {
  return f(caf::meta::type_name("frame_received"), x.epoch, x.bytes, x.binary,
           x.more, x.skipped);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, payload_written& x) {
  return f(caf::meta::type_name("payload_written"), x.epoch, x.ticket);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, connection_closed& x) {
  return f(caf::meta::type_name("connection_closed"), x.epoch, x.code, x.error,
           x.reason, x.retry_after);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, credit_available&) {
  return f(caf::meta::type_name("credit_available"));
}

} // namespace muster
