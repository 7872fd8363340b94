#include "tests/support/cluster_network.hpp"

#include <algorithm>
#include <utility>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "messages/internal/type_ids.hpp"

namespace muster::test {

namespace {

class host_network final : public peer_network {
public:
  host_network(cluster_network& net, cluster_network::host_ptr who)
      : net_(net), who_(std::move(who)) {}

  void open(caf::actor door) override { who_->door = std::move(door); }
  void close() override { who_->door = nullptr; }
  void dial(const std::string& address, std::uint64_t,
            caf::actor who) override {
    net_.dial(who_, address, std::move(who));
  }

private:
  cluster_network& net_;
  cluster_network::host_ptr who_;
};

} // namespace

std::shared_ptr<peer_network> cluster_network::join(host_ptr who) {
  hosts_.push_back(who);
  return std::make_shared<host_network>(*this, std::move(who));
}

bool cluster_network::is_cut(const side& a, const side& b) const {
  auto& x = a.host->address;
  auto& y = b.host->address;
  return std::any_of(cuts_.begin(), cuts_.end(), [&](auto& cut) {
    return (cut.first == x && cut.second == y)
           || (cut.first == y && cut.second == x);
  });
}

void cluster_network::cut(const std::string& a, const std::string& b, bool on) {
  std::erase_if(cuts_, [&](auto& x) {
    return (x.first == a && x.second == b) || (x.first == b && x.second == a);
  });
  if (on)
    cuts_.emplace_back(a, b);
}

caf::actor cluster_network::make_proxy(const std::shared_ptr<side>& from,
                                       const std::shared_ptr<side>& to) {
  return from->host->sys->spawn([this, from, to](caf::event_based_actor* self) {
    self->set_default_handler(
        [this, from, to](caf::scheduled_actor* me,
                         caf::message_view& x) -> caf::result<caf::message> {
          // Who speaks last is who is answered, and whose end is seen there,
          // as with a proxy of CAF's.
          if (auto& sender = me->current_sender();
              sender && from->open && sender != from->target) {
            from->target = caf::actor_cast<caf::actor>(sender);
            me->monitor(from->target);
          }
          bytes out;
          caf::binary_serializer sink{me->home_system(), out};
          auto content = x.move_content_to_message();
          if (auto error = sink(content))
            wrong_ = "cannot be written: " + to_string(content);
          if (from->open && to->open)
            to->arriving.push_back(std::move(out));
          return caf::message{};
        });
    if (from->target)
      self->monitor(from->target);
    self->set_down_handler([from, to](caf::down_msg& x) {
      if (from->open && x.source == from->target.address() && to->open)
        to->arriving.emplace_back();
    });
    return caf::behavior{[](caf::unit_t) {}};
  });
}

void cluster_network::dial(const host_ptr& from, const std::string& address,
                           caf::actor who) {
  auto i = std::find_if(hosts_.begin(), hosts_.end(), [&](auto& x) {
    return x->address == address && !x->dead && x->door;
  });
  link made;
  auto& a = made.ends[0] = std::make_shared<side>();
  auto& b = made.ends[1] = std::make_shared<side>();
  a->host = from;
  if (i != hosts_.end())
    b->host = *i;
  if (!b->host || b->host->frozen() || is_cut(*a, *b) || draw_(10) == 0) {
    caf::anon_send(who, peer_unreachable{"nobody answers"});
    return;
  }
  a->target = who;
  b->target = b->host->door;
  a->proxy = make_proxy(a, b);
  b->proxy = make_proxy(b, a);
  links_.push_back(made);
  caf::anon_send(who,
                 peer_dialed{caf::actor_cast<caf::strong_actor_ptr>(a->proxy)});
}

void cluster_network::deliver(side& to) {
  auto in = std::move(to.arriving.front());
  to.arriving.pop_front();
  ++brought_;
  if (in.empty()) { // who was there has ended
    close(to);
    return;
  }
  caf::message content;
  caf::binary_deserializer source{*to.host->sys, in};
  if (auto error = source(content)) {
    wrong_ = "cannot be read";
    return;
  }
  caf::actor_cast<caf::abstract_actor*>(to.target)->enqueue(
      caf::actor_cast<caf::strong_actor_ptr>(to.proxy), caf::make_message_id(),
      std::move(content), nullptr);
}

void cluster_network::lose_all() {
  for (auto& x : links_)
    for (auto& to : x.ends)
      to->arriving.clear();
}

void cluster_network::run_some(unsigned messages) {
  for (auto& x : std::vector<link>{links_})
    for (auto& to : x.ends)
      for (auto n = messages; n > 0 && to->open && !to->host->dead
                              && !is_cut(*x.ends[0], *x.ends[1])
                              && !to->host->frozen() && !to->arriving.empty();
           --n)
        deliver(*to);
  std::erase_if(links_,
                [](auto& x) { return !x.ends[0]->open && !x.ends[1]->open; });
}

void cluster_network::close(side& x) {
  x.open = false;
  x.arriving.clear();
  if (!x.host->dead)
    caf::anon_send_exit(x.proxy, caf::exit_reason::kill);
  x.proxy = nullptr;
  x.target = nullptr;
}

void cluster_network::pass(caf::timespan d) {
  for (auto& x : links_)
    for (int i = 0; i < 2; ++i) {
      auto& me = *x.ends[i];
      auto& other = *x.ends[1 - i];
      auto hears = other.open && !other.host->dead && !other.host->frozen()
                   && !is_cut(me, other);
      me.silence = hears ? caf::timespan{0} : me.silence + d;
      if (!me.open || me.silence < patience || me.host->frozen())
        continue;
      close(me);
      // Of what was under way some may still come, and then the end.
      if (!other.open)
        continue;
      other.arriving.resize(
          draw_(static_cast<unsigned>(other.arriving.size()) + 1));
      other.arriving.emplace_back();
    }
}

void cluster_network::end(const host_ptr& who) {
  who->dead = true;
  who->door = nullptr;
  for (auto& x : links_)
    for (int i = 0; i < 2; ++i)
      if (x.ends[i]->host == who) {
        close(*x.ends[i]);
        // The other machine's kernel says so at once, unless it is cut off.
        if (auto& other = *x.ends[1 - i]; other.open && draw_(3) != 0)
          other.arriving.emplace_back();
      }
}

} // namespace muster::test
