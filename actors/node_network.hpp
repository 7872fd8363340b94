#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/error.hpp>

#include "actors/caf_gate.hpp"
#include "actors/link_scribe.hpp"
#include "net/node_door.hpp"
#include "net/peer_network.hpp"

namespace muster {

/// Other processes as CAF nodes: links of our own door become connections of
/// the middleman's broker, so that its handles reach actors there. One link to
/// a node, the latest. Thread-safe; ends before the actor system does.
class node_network final : public peer_network,
                           public std::enable_shared_from_this<node_network> {
public:
  /// As process `node` listens at `address`, HOST:PORT, with the keys of
  /// `folder`. On failure `result` is null and the error says the mend; also
  /// for a system that has not been prepared.
  static caf::error make(caf::actor_system& sys, const io_loop& loop,
                         std::uint64_t node, const std::string& address,
                         const std::string& folder,
                         std::shared_ptr<node_network>& result);

  node_network(caf::actor_system& sys, const io_loop& loop, std::uint64_t node,
               std::shared_ptr<node_keys> keys);
  ~node_network() override;

  void open(caf::actor door) override;
  void close() override;
  void dial(const std::string& address, std::uint64_t node,
            caf::actor who) override;

  /// After close(): gives what is left to be said and sent a moment.
  void wait_closed();

private:
  struct known {
    caf::intrusive_ptr<link_scribe> scribe;
    /// Two links to a node differ in it.
    std::uint64_t number = 0;
  };

  void accepted(const std::shared_ptr<node_link>& link);
  void connected(const std::shared_ptr<node_link>& link, const caf::actor& who);
  /// Null, with a reason, if it leads nowhere.
  caf::intrusive_ptr<link_scribe> admit(const std::shared_ptr<node_link>& link,
                                        std::string& why);
  void gone(const std::string& node, std::uint64_t number);
  void refused(const std::string& from, const std::string& why);

  caf::actor_system& sys_;
  /// What it says of itself: the process, and the node of CAF.
  std::string hello_;
  std::shared_ptr<caf_gate> gate_;
  caf::actor broker_;
  std::unique_ptr<node_door> listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_; // guards the rest
  caf::strong_actor_ptr door_;
  std::set<std::string> interface_;
  /// By what the other sides said of themselves.
  std::map<std::string, known> links_;
  std::uint64_t numbers_ = 0;
  std::chrono::steady_clock::time_point refusal_told_{};
  std::uint64_t refusals_ = 0;
};

} // namespace muster
