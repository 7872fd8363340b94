#include "actors/http_desk.hpp"

#include <chrono>
#include <utility>

#include <caf/event_based_actor.hpp>

#include "actors/metrics_text.hpp"
#include "actors/standing_json.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

http_page plain(unsigned status, const std::string& sentence) {
  return {status, "text/plain; charset=utf-8", sentence + '\n'};
}

/// Below what http_terms grants.
constexpr auto answer_within = std::chrono::milliseconds(4500);

} // namespace

std::vector<std::string> http_desk::paths() {
  return {"/metrics", "/healthz", "/readyz", "/status"};
}

http_page http_desk::show(const std::string& path, const fleet_standing& x) {
  if (path == "/metrics")
    return {200, "text/plain; version=0.0.4; charset=utf-8",
            metrics_text(x, process_figures::now())};
  if (path == "/status")
    return {200, "application/json", standing_json(x)};
  if (path == "/readyz") {
    if (is_ready(x))
      return plain(200, "ready");
    std::size_t connected = 0;
    for (auto& shard : x.shards)
      connected += shard.figures.connected;
    return plain(503, !x.begun
                          ? "its shards are not known yet, or it has given up"
                          : std::to_string(connected) + " of "
                                + std::to_string(x.wanted)
                                + " shards have a session");
  }
  return x.silent == 0
             ? plain(200, "ok")
             : plain(503, std::to_string(x.silent) + " shards do not answer");
}

http_server::handler http_desk::make(caf::actor_system& sys,
                                     supervisor_actor fleet) {
  return [&sys, fleet = std::move(fleet)](const std::string& path,
                                          http_server::reply reply) {
    sys.spawn([fleet, path,
               reply = std::move(reply)](caf::event_based_actor* self) {
      self->request(fleet, answer_within,
                    fleet_standing_request{path == "/status"})
          .then(
              [path, reply](const fleet_standing& x) { reply(show(path, x)); },
              [reply](const caf::error& why) {
                reply(plain(503,
                            "the actors do not answer: " + sentence_of(why)));
              });
    });
  };
}

} // namespace muster
