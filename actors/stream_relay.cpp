#include "actors/stream_relay.hpp"

#include <utility>

#include "messages/errc.hpp"

namespace muster {

peer_answer refused(const caf::error& why) {
  peer_answer x;
  auto code = code_of(why);
  x.error =
      static_cast<std::uint8_t>(code == errc{} ? errc::not_running : code);
  x.sentence = sentence_of(why);
  return x;
}

caf::behavior stream_relay(caf::event_based_actor* self,
                           stream_relay_config cfg) {
  guard(self, std::move(cfg.strays));
  auto tell = [self, to = cfg.to, number = cfg.number](auto where,
                                                       const auto& x) {
    peer_parcel news;
    news.call = number;
    news.*where = x;
    self->send(to, std::move(news));
  };
  auto end = [self, tell](const peer_answer& x) {
    tell(&peer_parcel::answer, x);
    self->quit();
  };
  cfg.what.receiver = self;
  self->request(cfg.owner, caf::infinite, cfg.what)
      .then(
          [end](const chunk_request_finished& x) {
            peer_answer y;
            y.end = x;
            end(y);
          },
          [end](const caf::error& why) { end(refused(why)); });
  return {
      [tell](const guild_members_chunk& x) { tell(&peer_parcel::members, x); }};
}

} // namespace muster
