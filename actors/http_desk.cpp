#include "actors/http_desk.hpp"

#include <chrono>
#include <utility>

#include <caf/event_based_actor.hpp>

#include "actors/metrics_text.hpp"
#include "actors/page_text.hpp"
#include "actors/standing_json.hpp"
#include "messages/errc.hpp"

namespace muster {

namespace {

http_page plain(unsigned status, const std::string& sentence) {
  return {status, "text/plain; charset=utf-8", sentence + '\n'};
}

http_page page() {
  http_page x;
  x.type = "text/html; charset=utf-8";
  x.body = page_text();
  x.content_policy = "default-src 'none'; script-src 'unsafe-inline'; "
                     "style-src 'unsafe-inline'; img-src data:; "
                     "connect-src 'self'; base-uri 'none'; "
                     "form-action 'none'; frame-ancestors 'none'";
  return x;
}

/// One of the events of a stream (HTML > Server-sent events). A browser that
/// has lost it comes again after two seconds.
http_page part(const overview_text& text) {
  http_page x;
  x.type = "text/event-stream";
  x.body = "retry: 2000\ndata: " + text.json + "\n\n";
  x.again = std::chrono::seconds(1);
  return x;
}

/// Below what http_terms grants.
constexpr auto answer_within = std::chrono::milliseconds(4500);

} // namespace

std::vector<std::string> http_desk::paths() {
  return {"/", "/events", "/metrics", "/healthz", "/readyz", "/status"};
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
    if (x.over)
      return plain(503, "it has given up, or stops: see its log");
    return plain(503, !x.begun ? "its shards are not known yet"
                               : std::to_string(connected) + " of "
                                     + std::to_string(x.wanted)
                                     + " shards have a session");
  }
  return x.silent.empty() ? plain(200, "ok")
                          : plain(503, std::to_string(x.silent.size())
                                           + " shards do not answer");
}

http_server::handler http_desk::make(caf::actor_system& sys,
                                     supervisor_actor fleet,
                                     overview_actor events) {
  return [&sys, fleet = std::move(fleet), events = std::move(events)](
             const std::string& path, http_server::reply reply) {
    if (path == "/") {
      reply(page());
      return;
    }
    sys.spawn([fleet, events, path,
               reply = std::move(reply)](caf::event_based_actor* self) {
      auto refuse = [reply](const caf::error& why) {
        reply(plain(503, "the actors do not answer: " + sentence_of(why)));
      };
      if (path == "/events")
        self->request(events, answer_within, overview_request{})
            .then([reply](const overview_text& x) { reply(part(x)); }, refuse);
      else
        self->request(fleet, answer_within,
                      fleet_standing_request{path == "/status"})
            .then([path,
                   reply](const fleet_standing& x) { reply(show(path, x)); },
                  refuse);
    });
  };
}

} // namespace muster
