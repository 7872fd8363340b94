#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "app/simulator/gateway.hpp"
#include "app/simulator/login.hpp"
#include "app/simulator/outbox.hpp"
#include "net/opcode.hpp"

namespace muster::sim {

/// The gateway's end of one connection, without the socket: what comes in and
/// what time it is lead to steps, which the socket's owner fetches one by one
/// as it can take them. Not thread-safe; used on the gateway's thread.
class client_link {
public:
  /// `wake` is called when next() may have something new; it must not call
  /// back at once.
  client_link(gateway& gw, connect_query query, std::function<void()> wake,
              time_point now);
  ~client_link();

  client_link(const client_link&) = delete;
  client_link& operator=(const client_link&) = delete;

  /// A message came from the client.
  void receive(std::string_view text, time_point now);

  /// The connection is gone; `code` is the client's, 1006 without one.
  void closed(std::uint16_t code, time_point now);

  /// Replaces `out` by the next step; false if there is nothing to do now.
  bool next(step& out, time_point now);

  /// When to call next() though nothing came in.
  std::optional<time_point> wake_at(time_point now) const;

  // -- for the gateway --------------------------------------------------------

  client_session* current() const { return session_; }

  /// The session has new events.
  void wake() { wake_(); }

  /// The session is no longer this connection's.
  void lose_session() { session_ = nullptr; }

  /// `why` goes into the close frame.
  void close(std::uint16_t code, std::string why = {});
  void kill();
  void send_reconnect();
  void send_invalid_session(bool resumable);

  /// Numbers below this have been sent.
  std::uint64_t cursor() const { return out_.cursor(); }

private:
  void on_identify(const nlohmann::json& d, time_point now);
  void on_resume(const nlohmann::json& d);
  void on_heartbeat(time_point now);
  void on_request(const nlohmann::json& d, time_point now);
  void start_session(client_session& s);

  /// Does what the faults of a connection do; true if the matter at hand is
  /// over thereby.
  bool suffer(const std::vector<fault>& faults);
  bool strike(occasion now);

  void say(std::string text);
  time_point silence_ends() const;
  void let_go(bool ends_session);

  gateway& gw_;
  connect_query query_;
  std::function<void()> wake_;
  outbox out_;
  send_meter sends_;
  time_point now_;
  time_point last_heartbeat_;
  bool acks_ = true;
  bool ending_ = false;
  bool gone_ = false;
  client_session* session_ = nullptr;
  std::optional<std::uint32_t> shard_;
};

} // namespace muster::sim
