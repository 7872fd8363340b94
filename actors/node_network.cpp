#include "actors/node_network.hpp"

#include <optional>
#include <utility>

#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/send.hpp>

#include "actors/log.hpp"
#include "actors/node_module.hpp"
#include "messages/errc.hpp"
#include "messages/internal/actors.hpp"
#include "messages/internal/claim.hpp"
#include "messages/node_address.hpp"
#include "net/basp_frame.hpp"
#include "net/guarded.hpp"

namespace muster {

namespace {

/// Bulk comes in pieces of 64 kB; no other message is near this.
constexpr std::size_t largest_body = std::size_t{4} << 20;

/// Of CAF's broker: between two signs of life, and without any.
constexpr caf::timespan sign_of_life = std::chrono::seconds(1);
constexpr caf::timespan silence = std::chrono::seconds(4);

/// For CAF's own handshake on a link that stands.
constexpr auto handshake_within = std::chrono::seconds(5);

constexpr auto farewell = std::chrono::seconds(1);

/// What peers say at their end passes two more threads before it is sent.
constexpr auto last_words = std::chrono::milliseconds(100);

/// Strangers are told to the log once in so long.
constexpr auto refusal_interval = std::chrono::minutes(1);

link_terms terms_for(const std::string& hello) {
  link_terms result;
  result.hello = hello;
  result.head = basp_head;
  result.body_of = [](const char* head) {
    return basp_body(head, largest_body);
  };
  return result;
}

/// Has CAF's broker speak over a link that was dialed.
void meet(caf::actor_system& sys, const caf::actor& broker,
          caf::intrusive_ptr<link_scribe> scribe, const caf::actor& who) {
  sys.spawn<caf::hidden>([=](caf::event_based_actor* self) {
    auto failed = [scribe, who](const std::string& why) {
      scribe->drop(why);
      caf::anon_send(who, peer_unreachable{why});
    };
    self->set_error_handler([](caf::scheduled_actor*, caf::error&) {});
    self->request(broker, handshake_within, caf::connect_atom_v,
                  caf::io::scribe_ptr{scribe}, scribe->port())
        .then(
            [=](const caf::node_id&, const caf::strong_actor_ptr& door,
                const std::set<std::string>&) {
              if (door)
                caf::anon_send(who, peer_dialed{door});
              else
                failed("nobody is at its door yet");
            },
            [=](const caf::error& why) {
              failed("no handshake of CAF: " + sentence_of(why));
            });
  });
}

} // namespace

void prepare_nodes(caf::actor_system_config& cfg) {
  cfg.load<caf::io::middleman>();
  cfg.set("middleman.heartbeat-interval", sign_of_life)
      .set("middleman.connection-timeout", silence)
      .set("middleman.enable-automatic-connections", false);
  draw_node_id(cfg);
}

caf::error node_network::make(caf::actor_system& sys, const io_loop& loop,
                              std::uint64_t node, const std::string& address,
                              const std::string& folder,
                              std::shared_ptr<node_network>& result) {
  result = nullptr;
  if (!sys.has_middleman() || !has_drawn_node_id(sys))
    return make_error(errc::invalid_settings,
                      "cluster.node needs an actor system that is prepared for "
                      "it: call muster::prepare_nodes(cfg) before it is made");
  node_address where;
  if (auto wrong = node_address::parse(address, where); !wrong.empty())
    return make_error(errc::invalid_settings, "cluster.node " + wrong);
  std::shared_ptr<node_keys> keys;
  if (auto error = node_keys::read(folder, keys))
    return error;
  auto made = std::make_shared<node_network>(sys, loop, node, std::move(keys));
  if (auto error = made->listener_->listen(where.host, where.port, made->port_))
    return error;
  result = std::move(made);
  return caf::none;
}

node_network::node_network(caf::actor_system& sys, const io_loop& loop,
                           std::uint64_t node, std::shared_ptr<node_keys> keys)
    : sys_(sys), hello_(node_name(node) + ' ' + to_string(sys.node())),
      gate_(std::make_shared<caf_gate>(sys.middleman().backend())),
      broker_(sys.middleman().named_broker<caf::io::basp_broker>(
          caf::atom("BASP"))),
      interface_(sys.message_types(caf::detail::type_list<door_actor>{})) {
  // What the door calls back must not keep it.
  listener_ = std::make_unique<node_door>(
      loop, std::move(keys), terms_for(hello_),
      node_door::callbacks{
          [this, gate = gate_](const std::shared_ptr<node_link>& x) {
            gate->pass([&] { accepted(x); });
          },
          [this, gate = gate_](const std::string& from,
                               const std::string& why) {
            gate->pass([&] { refused(from, why); });
          }});
}

node_network::~node_network() {
  close();
  gate_->close();
}

void node_network::open(caf::actor door) {
  std::lock_guard guard{mutex_};
  door_ = caf::actor_cast<caf::strong_actor_ptr>(door);
}

void node_network::close() {
  {
    std::lock_guard guard{mutex_};
    door_ = nullptr;
  }
  listener_->close_entrance();
}

void node_network::wait_closed() {
  listener_->wait_closed(last_words); // no link ends by itself so soon
  listener_->close();
  if (!listener_->wait_closed(farewell))
    log().debug("some links to other processes have not ended in time");
  gate_->close();
  broker_ = nullptr;
}

void node_network::dial(const std::string& address, std::uint64_t node,
                        caf::actor who) {
  node_address where;
  if (auto wrong = node_address::parse(address, where); !wrong.empty()) {
    caf::anon_send(who, peer_unreachable{"'" + address + "' " + wrong});
    return;
  }
  auto check = [name = node_name(node)](const std::string& hello) {
    auto other = hello.substr(0, hello.find(' '));
    return other == name ? std::string{}
                         : "process " + other
                               + " listens there; each process needs a --node "
                                 "or --advertise of its own";
  };
  listener_->dial(
      where.host, where.port, check,
      [weak = weak_from_this(), gate = gate_,
       who](const std::shared_ptr<node_link>& link, const std::string& why) {
        auto self = weak.lock(); // let go of outside of the gate
        auto refuse = [&](const std::string& text) {
          if (link)
            link->close(text);
          caf::anon_send(who, peer_unreachable{text});
        };
        gate->pass([&] {
          if (!self || !link)
            refuse(why);
          else
            guarded([&] { self->connected(link, who); }, refuse);
        });
      });
}

caf::intrusive_ptr<link_scribe>
node_network::admit(const std::shared_ptr<node_link>& link, std::string& why) {
  auto node = link->info().hello;
  std::lock_guard guard{mutex_};
  if (!door_)
    why = "this process has no door open";
  else if (node == hello_)
    why = "this process itself listens at that address; --advertise names an "
          "address that is not the other's";
  if (!why.empty()) {
    link->close(why);
    return nullptr;
  }
  auto number = ++numbers_;
  auto& [scribe, latest] = links_[node];
  if (scribe) {
    // Who begins a link knows no other that is good. The broker is to forget
    // the node before it hears of it again (CAF #1304).
    scribe->drop("there is a later one");
    caf::anon_send(broker_, caf::delete_atom_v, scribe->hdl());
  }
  scribe = caf::make_counted<link_scribe>(
      gate_, link, [weak = weak_from_this(), node, number] {
        if (auto self = weak.lock())
          self->gone(node, number);
      });
  latest = number;
  return scribe;
}

void node_network::gone(const std::string& node, std::uint64_t number) {
  std::lock_guard guard{mutex_};
  auto i = links_.find(node);
  if (i != links_.end() && i->second.number == number)
    links_.erase(i);
}

void node_network::accepted(const std::shared_ptr<node_link>& link) {
  std::string why;
  auto scribe = admit(link, why);
  std::lock_guard guard{mutex_};
  // The way of CAF's own tests: it needs no descriptor to accept from.
  if (scribe)
    caf::anon_send(broker_, caf::publish_atom_v, caf::io::scribe_ptr{scribe},
                   port_, door_, interface_);
}

void node_network::connected(const std::shared_ptr<node_link>& link,
                             const caf::actor& who) {
  std::string why;
  if (auto scribe = admit(link, why))
    meet(sys_, broker_, std::move(scribe), who);
  else
    caf::anon_send(who, peer_unreachable{why});
}

void node_network::refused(const std::string& from, const std::string& why) {
  auto now = std::chrono::steady_clock::now();
  ++refusals_;
  if (refusal_told_ != decltype(now){}
      && now < refusal_told_ + refusal_interval) {
    log().debug("{} was turned away at the door for other processes: {}", from,
                why);
    return;
  }
  refusal_told_ = now;
  log().warn("{} was turned away at the door for other processes ({} since the "
             "start): {}",
             from, refusals_, why);
}

} // namespace muster
