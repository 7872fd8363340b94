#include "net/node_door.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>

#include "messages/errc.hpp"
#include "messages/node_address.hpp"
#include "net/entrance.hpp"
#include "net/io_context.hpp"
#include "net/name_lookup.hpp"
#include "net/tls_link.hpp"

namespace muster {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using error_code = boost::system::error_code;

/// All but the constructor, and what a mutex guards, is for the I/O thread.
struct node_door::impl : std::enable_shared_from_this<impl> {
  impl(const std::shared_ptr<io_loop::context>& x,
       std::shared_ptr<node_keys> keys, link_terms terms, callbacks f)
      : loop(x), cfg(std::make_shared<tls_link_config>(tls_link_config{
                     x->io, std::move(keys), std::move(terms)})),
        told(std::move(f)), door(cfg->io) {}

  std::shared_ptr<tls_link> make();
  void take(tcp::socket from);
  void close_entrance();
  void close();
  void link_gone();
  /// A link for who may hold it for longer than the thread lives.
  std::shared_ptr<node_link> lend(const std::shared_ptr<tls_link>& x) const;

  /// What waits in it keeps this object.
  std::weak_ptr<io_loop::context> loop;
  std::shared_ptr<const tls_link_config> cfg;
  callbacks told;
  entrance door;
  /// Accepted, and not known yet; the oldest first.
  std::list<std::weak_ptr<tls_link>> half_open;
  std::vector<std::weak_ptr<tls_link>> links;
  /// Guards the rest.
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t open = 0;
  bool over = false;
};

std::shared_ptr<tls_link> node_door::impl::make() {
  auto made = std::make_shared<tls_link>(
      cfg, [self = shared_from_this()] { self->link_gone(); });
  std::erase_if(links, [](auto& x) { return x.expired(); });
  links.push_back(made);
  std::lock_guard guard{mutex};
  ++open;
  return made;
}

std::shared_ptr<node_link>
node_door::impl::lend(const std::shared_ptr<tls_link>& x) const {
  struct holder {
    std::shared_ptr<io_loop::context> loop;
    std::shared_ptr<tls_link> link; // goes first
  };
  return {std::make_shared<holder>(holder{loop.lock(), x}), x.get()};
}

void node_door::impl::link_gone() {
  std::lock_guard guard{mutex};
  --open;
  if (over && open == 0)
    ended.notify_all();
}

void node_door::impl::take(tcp::socket from) {
  while (!half_open.empty() && half_open.front().expired())
    half_open.pop_front();
  if (half_open.size() >= cfg->terms.most_half_open)
    if (auto oldest = half_open.front().lock())
      oldest->shut("too many others have come, and it has not said hello");
  error_code ec;
  auto peer = from.remote_endpoint(ec);
  if (ec)
    return;
  auto text = peer.address().to_string();
  auto link = make();
  half_open.push_back(link);
  link->accept(
      std::move(from),
      [self = shared_from_this(), weak = std::weak_ptr{link},
       text](const std::shared_ptr<tls_link>& x, const std::string& why) {
        self->half_open.remove_if([&](auto& y) {
          return !y.owner_before(weak) && !weak.owner_before(y);
        });
        auto had = weak.lock();
        if (x)
          self->told.accepted(self->lend(x));
        else if (!self->door.is_closed() && !(had && had->thought_better()))
          self->told.refused(text, why);
      });
}

void node_door::impl::close_entrance() {
  door.close();
}

void node_door::impl::close() {
  close_entrance();
  for (auto& weak : std::exchange(links, {}))
    if (auto link = weak.lock())
      link->finish();
  std::lock_guard guard{mutex};
  over = true;
  ended.notify_all();
}

node_door::node_door(const io_loop& loop, std::shared_ptr<node_keys> keys,
                     link_terms terms, callbacks told)
    : loop_(loop.shared()),
      impl_(std::make_shared<impl>(loop_, std::move(keys), std::move(terms),
                                   std::move(told))) {}

node_door::~node_door() {
  close();
}

caf::error node_door::listen(const std::string& host, std::uint16_t port,
                             std::uint16_t& listening) {
  auto text = host + ':' + std::to_string(port);
  name_lookup names;
  auto found = names.find(host, std::chrono::steady_clock::now()
                                    + std::chrono::seconds(5));
  if (found.empty())
    return make_error(errc::invalid_settings,
                      "cannot listen for other processes at " + text
                          + ": the name has no address; name an address of "
                            "this machine");
  tcp::endpoint where{asio::ip::make_address(found.front()), port};
  if (where.address().is_loopback() && !is_loopback(host))
    return make_error(errc::invalid_settings,
                      "cannot listen for other processes at " + text
                          + ": the name is " + found.front()
                          + " here, which no other machine reaches; name "
                            "0.0.0.0 or an address, and what others reach it "
                            "by with --advertise");
  if (auto error = impl_->door.listen(
          where, "cannot listen for other processes at " + text,
          "name an address of this machine, and what others reach it by with "
          "--advertise"))
    return error;
  listening = impl_->door.port();
  asio::post(impl_->cfg->io, [x = impl_] {
    x->door.open(x,
                 [x = x.get()](tcp::socket from) { x->take(std::move(from)); });
  });
  return caf::none;
}

void node_door::dial(const std::string& host, std::uint16_t port,
                     hello_check check, dialed told) {
  asio::post(impl_->cfg->io, [x = impl_, host, port, check = std::move(check),
                              told = std::move(told)] {
    if (x->door.is_closed()) {
      told(nullptr, "this process ends");
      return;
    }
    x->make()->dial(
        host, port, check,
        [told, x](const std::shared_ptr<tls_link>& link, std::string why) {
          told(link ? x->lend(link) : nullptr, std::move(why));
        });
  });
}

void node_door::close_entrance() {
  asio::post(impl_->cfg->io, [x = impl_] { x->close_entrance(); });
}

void node_door::close() {
  asio::post(impl_->cfg->io, [x = impl_] { x->close(); });
}

bool node_door::wait_closed(std::chrono::milliseconds patience) {
  std::unique_lock guard{impl_->mutex};
  return impl_->ended.wait_for(guard, patience,
                               [&] { return impl_->over && impl_->open == 0; });
}

} // namespace muster
