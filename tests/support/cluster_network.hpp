#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "net/peer_network.hpp"

namespace muster::test {

class cluster_network;

/// A process in the network of a cluster.
struct cluster_host {
  std::string address;
  caf::actor_system* sys = nullptr;
  /// Null: nobody listens.
  caf::actor door;
  bool dead = false;
  /// It neither hears nor says anything for now.
  std::function<bool()> frozen;
};

/// Connections between processes that live in actor systems of their own: what
/// is sent goes as bytes, in order and late, and waits while a cable is cut.
/// Each side gives the connection up by itself, when it has heard nothing for
/// `patience`; what is under way then may be lost.
class cluster_network {
public:
  using host_ptr = std::shared_ptr<cluster_host>;

  static constexpr caf::timespan patience = std::chrono::seconds(3);

  explicit cluster_network(std::function<unsigned(unsigned)> draw)
      : draw_(std::move(draw)) {}

  /// What a process is given, as its own.
  std::shared_ptr<peer_network> join(host_ptr who);

  void dial(const host_ptr& from, const std::string& address, caf::actor who);

  /// Between two of them, or all that is at one address.
  void cut(const std::string& a, const std::string& b, bool on);
  void mend_all() { cuts_.clear(); }
  /// All that is under way.
  void lose_all();

  /// Each connection brings up to so many messages each way.
  void run_some(unsigned messages);
  void pass(caf::timespan d);
  /// The connections of a process end with it.
  void end(const host_ptr& who);

  /// Messages that were brought.
  std::uint64_t brought() const { return brought_; }
  /// What could not be written or read.
  const std::string& wrong() const { return wrong_; }

private:
  using bytes = caf::binary_serializer::container_type;

  struct side {
    host_ptr host;
    /// Stands for who is on the other side.
    caf::actor proxy;
    /// Who gets what comes from there.
    caf::actor target;
    std::deque<bytes> arriving;
    caf::timespan silence{0};
    bool open = true;
  };
  struct link {
    std::shared_ptr<side> ends[2];
  };

  caf::actor make_proxy(const std::shared_ptr<side>& from,
                        const std::shared_ptr<side>& to);
  bool is_cut(const side& a, const side& b) const;
  void close(side& x);
  void deliver(side& to);

  std::function<unsigned(unsigned)> draw_;
  std::vector<host_ptr> hosts_;
  std::vector<link> links_;
  std::vector<std::pair<std::string, std::string>> cuts_;
  std::uint64_t brought_ = 0;
  std::string wrong_;
};

} // namespace muster::test
