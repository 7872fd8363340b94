#include "actors/tracker.hpp"

#include <chrono>
#include <random>
#include <stdexcept>

#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include "actors/http_desk.hpp"
#include "actors/io_unit.hpp"
#include "actors/log.hpp"
#include "actors/node_network.hpp"
#include "actors/overview.hpp"
#include "actors/supervisor.hpp"
#include "messages/errc.hpp"
#include "messages/node_address.hpp"
#include "net/certificate_maker.hpp"
#include "net/http_server.hpp"
#include "net/io_loop.hpp"
#include "net/open_store.hpp"
#include "net/random_source.hpp"
#include "net/tls.hpp"
#include "net/ws_connection.hpp"

namespace muster {

namespace {

/// Of a process, or of a start; never 0.
std::uint64_t draw_id() {
  std::random_device source;
  return (std::uint64_t{source()} << 32) | source() | 1;
}

/// The way to the other processes of the bot.
std::shared_ptr<node_network> make_network(caf::actor_system& sys,
                                           const io_loop& io,
                                           std::uint64_t node,
                                           const settings& values) {
  auto folder = values.cluster.tls_dir;
  caf::error error;
  if (folder.empty()) {
    folder = state_keys_folder(values.state);
    error = make_state_keys(folder);
  }
  std::shared_ptr<node_network> result;
  if (!error)
    error =
        node_network::make(sys, io, node, values.cluster.node, folder, result);
  if (error)
    throw std::runtime_error(sentence_of(error));
  return result;
}

constexpr auto supervisor_patience = std::chrono::seconds(18);
constexpr auto listener_patience = std::chrono::seconds(4);

} // namespace

struct tracker::impl {
  explicit impl(caf::actor_system& s) : sys(s) {}

  caf::actor_system& sys;
  io_loop io{[](const char* what) {
    log().error("an exception on the I/O thread, what it was about times out: "
                "{}",
                what);
  }};
  std::shared_ptr<node_network> nodes;
  supervisor_actor supervisor;
  std::vector<caf::actor> listeners;
  std::unique_ptr<http_server> http;
  std::uint16_t http_port = 0;

  /// Shows how the shards are, if it is to.
  void serve(const settings& values) {
    if (values.http.empty())
      return;
    node_address where;
    parse_http(values.http, where);
    auto names = values.http_hosts;
    names.push_back(where.host);
    auto events = sys.spawn<overview>(supervisor);
    auto wish = overview::wish(events);
    listeners.push_back(wish.listener);
    caf::anon_send(supervisor, std::move(wish));
    http = std::make_unique<http_server>(
        io, http_policy{std::move(names), http_desk::paths()}, http_terms{},
        http_desk::make(sys, supervisor, std::move(events)));
    if (auto error = http->listen(where, http_port))
      throw std::runtime_error(sentence_of(error));
    where.port = http_port;
    log().info("a page at http://{}/, figures at /metrics", where.text());
  }
};

tracker::tracker(caf::actor_system& sys, const config& cfg)
    : tracker(sys, cfg.settings, cfg.token, {}) {}

tracker::tracker(caf::actor_system& sys, settings values, token secret)
    : tracker(sys, std::move(values), std::move(secret), {}) {}

tracker::tracker(caf::actor_system& sys, settings values, token secret,
                 parts own) {
  if (auto wrong = check(values); !wrong.empty())
    throw std::invalid_argument(wrong);
  if (auto wrong = check_store(values.state, values.insecure_store);
      !wrong.empty())
    throw std::invalid_argument("state: " + wrong);
  std::shared_ptr<tls_context> tls;
  if (auto error = tls_context::make(values.ca_file, tls))
    throw std::invalid_argument(sentence_of(error));
  impl_ = std::make_unique<impl>(sys);
  supervisor_config args;
  args.node = draw_id();
  args.secret = std::make_shared<const token>(std::move(secret));
  if (!values.state.empty()) {
    args.term = std::make_shared<lease_term>();
    args.probe_io = impl_->io.poster();
  }
  args.connect = own.connect
                     ? std::move(own.connect)
                     : make_ws_factory(impl_->io, tls, values, args.term);
  args.unit = std::make_shared<io_unit>(sys);
  impl_->io.poster()([unit = args.unit] { unit->bind(); });
  args.lookup = own.lookup
                    ? std::move(own.lookup)
                    : make_rest_lookup(impl_->io, tls, values, args.secret);
  if (!values.cluster.node.empty())
    args.network = impl_->nodes =
        make_network(sys, impl_->io, args.node, values);
  args.values = std::make_shared<const settings>(std::move(values));
  args.gate = std::move(own.gate);
  args.store = open_store(args.values->state, *args.secret);
  args.start_id = draw_id();
  args.random = random_source{};
  auto kept = args.values;
  impl_->supervisor = sys.spawn<supervisor>(std::move(args));
  try {
    impl_->serve(*kept);
  } catch (...) {
    stop(); // no destructor does
    throw;
  }
}

tracker::~tracker() {
  stop();
}

caf::actor_system& tracker::system() const {
  return impl_->sys;
}

std::uint16_t tracker::http_port() const {
  return impl_->http_port;
}

router_actor tracker::router() const {
  return impl_->supervisor;
}

tracker& tracker::keep(subscribe_request wish) {
  impl_->listeners.push_back(wish.listener);
  return listen(std::move(wish));
}

tracker& tracker::listen(subscribe_request wish) {
  caf::anon_send(impl_->supervisor, std::move(wish));
  return *this;
}

tracker& tracker::set_auto_chunk_members(bool on, bool presences) {
  caf::anon_send(impl_->supervisor, auto_chunk_request{on, presences});
  return *this;
}

tracker& tracker::start() {
  caf::anon_send(impl_->supervisor, start_request{});
  return *this;
}

void tracker::stop() {
  if (!impl_->supervisor)
    return;
  caf::scoped_actor self{impl_->sys};
  self->request(impl_->supervisor, supervisor_patience, stop_request{})
      .receive([](const stopped&) {},
               [](const caf::error& error) {
                 log().warn("stopping was cut short: {}", sentence_of(error));
               });
  // Every event is in its listener's mailbox by now; this comes after them.
  for (auto& x : impl_->listeners)
    caf::anon_send(x, unsubscribe_request{x});
  impl_->supervisor = nullptr;
  impl_->http.reset();
  if (impl_->nodes) {
    impl_->nodes->close();
    impl_->nodes->wait_closed();
  }
  impl_->io.stop();
  auto wait_for = std::chrono::steady_clock::now() + listener_patience;
  for (auto& x : impl_->listeners)
    self->monitor(x);
  std::size_t open = impl_->listeners.size();
  while (open > 0 && std::chrono::steady_clock::now() < wait_for)
    self->receive([&](const caf::down_msg&) { --open; },
                  caf::after(std::chrono::milliseconds(200)) >> [] {});
  impl_->listeners.clear();
}

} // namespace muster
