#include "net/http_server.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <list>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "messages/errc.hpp"
#include "net/entrance.hpp"
#include "net/http_visit.hpp"
#include "net/io_context.hpp"
#include "net/name_lookup.hpp"

namespace muster {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;

/// All but the constructor is for the I/O thread.
struct http_server::impl : std::enable_shared_from_this<impl> {
  impl(asio::io_context& io, http_visit_config x)
      : cfg(std::make_shared<http_visit_config>(std::move(x))), door(io) {}

  void take(tcp::socket from);
  void close();

  std::shared_ptr<const http_visit_config> cfg;
  entrance door;
  /// Those that came first, first.
  std::list<std::shared_ptr<http_visit>> visits;
};

void http_server::impl::take(tcp::socket from) {
  if (visits.size() >= cfg->terms.most_visits) {
    auto idle = std::find_if(visits.begin(), visits.end(),
                             [](auto& x) { return x->is_idle(); });
    if (idle == visits.end()) // or who does not take its answer
      idle = std::find_if(visits.begin(), visits.end(),
                          [](auto& x) { return !x->is_asking(); });
    if (idle == visits.end())
      return; // all are being answered: within seconds there is room
    auto oldest = *idle;
    oldest->end();
  }
  auto at =
      std::make_shared<std::list<std::shared_ptr<http_visit>>::iterator>();
  auto visit = std::make_shared<http_visit>(cfg, std::move(from),
                                            [weak = weak_from_this(), at] {
                                              if (auto self = weak.lock())
                                                self->visits.erase(*at);
                                            });
  *at = visits.insert(visits.end(), visit); // nothing fails from here on
  visit->begin();
}

void http_server::impl::close() {
  door.close();
  while (!visits.empty()) {
    auto one = visits.front();
    one->end();
  }
}

http_server::http_server(const io_loop& loop, http_policy policy,
                         http_terms terms, handler pages)
    : loop_(loop.shared()),
      impl_(std::make_shared<impl>(
          loop_->io,
          http_visit_config{
              std::move(policy), terms, std::move(pages),
              // What waits in the loop must not keep it.
              [weak = std::weak_ptr{loop_}](std::function<void()> f) {
                if (auto context = weak.lock())
                  asio::post(context->io, std::move(f));
              }})) {}

http_server::~http_server() {
  close();
}

caf::error http_server::listen(const node_address& where,
                               std::uint16_t& listening) {
  auto text = where.text();
  name_lookup names;
  auto found = names.find(where.host, std::chrono::steady_clock::now()
                                          + std::chrono::seconds(5));
  if (found.empty())
    return make_error(errc::invalid_settings,
                      "cannot listen for HTTP at " + text
                          + ": the name has no address; name an address of "
                            "this machine");
  // Who says localhost means what most say of it.
  auto four = std::find_if(found.begin(), found.end(),
                           [](auto& x) { return x.find(':') == x.npos; });
  tcp::endpoint at{
      asio::ip::make_address(four == found.end() ? found.front() : *four),
      where.port};
  if (auto error = impl_->door.listen(at, "cannot listen for HTTP at " + text,
                                      "name an address of this machine"))
    return error;
  listening = impl_->door.port();
  asio::post(loop_->io, [x = impl_] {
    x->door.open(x,
                 [x = x.get()](tcp::socket from) { x->take(std::move(from)); });
  });
  return caf::none;
}

void http_server::close() {
  auto done = std::make_shared<std::promise<void>>();
  asio::post(loop_->io, [x = impl_, done] {
    x->close();
    done->set_value();
  });
  // So that the port is free; in vain if the thread has ended.
  done->get_future().wait_for(std::chrono::seconds(1));
}

} // namespace muster
