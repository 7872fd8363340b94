#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/io/network/multiplexer.hpp>
#include <caf/io/scribe.hpp>

#include "actors/caf_gate.hpp"
#include "net/node_link.hpp"

namespace muster {

/// A connection of CAF's broker that has no descriptor: a link gives it whole
/// frames, and takes what the broker writes. Frames that would harm the broker
/// end it. Runs on the multiplexer's thread, but for drop().
class link_scribe final : public caf::io::scribe {
public:
  /// `gone` is called once, on the I/O thread, when the link has ended.
  link_scribe(std::shared_ptr<caf_gate> gate, std::shared_ptr<node_link> link,
              std::function<void()> gone);
  ~link_scribe() override;

  /// Nothing more passes. From any thread.
  void drop(const std::string& why);

  void configure_read(caf::io::receive_policy::config config) override;
  void ack_writes(bool) override {}
  std::vector<char>& wr_buf() override { return out_; }
  std::vector<char>& rd_buf() override { return in_; }
  void flush() override;
  void graceful_shutdown() override;
  std::string addr() const override { return link_->info().address; }
  std::uint16_t port() const override { return link_->info().port; }
  void add_to_loop() override {}
  void remove_from_loop() override {}

private:
  class sink;

  /// False if the broker wants no more, or must not be given it.
  bool deliver(caf::io::network::multiplexer& on,
               const std::vector<char>& frames);
  bool pass(caf::io::network::multiplexer& on, const char* bytes,
            std::size_t size);
  /// A handshake of the right side, of the node that the hello named, goes
  /// before all else.
  bool is_proper(caf::io::network::multiplexer& on, const char* head,
                 std::size_t body);
  void fail(caf::io::network::multiplexer& on);

  std::shared_ptr<caf_gate> gate_;
  std::shared_ptr<node_link> link_;
  std::function<void()> gone_;
  std::vector<char> in_;
  std::vector<char> out_;
  bool launched_ = false;
  /// Messages that came, and their bytes.
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
  int handshakes_ = 0;
  std::atomic<bool> muted_ = false;
};

} // namespace muster
