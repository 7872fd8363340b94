#include "actors/link_scribe.hpp"

#include <mutex>
#include <utility>

#include <caf/binary_deserializer.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/network/operation.hpp>
#include <caf/node_id.hpp>

#include "actors/log.hpp"
#include "net/basp_frame.hpp"

namespace muster {

namespace {

/// The handles of CAF's own scribes are descriptors, which are used again;
/// what is still under way for an old one would hit the new one.
caf::io::connection_handle next_handle() {
  static std::atomic<std::int64_t> last{std::int64_t{1} << 40};
  return caf::io::connection_handle::from_int(++last);
}

/// The client tells who it is a second time where it selects this connection.
constexpr int most_handshakes_of_client = 2;

} // namespace

/// Brings what comes of the link to the multiplexer's thread.
class link_scribe::sink final : public link_sink,
                                public std::enable_shared_from_this<sink> {
public:
  explicit sink(link_scribe* x) : scribe_(x) {}

  void frames(std::vector<char> bytes) override {
    {
      std::lock_guard guard{mutex_};
      waiting_.push_back(std::move(bytes));
      if (std::exchange(posted_, true))
        return;
    }
    // One at a time: what the multiplexer is sent goes through a pipe, and who
    // fills that waits.
    scribe_->gate_->post(
        [self = shared_from_this()](auto& on) { self->deliver(on); });
  }

  void closed(const std::string&) override {
    if (auto gone = std::exchange(scribe_->gone_, nullptr))
      gone();
    scribe_->gate_->post([x = scribe_](auto& on) { x->fail(on); });
  }

private:
  void deliver(caf::io::network::multiplexer& on) {
    std::vector<std::vector<char>> all;
    {
      std::lock_guard guard{mutex_};
      posted_ = false;
      all.swap(waiting_);
    }
    auto& x = *scribe_;
    for (auto& bytes : all) {
      if (!x.deliver(on, bytes) && !x.detached()) {
        x.link_->close("it has sent what is not to be passed on");
        x.fail(on);
      }
      x.link_->consumed(bytes.size());
    }
  }

  caf::intrusive_ptr<link_scribe> scribe_;
  std::mutex mutex_; // guards the rest
  std::vector<std::vector<char>> waiting_;
  bool posted_ = false;
};

link_scribe::link_scribe(std::shared_ptr<caf_gate> gate,
                         std::shared_ptr<node_link> link,
                         std::function<void()> gone)
    : scribe(next_handle()), gate_(std::move(gate)), link_(std::move(link)),
      gone_(std::move(gone)) {}

link_scribe::~link_scribe() {
  log().debug("{} messages of {} bytes have come by the link with {}:{}",
              messages_, bytes_, addr(), port());
  link_->close("CAF has dropped it");
}

void link_scribe::drop(const std::string& why) {
  muted_ = true;
  link_->close(why);
}

void link_scribe::configure_read(caf::io::receive_policy::config) {
  if (std::exchange(launched_, true))
    return;
  // The broker leaves last_seen at 0 where it has dialed, and the next beat of
  // its clock would take the connection for dead.
  auto broker = static_cast<caf::io::basp_broker*>(parent());
  broker->ctx[hdl()].last_seen = broker->clock().now();
  link_->start(std::make_shared<sink>(this));
}

void link_scribe::flush() {
  if (!out_.empty())
    link_->send(std::exchange(out_, {}));
}

void link_scribe::graceful_shutdown() {
  link_->finish();
  caf::execution_unit* none = nullptr;
  detach(none, false);
}

void link_scribe::fail(caf::io::network::multiplexer& on) {
  if (!detached())
    io_failure(&on, caf::io::network::operation::read);
}

bool link_scribe::deliver(caf::io::network::multiplexer& on,
                          const std::vector<char>& frames) {
  for (auto i = frames.data(), end = i + frames.size(); i != end;) {
    auto body = basp_body(i, frames.size());
    if (muted_ || !body || !is_proper(on, i, *body) || !pass(on, i, basp_head)
        || (*body > 0 && !pass(on, i + basp_head, *body)))
      return false;
    i += basp_head + *body;
    ++messages_;
    bytes_ += basp_head + *body;
  }
  return true;
}

bool link_scribe::pass(caf::io::network::multiplexer& on, const char* bytes,
                       std::size_t size) {
  in_.assign(bytes, bytes + size);
  return consume(&on, in_.data(), size);
}

bool link_scribe::is_proper(caf::io::network::multiplexer& on, const char* head,
                            std::size_t body) {
  auto kind = basp_kind_of(head);
  if (kind == basp_kind::other)
    return handshakes_ > 0;
  auto dialed = link_->info().dialed;
  auto most = dialed ? 1 : most_handshakes_of_client;
  auto wanted =
      dialed ? basp_kind::server_handshake : basp_kind::client_handshake;
  if (kind != wanted || ++handshakes_ > most)
    return false;
  caf::node_id id;
  caf::binary_deserializer source{&on, head + basp_head, body};
  auto& hello = link_->info().hello; // its process and this
  return !source(id) && hello.ends_with(' ' + to_string(id));
}

} // namespace muster
