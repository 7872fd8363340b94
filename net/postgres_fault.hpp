#pragma once

#include <string>

#include <caf/error.hpp>

namespace muster {

/// Why a server, or libpq, has refused something. A value.
struct postgres_fault {
  /// The code of the server (SQLSTATE); empty: libpq or the network has failed.
  std::string code;
  /// In the words of the server or of libpq; they may be of any language.
  std::string text;

  /// Reads what libpq says of a connection that was not made, with the code
  /// that is in it when its verbosity is verbose.
  static postgres_fault of_connecting(const std::string& text);

  /// It would succeed if it were done again at once.
  bool is_passing() const;

  /// It would not succeed later.
  bool is_final() const;

  /// errc::store_away if it may succeed later, else errc::store_refused, with
  /// the mend. `where` is for people: postgres_url::name().
  caf::error to_error(const std::string& where) const;
};

} // namespace muster
