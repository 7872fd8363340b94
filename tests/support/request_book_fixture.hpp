#pragma once

#include "actors/request_book.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

using namespace std::chrono_literals;
using ask_for = guild_members_request;
using owner = request_book::owner;
using follows = request_book::consequence;

inline const auto t0 = time_point{} + 1h;
constexpr auto a = snowflake{1};
constexpr auto b = snowflake{2};

inline settings small() {
  settings x;
  x.max_in_flight = 2;
  x.max_refusals = 2;
  return x;
}

/// A book with two lists on the wire and two refusals at the most.
struct request_book_fixture {
  /// Accepts a whole list that joins nobody.
  void add(const char* nonce, snowflake guild = a, time_point now = t0) {
    auto x = ask_for::whole_list(guild);
    x.with_nonce(nonce).with_attempts(1);
    CAF_REQUIRE(!book.accept(x, origin::user, 0, now).error);
  }

  /// The same, but it joins if it can.
  request_book::acceptance join(const char* nonce, snowflake guild = a,
                                origin from = origin::user) {
    auto x = ask_for::whole_list(guild);
    x.nonce = nonce;
    return book.accept(x, from, 0, t0);
  }

  void search(const char* nonce, snowflake guild = a) {
    auto x = ask_for::search(guild, "nel", 10);
    x.nonce = nonce;
    CAF_REQUIRE(!book.accept(x, origin::user, 0, t0).error);
  }

  /// What goes out now, or nothing.
  std::string next(time_point now = t0) {
    auto x = book.next(true, now);
    return x == nullptr ? "" : x->attempt;
  }

  /// The nonce of the attempt after this one, which has gone out.
  std::string written(const std::string& nonce, time_point now = t0) {
    auto x = book.find(nonce);
    CAF_REQUIRE(book.written(x->attempt, x->request.guild_id, now) == x);
    return x->attempt;
  }

  /// A whole list that is on the wire.
  void on_wire(const char* nonce) {
    add(nonce);
    next();
    written(nonce);
  }

  /// A whole list whose connection was lost, and a chunk of it that the resume
  /// has brought.
  void brought_by_resume(const char* nonce) {
    on_wire(nonce);
    CAF_CHECK(book.connection_ended().empty());
    book.session_resumed(t0 + 1s);
    book.chunk(nonce, a, 1, t0 + 2s);
  }

  request_book book{small()};
};

} // namespace muster::test
