#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <caf/error.hpp>

#include "messages/errc.hpp"

namespace muster {

/// One question to several shards: calls `done` once, when each of them has
/// answered or failed, and all have been asked. Copies share their state. Used
/// by one actor.
class poll {
public:
  explicit poll(std::function<void(const poll&)> done)
      : state_(std::make_shared<state>()) {
    state_->done = std::move(done);
  }

  /// One more is asked.
  void ask() {
    ++state_->open;
    ++state_->asked;
  }

  /// One of them has answered, or all have been asked.
  void one_less() const {
    if (--state_->open == 0)
      std::exchange(state_->done, nullptr)(*this);
  }

  /// One of them has failed.
  void refused(std::uint32_t shard, const caf::error& why) const {
    state_->refused_by +=
        (state_->refused_by.empty() ? "" : ", ") + std::to_string(shard);
    state_->why = code_of(why) != errc{} ? why : make_error(errc::not_running);
    one_less();
  }

  /// None if everyone who was asked has answered; else why not, and who.
  caf::error error() const {
    if (state_->asked == 0)
      return make_error(errc::not_running);
    if (!state_->why)
      return caf::none;
    return make_error(code_of(state_->why),
                      sentence_of(state_->why) + " (shard " + state_->refused_by
                          + "; the others have taken it)");
  }

private:
  struct state {
    std::function<void(const poll&)> done;
    std::size_t open = 1;
    std::size_t asked = 0;
    std::string refused_by;
    caf::error why;
  };

  std::shared_ptr<state> state_;
};

} // namespace muster
