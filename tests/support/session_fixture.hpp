#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "net/gateway_session.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

using namespace std::literals;

inline constexpr auto gateway_url = "wss://gateway.example";
inline constexpr auto resume_url = "wss://resume.example";
inline constexpr auto at_gateway =
    "wss://gateway.example/?v=10&encoding=json&compress=zstd-stream";
inline constexpr auto at_resume =
    "wss://resume.example/?v=10&encoding=json&compress=zstd-stream";

/// An action as a word, with what it carries.
inline std::string word(const session_actions::value_type& x) {
  struct visitor {
    std::string operator()(const session_action::connect& x) {
      return "connect " + x.url;
    }
    std::string operator()(const session_action::close& x) {
      return "close " + std::to_string(x.code);
    }
    std::string operator()(const session_action::locate&) { return "locate"; }
    std::string operator()(const session_action::note&) { return "note"; }
    std::string operator()(const session_action::ask_identify&) {
      return "ask_identify";
    }
    std::string operator()(const session_action::send_heartbeat&) {
      return "heartbeat";
    }
    std::string operator()(const session_action::send_identify&) {
      return "identify";
    }
    std::string operator()(const session_action::send_resume&) {
      return "resume";
    }
    std::string operator()(const session_action::disconnected& x) {
      return "disconnected " + std::to_string(x.code) + ' ' + to_string(x.next);
    }
    std::string operator()(const session_action::fatal& x) {
      return "fatal " + to_string(x.error);
    }
  };
  return std::visit(visitor{}, x);
}

/// A gateway_session on a clock of the test's own.
struct session_fixture {
  settings cfg;
  double random = 0;
  time_point now = time_point{} + 1h;
  gateway_session session{cfg, [this] { return random; }};

  /// The same with other settings, or from the start.
  void begin_anew() {
    gateway_session fresh{cfg, [this] { return random; }};
    session = std::move(fresh);
  }

  /// What the session wants now, as words separated by commas.
  std::string actions() {
    std::string result;
    for (auto& x : session.take_actions())
      result += (result.empty() ? "" : ", ") + word(x);
    return result;
  }

  void control(int op, std::string_view data = "null") {
    frozen_buffer text{data}; // what is read may be looked at beyond its end
    envelope x;
    x.op = op;
    x.data = text.view();
    x.exact = true;
    session.control(x, now);
  }

  void hello() { control(10, R"({"heartbeat_interval":40000})"); }

  void lose(std::uint16_t code = 0) {
    session.closed(code, errc::connection_lost, "lost", now);
  }

  /// Lets the time come at which the session wants to be called.
  void wait() {
    CAF_REQUIRE(session.due() != never);
    now = std::max(now, session.due());
    session.tick(now);
  }

  void open() {
    session.opened(now);
    hello();
  }

  void become_ready(std::uint64_t sequence = 1,
                    const std::string& resume_at = resume_url) {
    session.dispatched(sequence);
    ready x;
    x.session_id = "s1";
    x.resume_gateway_url = resume_at;
    session.became_ready(x, now);
  }

  void become_resumed(std::uint64_t sequence = 2) {
    session.dispatched(sequence);
    session.became_resumed(now);
  }

  /// From nothing to READY.
  void start_to_ready() {
    session.start(gateway_url, now);
    open();
    session.identify_granted(now);
    become_ready();
    session.take_actions();
  }

  /// The reconnect after a loss, up to HELLO.
  void return_to_hello() {
    wait();
    open();
  }

  /// Lets time pass in which nothing arrives.
  void pass(timespan span) {
    now += span;
    session.tick(now);
  }

  timespan wait_left() const { return session.due() - now; }
};

} // namespace muster::test
