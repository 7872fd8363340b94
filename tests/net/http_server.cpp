#define CAF_SUITE net_http_server

#include "net/http_server.hpp"

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <thread>

#include "messages/errc.hpp"

#include "tests/support/raw_client.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

struct fixture {
  /// Port 0: any.
  void serve() {
    server.emplace(loop, http_policy{{}, {"/now", "/later"}}, terms,
                   [this](const std::string& path, http_server::reply reply) {
                     if (path == "/now") {
                       reply({200, "text/plain", "now\n"});
                       return;
                     }
                     std::lock_guard guard{mutex};
                     waiting.push_back(std::move(reply));
                     came.notify_all();
                   });
    if (auto error = server->listen({"127.0.0.1", 0}, port))
      CAF_FAIL(sentence_of(error));
  }

  static std::string request(const std::string& path,
                             const std::string& more = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
  }

  http_server::reply next() {
    std::unique_lock guard{mutex};
    CAF_REQUIRE(came.wait_for(guard, 20s, [this] { return !waiting.empty(); }));
    auto result = std::move(waiting.front());
    waiting.pop_front();
    return result;
  }

  std::string status_of(const std::string& text) {
    raw_client client{port};
    return client.ask(text).substr(9, 3);
  }

  http_terms terms;
  std::mutex mutex;
  std::condition_variable came;
  std::list<http_server::reply> waiting;
  std::uint16_t port = 0;
  io_loop loop;
  std::optional<http_server> server;
};

bool has(const std::string& text, const char* what) {
  return text.find(what) != text.npos;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(http_server_tests, fixture)

CAF_TEST(a connection asks again and again) {
  serve();
  raw_client client{port};
  for (auto i = 0; i < 3; ++i) {
    std::string body;
    auto head = client.ask(request("/now"), &body);
    CAF_CHECK(has(head, "HTTP/1.1 200"));
    CAF_CHECK(has(head, "Content-Type: text/plain"));
    CAF_CHECK(has(head, "Content-Length: 4\r\n"));
    CAF_CHECK(has(head, "no-store"));
    CAF_CHECK_EQUAL(body, "now\n");
  }
}

CAF_TEST(requests that come at once are answered one after the other) {
  serve();
  raw_client client{port};
  std::string first;
  std::string second;
  client.ask(request("/now") + request("/now", "Connection: close\r\n"),
             &first);
  CAF_CHECK(has(client.ask("", &second), "Connection: close"));
  CAF_CHECK_EQUAL(first + second, "now\nnow\n");
}

CAF_TEST(a page may come from any thread and later) {
  serve();
  raw_client one{port};
  raw_client other{port};
  one.write(request("/later"));
  auto first = next();
  other.write(request("/later"));
  auto second = next();
  std::thread{[&] { second({200, "text/plain", "second"}); }}.join();
  std::string body;
  CAF_CHECK(has(other.ask("", &body), " 200 "));
  CAF_CHECK_EQUAL(body, "second");
  first({503, "text/plain", "first"});
  CAF_CHECK(has(one.ask("", &body), " 503 "));
  CAF_CHECK_EQUAL(body, "first");
}

CAF_TEST(a page that does not come is told) {
  terms.page_within = 20ms;
  serve();
  raw_client client{port};
  std::string body;
  CAF_CHECK(has(client.ask(request("/later"), &body), " 503 "));
  CAF_CHECK(has(body, "in time"));
  // It is not taken for the next one.
  next()({200, "text/plain", "late"});
  CAF_CHECK(has(client.ask(request("/now"), &body), " 200 "));
  CAF_CHECK_EQUAL(body, "now\n");
}

CAF_TEST(HEAD has no body) {
  serve();
  raw_client client{port};
  auto head = client.ask("HEAD /now HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CAF_CHECK(has(head, "Content-Length: 4\r\n"));
  std::string body;
  CAF_CHECK(has(client.ask(request("/now"), &body), " 200 "));
  CAF_CHECK_EQUAL(body, "now\n");
}

CAF_TEST(HEAD has no body when it is refused) {
  serve();
  for (auto refused : {"HEAD /now HTTP/1.1\r\nHost: evil.test\r\n\r\n",
                       "HEAD /none HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    raw_client client{port};
    CAF_CHECK(has(client.ask(refused), " 40"));
    CAF_CHECK(has(client.ask(request("/now")), "HTTP/1.1 200"));
  }
}

CAF_TEST(what is no request of its is refused) {
  serve();
  CAF_CHECK_EQUAL(status_of(request("/other")), "404");
  CAF_CHECK_EQUAL(status_of("PUT /now HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                  "405");
  CAF_CHECK_EQUAL(status_of("GET /now HTTP/1.1\r\nHost: evil.test\r\n\r\n"),
                  "403");
  CAF_CHECK_EQUAL(status_of("GET /now HTTP/1.1\r\n\r\n"), "400");
  CAF_CHECK_EQUAL(status_of("GET /now HTTP/1.0\r\n\r\n"), "400");
  CAF_CHECK_EQUAL(status_of("nonsense\r\n\r\n"), "400");
  CAF_CHECK_EQUAL(status_of("GET /now HTTP/9.9\r\n\r\n"), "400");
  CAF_CHECK_EQUAL(status_of(std::string(100, '\x16')), "400"); // as TLS begins
  CAF_CHECK_EQUAL(status_of("POST /now HTTP/1.1\r\nHost: localhost\r\n"
                            "Content-Length: 5\r\n\r\nhello"),
                  "405");
  CAF_CHECK_EQUAL(status_of(request("/now", "Content-Length: 5\r\n")), "413");
  CAF_CHECK_EQUAL(status_of(request("/now", "Transfer-Encoding: chunked\r\n")),
                  "413");
  CAF_CHECK_EQUAL(
      status_of(request("/now", "X: " + std::string(20'000, 'x') + "\r\n")),
      "431");
  CAF_CHECK_EQUAL(status_of(request("/" + std::string(20'000, 'x'))), "431");
}

CAF_TEST(who says nothing is hung up on) {
  terms.head_within = 20ms;
  serve();
  raw_client silent{port};
  raw_client slow{port};
  slow.write("GET /now HTTP/1.1\r\nHost: loc");
  CAF_CHECK(silent.is_over());
  CAF_CHECK(slow.is_over());
}

CAF_TEST(for one more the one goes that has waited longest) {
  terms.most_visits = 3;
  serve();
  raw_client busy{port};
  busy.write(request("/later"));
  auto reply = next();
  raw_client idle{port};
  idle.ask(request("/now"));
  raw_client later{port};
  later.ask(request("/now"));
  raw_client third{port};
  CAF_CHECK(has(third.ask(request("/now")), " 200 "));
  CAF_CHECK(idle.is_over());
  CAF_CHECK(has(later.ask(request("/now")), " 200 "));
  reply({200, "text/plain", "done"});
  std::string body;
  busy.ask("", &body);
  CAF_CHECK_EQUAL(body, "done");
}

CAF_TEST(or the one that does not take its answer) {
  terms.most_visits = 1;
  serve();
  raw_client deaf{port};
  deaf.write(request("/later"));
  next()({200, "text/plain", std::string(std::size_t{64} << 20, 'x')});
  // Its first bytes have come, so it is being written to.
  CAF_CHECK(has(deaf.ask(""), " 200 "));
  raw_client other{port};
  std::string body;
  other.ask(request("/now"), &body);
  CAF_CHECK_EQUAL(body, "now\n");
}

CAF_TEST(a page that goes on is asked for again until its client leaves) {
  serve();
  raw_client client{port};
  client.write(request("/later"));
  auto more = [](std::string body) {
    http_page x;
    x.type = "text/event-stream";
    x.body = std::move(body);
    x.again = 1ms;
    return x;
  };
  next()(more("one."));
  auto head = client.ask("");
  CAF_CHECK(has(head, "text/event-stream"));
  CAF_CHECK(!has(head, "Content-Length"));
  CAF_CHECK(has(head, "Connection: close"));
  CAF_CHECK_EQUAL(client.take(4), "one.");
  for (auto part : {"two.", "3..."}) {
    next()(more(part));
    CAF_CHECK_EQUAL(client.take(4), part);
  }
  // Nobody can say 503 in the middle of it.
  next()({503, "text/plain", "no"});
  CAF_CHECK(client.is_over());
  auto left = std::make_unique<raw_client>(port);
  left->write(request("/later"));
  next()(more("a"));
  left->ask("");
  left.reset();
  // It notices, and asks no more.
  std::size_t asked = 0;
  for (; asked < 1000; ++asked) {
    std::unique_lock guard{mutex};
    if (!came.wait_for(guard, 1s, [this] { return !waiting.empty(); }))
      break;
    auto reply = std::move(waiting.front());
    waiting.pop_front();
    guard.unlock();
    reply(more("b"));
  }
  CAF_CHECK(asked < 1000);
}

CAF_TEST(a page that goes on is not kept from ending) {
  serve();
  raw_client client{port};
  client.write(request("/later"));
  http_page x;
  x.again = 1h;
  x.body = "one";
  next()(x);
  client.ask("");
  CAF_CHECK_EQUAL(client.take(3), "one");
  server.reset();
  CAF_CHECK(client.is_over());
}

CAF_TEST(HEAD of a page that goes on ends) {
  serve();
  raw_client client{port};
  client.write("HEAD /later HTTP/1.1\r\nHost: localhost\r\n\r\n");
  http_page x;
  x.again = 1ms;
  x.body = "one";
  next()(x);
  CAF_CHECK(has(client.ask(""), " 200 "));
  CAF_CHECK(client.is_over());
}

CAF_TEST(a browser is told what it may do) {
  serve();
  raw_client client{port};
  auto head = client.ask(request("/now"));
  CAF_CHECK(has(head, "Content-Security-Policy: default-src 'none'; "
                      "frame-ancestors 'none'"));
  CAF_CHECK(has(head, "X-Content-Type-Options: nosniff"));
}

CAF_TEST(a port that is taken is told with the mend) {
  serve();
  http_server another{loop, http_policy{{}, {}}, {}, {}};
  std::uint16_t ignored = 0;
  auto error = another.listen({"127.0.0.1", port}, ignored);
  CAF_CHECK(has(sentence_of(error), "name a port of its own"));
  http_server foreign{loop, http_policy{{}, {}}, {}, {}};
  error = foreign.listen({"192.0.2.1", 0}, ignored);
  CAF_CHECK(has(sentence_of(error), "name an address of this machine"));
}

CAF_TEST(it ends while a page is awaited) {
  serve();
  raw_client client{port};
  client.write(request("/later"));
  auto reply = next();
  server.reset();
  CAF_CHECK(client.is_over());
  reply({200, "text/plain", "nobody"});
}

CAF_TEST_FIXTURE_SCOPE_END()
