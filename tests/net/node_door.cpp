#define CAF_SUITE net_node_door

#include "net/node_door.hpp"

#include <fstream>

#include "tests/support/link_client.hpp"
#include "tests/support/link_end.hpp"
#include "tests/support/process.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

constexpr auto magic = "muster\x01";

std::vector<char> frame(const std::string& text) {
  auto result = std::string(1, static_cast<char>(text.size())) + text;
  return {result.begin(), result.end()};
}

bool has(const std::string& text, const std::string& part) {
  CAF_MESSAGE(text);
  return text.find(part) != std::string::npos;
}

/// Takes what comes, until it has so many bytes.
std::string take(link_recorder& from, std::size_t bytes) {
  std::string result;
  while (result.size() < bytes)
    result += from.came.take();
  return result;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(node_door_tests, link_keys_fixture)

CAF_TEST(C14 two processes with keys of one authority meet) {
  link_end a{one, "I am a"};
  link_end b{two, "I am b"};
  auto [link, why] = a.dial(b.port);
  CAF_REQUIRE_EQUAL(why, "");
  auto guest = b.guests.take();
  CAF_CHECK(link->info().dialed && !guest->info().dialed);
  CAF_CHECK_EQUAL(link->info().hello, "I am b");
  CAF_CHECK_EQUAL(guest->info().hello, "I am a");
  CAF_CHECK_EQUAL(guest->info().address, "127.0.0.1");
  auto here = std::make_shared<link_recorder>();
  auto there = std::make_shared<link_recorder>();
  link->start(here);
  link->send(frame("before there is anybody"));
  guest->start(there);
  guest->send(frame("x"));
  CAF_CHECK_EQUAL(take(*here, 2), "\x01x");
  CAF_CHECK_EQUAL(take(*there, 24).substr(1), "before there is anybody");
  std::string expected;
  for (int i = 0; i < 2000; ++i) {
    auto one_more = frame(std::string(1 + i % 255, static_cast<char>(i)));
    expected.append(one_more.begin(), one_more.end());
    link->send(std::move(one_more));
  }
  std::string came;
  while (came.size() < expected.size()) {
    auto part = there->came.take();
    guest->consumed(part.size());
    came += part;
  }
  CAF_CHECK(came == expected);
  link->close("enough");
  CAF_CHECK_EQUAL(here->ended.take(), "enough");
  there->ended.take();
}

CAF_TEST(C14 certificates between one and the authority are shown with it) {
  auto openssl = [&](const std::string& what) {
    auto done =
        run_process({"/bin/sh", "-c",
                     "cd " + folder / "ca" + " && openssl " + what + " 2>&1"});
    CAF_MESSAGE(done.out);
    CAF_REQUIRE_EQUAL(done.exit_code, 0);
  };
  // One that was brought along: ours signs no other authority.
  std::ofstream{folder / "ca/between.ext"} << "basicConstraints=CA:TRUE";
  openssl("req -x509 -newkey rsa:2048 -nodes -keyout root.key -subj /CN=root "
          "-days 30 -out root.pem");
  openssl("req -new -newkey rsa:2048 -nodes -keyout between.key "
          "-subj /CN=between -out between.csr");
  openssl("x509 -req -in between.csr -CA root.pem -CAkey root.key -days 30 "
          "-extfile between.ext -out between.pem -set_serial 7");
  for (std::string name : {"one", "two"}) {
    openssl("req -new -key " + name + "/node.key -subj /CN=" + name + " -out "
            + name + ".csr");
    openssl("x509 -req -in " + name
            + ".csr -CA between.pem -CAkey between.key "
              "-days 30 -out "
            + name + "/node.pem -set_serial 8");
    openssl("x509 -in root.pem -out " + name + "/ca.pem");
    std::shared_ptr<node_keys> keys;
    auto error = node_keys::read(folder / ("ca/" + name), keys);
    CAF_CHECK(error); // nothing leads to the authority
    openssl("x509 -in between.pem >> " + name + "/node.pem");
  }
  for (auto from : {one, two}) {
    link_end a{from};
    link_end b{from == one ? two : one};
    auto [link, why] = a.dial(b.port);
    CAF_REQUIRE_EQUAL(why, "");
    CAF_CHECK_EQUAL(b.guests.take()->info().hello, "here");
  }
}

CAF_TEST(C14 who finishes has what is left sent) {
  link_end a{one};
  link_end b{two};
  auto link = a.dial(b.port).first;
  auto guest = b.guests.take();
  link->start(std::make_shared<link_recorder>());
  std::vector<char> bulk;
  for (int i = 0; i < 10'000; ++i)
    bulk.insert(bulk.end(), {2, 'a', 'b'});
  link->send(bulk);
  link->finish();
  link->send(frame("too late"));
  auto there = std::make_shared<link_recorder>();
  guest->start(there);
  std::string came;
  while (came.size() < bulk.size()) {
    auto part = there->came.take();
    guest->consumed(part.size());
    came += part;
  }
  CAF_CHECK_EQUAL(came.size(), bulk.size());
  there->ended.take();
}

CAF_TEST(C14 keys of another authority open nothing) {
  auto foreign = make("foreign", caf::make_timestamp());
  link_end a{foreign + "/one"};
  link_end b{two};
  auto [link, why] = a.dial(b.port);
  CAF_CHECK(!link);
  CAF_CHECK(has(why, "is not signed by the CA"));
  // Its own side has refused first; the other one hears of that.
  CAF_CHECK(has(b.refused.take(), "has refused the certificate"));
  CAF_CHECK_EQUAL(b.guests.size(), 0u);
}

CAF_TEST(C14 a client that checks nothing is checked) {
  auto now = caf::make_timestamp();
  using hours = std::chrono::hours;
  auto foreign = make("foreign", now) + "/one";
  // Of the same authority, made when it was young.
  auto old = make("old", now - hours{24 * 365 * 6}) + "/one";
  link_end door{two};
  for (auto& keys : {std::string{}, foreign, old}) {
    link_client x{door.port, keys};
    x.shake_hands();
    CAF_CHECK_EQUAL(x.read(1), "");
    CAF_CHECK(x.is_over());
    CAF_CHECK(has(door.refused.take(), "certificate"));
  }
  CAF_CHECK_EQUAL(door.guests.size(), 0u);
}

CAF_TEST(C14 garbage opens nothing and harms nobody) {
  link_end a{one};
  link_end b{two};
  auto link = a.dial(b.port).first;
  auto guest = b.guests.take();
  for (auto bytes : {std::string(1000, '\0'), std::string(70'000, '\xff'),
                     std::string{"GET / HTTP/1.1\r\nHost: a\r\n\r\n"}}) {
    link_client x{b.port};
    x.write_raw(bytes);
    b.refused.take();
  }
  for (auto hello :
       {std::string(7, 'x') + "\x01y", std::string{"muster\x02\x01y"},
        std::string{"muster\x01"}}) {
    link_client x{b.port, one};
    CAF_REQUIRE(x.shake_hands());
    CAF_CHECK_EQUAL(x.read(7), magic);
    x.write(hello + std::string(hello.size() < 8 ? 0 : 1, '.'));
    if (hello.size() < 8)
      continue; // it hangs up in the middle
    CAF_CHECK(has(b.refused.take(), "version"));
  }
  auto here = std::make_shared<link_recorder>();
  auto there = std::make_shared<link_recorder>();
  link->start(here);
  guest->start(there);
  link->send(frame("still there"));
  CAF_CHECK_EQUAL(take(*there, 12).substr(1), "still there");
}

CAF_TEST(C14 what is no frame ends the link) {
  link_end door{two};
  link_client x{door.port, one};
  CAF_REQUIRE(x.shake_hands());
  x.read(8 + 4); // magic, length and here
  x.write(std::string{magic} + "\x01y");
  auto guest = door.guests.take();
  auto there = std::make_shared<link_recorder>();
  guest->start(there);
  x.write(std::string{"\x02oh\0", 4});
  CAF_CHECK(has(there->ended.take(), "no frame"));
  CAF_CHECK_EQUAL(there->came.size(), 0u);
}

CAF_TEST(C14 a thousand that say nothing keep nobody out) {
  link_end a{one};
  link_end b{two, "b", [](link_terms& x) { x.most_half_open = 20; }};
  std::vector<std::unique_ptr<link_client>> silent;
  for (int i = 0; i < 500; ++i)
    silent.push_back(std::make_unique<link_client>(b.port));
  // Those that came first are gone, the last are waited for.
  for (int i = 0; i < 480; ++i)
    b.refused.take();
  auto [link, why] = a.dial(b.port);
  CAF_CHECK_EQUAL(why, "");
  auto guest = b.guests.take();
  for (int i = 0; i < 500; ++i)
    silent.push_back(std::make_unique<link_client>(b.port));
  auto there = std::make_shared<link_recorder>();
  link->start(std::make_shared<link_recorder>());
  guest->start(there);
  link->send(frame("here"));
  CAF_CHECK_EQUAL(take(*there, 5), "\x04here");
}

CAF_TEST(C14 who says nothing is not waited for) {
  link_end door{two, "b", [](link_terms& x) { x.handshake_within = 100ms; }};
  link_client silent{door.port};
  CAF_CHECK(has(door.refused.take(), "too long"));
  CAF_CHECK(silent.is_over());
}

CAF_TEST(C14 an address that swallows what it is sent is given up) {
  link_end a{one, "a", [](link_terms& x) { x.handshake_within = 100ms; }};
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor silent{
      io, {boost::asio::ip::address_v4::loopback(), 0}};
  auto [link, why] = a.dial(silent.local_endpoint().port());
  CAF_CHECK(!link);
  CAF_CHECK(has(why, "too long"));
}

CAF_TEST(C13 a link that is not read from stops reading and its sender ends) {
  link_end a{one, "a", [](link_terms& x) { x.most_unsent = 1 << 20; }};
  link_end b{two};
  auto link = a.dial(b.port).first;
  auto guest = b.guests.take();
  auto here = std::make_shared<link_recorder>();
  auto there = std::make_shared<link_recorder>();
  link->start(here);
  guest->start(there);
  std::vector<char> bulk;
  for (int i = 0; i < 1000; ++i)
    bulk.insert(bulk.end(), {2, 'a', 'b'});
  // Far more than the sockets hold; nobody consumes.
  for (int i = 0; i < 20'000; ++i)
    link->send(bulk);
  CAF_CHECK(has(here->ended.take(), "takes nothing"));
  std::size_t bytes = 0;
  while (there->came.size() > 0)
    bytes += there->came.take().size();
  CAF_CHECK_LESS(bytes, std::size_t{600} << 10);
}

CAF_TEST(C14 nobody and a taken port are told with the reason) {
  link_end a{one};
  std::uint16_t closed = 0;
  {
    link_end b{two};
    closed = b.port;
  }
  auto [link, why] = a.dial(closed);
  CAF_CHECK(!link);
  CAF_CHECK(has(why, "cannot connect"));
  std::shared_ptr<node_keys> keys;
  CAF_REQUIRE(!node_keys::read(two, keys));
  node_door second{a.loop, keys, {}, {}};
  std::uint16_t port = 0;
  auto error = second.listen("127.0.0.1", a.port, port);
  CAF_CHECK(has(to_string(error), "another process has it"));
  node_door third{a.loop, keys, {}, {}};
  error = third.listen("203.0.113.1", 7000, port);
  CAF_CHECK(has(to_string(error), "--advertise"));
}

CAF_TEST_FIXTURE_SCOPE_END()
