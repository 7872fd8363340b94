#define CAF_SUITE system_node_network

#include "actors/node_network.hpp"

#include <random>

#include <caf/all.hpp>

#include "actors/config.hpp"
#include "messages/errc.hpp"
#include "messages/internal/actors.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/link_client.hpp"
#include "tests/support/link_end.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct node_config : config {
  node_config() { prepare_nodes(*this); }
};

/// A process as far as CAF reaches others from it.
struct caf_node {
  explicit caf_node(const std::string& keys, std::uint64_t number = 1)
      : node(number) {
    auto text = free_port();
    port = static_cast<std::uint16_t>(std::stoi(text));
    CAF_REQUIRE(!node_network::make(sys, loop, node, "127.0.0.1:" + text, keys,
                                    network));
    door = sys.spawn([this](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self](const peer_hello& x) {
        from.add(self->current_sender());
        hellos.add(x.link);
        // Back to who has said it.
        self->send(caf::actor_cast<caf::actor>(self->current_sender()),
                   peer_welcome{x.link});
      }};
    });
    network->open(door);
    client = sys.spawn([this](caf::event_based_actor* self) -> caf::behavior {
      self->set_down_handler([this](const caf::down_msg&) { downs.add(1); });
      return {[this, self](const peer_dialed& x) {
                auto there = caf::actor_cast<caf::actor>(x.door);
                self->monitor(there);
                self->send(there, peer_hello{1, 2, 3});
                answers.add("");
              },
              [this](const peer_unreachable& x) { answers.add(x.reason); },
              [this](const peer_welcome& x) { welcomes.add(x.link); }};
    });
  }

  ~caf_node() {
    caf::anon_send_exit(door, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(client, caf::exit_reason::user_shutdown);
    network->close();
    network->wait_closed();
    network = nullptr;
    loop.stop();
  }

  /// An empty text, or why it is not reached.
  std::string dial(std::uint16_t to, std::uint64_t whom) {
    network->dial("127.0.0.1:" + std::to_string(to), whom, client);
    return answers.take();
  }

  std::uint64_t node;
  node_config cfg;
  caf::actor_system sys{cfg};
  io_loop loop;
  std::shared_ptr<node_network> network;
  std::uint16_t port = 0;
  caf::actor door;
  caf::actor client;
  arrivals<std::string> answers;
  arrivals<std::uint64_t> hellos;
  arrivals<std::uint64_t> welcomes;
  arrivals<caf::strong_actor_ptr> from;
  arrivals<int> downs;
};

/// A certified process that has said hello and is spoken to by CAF.
struct hostile : link_client {
  hostile(std::uint16_t port, const std::string& keys, const std::string& hello)
      : link_client(port, keys) {
    CAF_REQUIRE(shake_hands());
    auto head = read(8);
    read(static_cast<unsigned char>(head.at(7)));
    write(std::string{"muster\x01"} + static_cast<char>(hello.size()) + hello);
  }
};

std::string frame(int type, const std::string& body, std::uint64_t id = 1) {
  std::string result(32, '\0');
  result[0] = static_cast<char>(type);
  for (int i = 0; i < 4; ++i)
    result[4 + i] = static_cast<char>(body.size() >> (24 - 8 * i));
  for (int i = 0; i < 8; ++i)
    result[8 + i] = static_cast<char>(id >> (56 - 8 * i));
  return result + body;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_network_tests, link_keys_fixture)

CAF_TEST(C14 actors of two nodes reach each other) {
  caf_node a{one};
  caf_node b{two, 2};
  CAF_CHECK(a.sys.node() != b.sys.node()); // of one process
  CAF_CHECK_EQUAL(a.dial(b.port, 2), "");
  CAF_CHECK_EQUAL(b.hellos.take(), 3u);
  CAF_CHECK_EQUAL(a.welcomes.take(), 3u);
  CAF_CHECK(b.from.take()->node() == a.sys.node());
  // The way back, while the other one stands.
  CAF_CHECK_EQUAL(b.dial(a.port, 1), "");
  CAF_CHECK_EQUAL(a.hellos.take(), 3u);
  CAF_CHECK_EQUAL(b.welcomes.take(), 3u);
}

CAF_TEST(C14 the end of a node is told at once to who is linked) {
  caf_node a{one};
  {
    caf_node b{two, 2};
    CAF_CHECK_EQUAL(a.dial(b.port, 2), "");
    a.welcomes.take();
  }
  a.downs.take();
  CAF_CHECK_NOT_EQUAL(a.dial(a.port, 1), ""); // itself
}

CAF_TEST(C14 a later link to a node takes the place of the former) {
  caf_node a{one};
  caf_node b{two, 2};
  for (int i = 0; i < 20; ++i) {
    CAF_REQUIRE_EQUAL(a.dial(b.port, 2), "");
    CAF_CHECK_EQUAL(a.welcomes.take(), 3u);
    CAF_CHECK_EQUAL(b.hellos.take(), 3u);
    if (i > 0)
      a.downs.take();
  }
}

CAF_TEST(C14 who looks for another process disturbs no link) {
  caf_node a{one};
  caf_node b{two, 2};
  CAF_REQUIRE_EQUAL(a.dial(b.port, 2), "");
  a.welcomes.take();
  // As after a crash: the store still names who was there before.
  auto why = a.dial(b.port, 77);
  CAF_CHECK(why.find("process 0000000000000002 listens there") != why.npos);
  CAF_CHECK_EQUAL(b.hellos.size(), 1u);
  CAF_CHECK_EQUAL(a.downs.size() + b.downs.size(), 0u);
}

CAF_TEST(C14 nobody and strangers are told with the reason) {
  caf_node a{one};
  auto foreign = make("foreign", caf::make_timestamp()) + "/one";
  caf_node b{foreign, 2};
  CAF_CHECK(a.dial(b.port, 2).find("not signed by the CA")
            != std::string::npos);
  a.network->dial("nonsense", 2, a.client);
  CAF_CHECK(a.answers.take().find("HOST:PORT") != std::string::npos);
  std::shared_ptr<node_network> second;
  auto error = node_network::make(
      a.sys, a.loop, 1, "127.0.0.1:" + std::to_string(b.port), one, second);
  CAF_CHECK(sentence_of(error).find("another process has it")
            != std::string::npos);
  config plain;
  caf::actor_system unprepared{plain};
  error = node_network::make(unprepared, a.loop, 1, "127.0.0.1:1", one, second);
  CAF_CHECK(sentence_of(error).find("prepare_nodes") != std::string::npos);
}

CAF_TEST(C14 what a certified process sends does no harm) {
  caf_node a{one};
  caf_node b{two, 2};
  CAF_REQUIRE_EQUAL(a.dial(b.port, 2), "");
  a.welcomes.take();
  std::mt19937 random{7};
  auto noise = [&](std::size_t size) {
    std::string result(size, '\0');
    for (auto& x : result)
      x = static_cast<char>(random());
    return result;
  };
  std::vector<std::string> evil{
      noise(500),
      frame(0, noise(40)),             // the wrong side's handshake
      frame(1, noise(40)),             // of nobody
      frame(2, noise(40)),             // before a handshake
      frame(2, noise(40), 1ull << 61), // of a stream
      frame(6, ""),                    // a heartbeat, as if known
      frame(1, "").substr(0, 32),      // a handshake without a body
      frame(3, std::string(5u << 20, 'x'))};
  for (int i = 0; i < 40; ++i)
    evil.push_back(
        frame(static_cast<int>(random() % 7), noise(random() % 200), random()));
  for (auto& bytes : evil) {
    hostile x{b.port, one, "somebody" + std::to_string(random())};
    x.write(bytes);
    while (!x.read(4096).empty()) { // until it is thrown out
    }
  }
  CAF_CHECK_EQUAL(a.downs.size(), 0u);
  caf_node c{one, 3};
  CAF_CHECK_EQUAL(c.dial(b.port, 2), "");
  CAF_CHECK_EQUAL(c.welcomes.take(), 3u);
}

CAF_TEST_FIXTURE_SCOPE_END()
