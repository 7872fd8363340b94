#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include "actors/io_unit.hpp"
#include "messages/internal/actors.hpp"
#include "net/connection.hpp"

namespace muster {

/// Passes what a connection tells to its shard's mailbox; frames by way of
/// `unit`, if there is one. Holds the shard weakly: a connection must not keep
/// it alive.
class mailbox_sink final : public connection_sink {
public:
  mailbox_sink(caf::weak_actor_ptr owner, std::uint64_t epoch,
               std::shared_ptr<io_unit> unit = nullptr)
      : owner_(std::move(owner)), epoch_(epoch), unit_(std::move(unit)) {}

  void opened() override { pass(connection_opened{epoch_}); }

  void received(frozen_buffer bytes, bool binary) override {
    pass_frame(frame_received{epoch_, std::move(bytes), binary, false, 0});
  }

  void received_piece(frozen_buffer bytes) override {
    pass_frame(frame_received{epoch_, std::move(bytes), true, true, 0});
  }

  void skipped(frozen_buffer head, std::uint64_t size) override {
    pass_frame(frame_received{epoch_, std::move(head), false, false, size});
  }

  void written(std::uint64_t ticket) override {
    if (ticket != 0) // nobody asks about the others
      pass(payload_written{epoch_, ticket});
  }

  void closed(std::uint16_t code, errc error, std::string reason,
              timespan retry_after) override {
    pass(
        connection_closed{epoch_, code, error, std::move(reason), retry_after});
  }

private:
  template <class Message>
  void pass(Message x) {
    if (auto owner = caf::actor_cast<shard_internal_actor>(owner_))
      caf::anon_send(owner, std::move(x));
  }

  void pass_frame(frame_received x) {
    if (!unit_) {
      pass(std::move(x));
      return;
    }
    auto owner = caf::actor_cast<shard_internal_actor>(owner_);
    if (!owner)
      return;
    auto size = x.bytes.size();
    auto packed = x.binary;
    unit_->deliver(owner,
                   caf::make_mailbox_element(nullptr, caf::make_message_id(),
                                             {}, std::move(x)),
                   size, packed);
  }

  caf::weak_actor_ptr owner_;
  std::uint64_t epoch_;
  std::shared_ptr<io_unit> unit_;
};

} // namespace muster
