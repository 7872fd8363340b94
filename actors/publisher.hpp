#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/message.hpp>
#include <caf/send.hpp>

#include "messages/internal/type_ids.hpp"

namespace muster {

/// Who listens for the events that a supervisor passes on (E1-E3, E6). What is
/// sent has no sender: a listener may answer as it likes. Used by the
/// supervisor only.
class publisher {
public:
  /// Takes the place of an earlier wish; gives the events of that, 0 for a new
  /// listener, which is to be monitored.
  struct earlier {
    bool known = false;
    std::uint32_t events = 0;
  };
  earlier add(const subscribe_request& x);

  /// False when `listener` was none.
  bool remove(const caf::actor_addr& listener);

  /// One message for all who want it. `bit` is one of event_bit's; `whose`
  /// narrows it to who has this scope.
  template <class Event>
  void publish(std::uint32_t bit, const Event& x,
               std::optional<scope> whose = std::nullopt) const {
    caf::message built;
    for (auto& wish : wishes_) {
      if ((wish.events & bit) == 0 || (whose && wish.scope != *whose))
        continue;
      if (built.empty())
        built = caf::make_message(x);
      caf::anon_send(wish.listener, built);
    }
  }

  const std::vector<subscribe_request>& wishes() const { return wishes_; }
  /// The events that somebody wants from the whole bot (C13).
  std::uint32_t far_events() const;

private:
  std::vector<subscribe_request>::iterator find(const caf::actor_addr& x);

  std::vector<subscribe_request> wishes_;
};

} // namespace muster
