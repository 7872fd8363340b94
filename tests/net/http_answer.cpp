#define CAF_SUITE net_http_answer

#include "net/http_answer.hpp"

#include "tests/support/suite.hpp"

using namespace muster;

namespace {

using status = http_answer_reader::status;

struct outcome {
  http_answer_reader::status status;
  http_answer answer;
  std::string rest;
  std::string sentence;
};

/// In portions of `step` bytes.
outcome read(std::string_view bytes, std::size_t step, bool hang_up) {
  http_answer_reader x;
  auto result = status::more;
  while (!bytes.empty() && result == status::more) {
    auto n = std::min(step, bytes.size());
    result = x.feed(bytes.substr(0, n));
    bytes.remove_prefix(n);
  }
  if (hang_up && result == status::more)
    result = x.end();
  return {result, x.answer(), x.rest() + std::string{bytes}, x.sentence()};
}

/// The same in any portions.
outcome read(std::string_view bytes, bool hang_up = false) {
  auto whole = read(bytes, bytes.size(), hang_up);
  for (std::size_t step : {1, 2, 3, 7, 100}) {
    auto x = read(bytes, step, hang_up);
    CAF_CHECK(x.status == whole.status);
    CAF_CHECK_EQUAL(x.answer.body, whole.answer.body);
    CAF_CHECK_EQUAL(x.answer.status, whole.answer.status);
    CAF_CHECK_EQUAL(x.sentence, whole.sentence);
    if (whole.status == status::done)
      CAF_CHECK_EQUAL(x.rest, whole.rest);
  }
  return whole;
}

} // namespace

CAF_TEST(a body has the length that is announced) {
  auto x = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
                "retry-after:  7 \r\nSERVER: cloudflare\r\n\r\nhellorest");
  CAF_CHECK(x.status == status::done);
  CAF_CHECK_EQUAL(x.answer.status, 200);
  CAF_CHECK_EQUAL(x.answer.body, "hello");
  CAF_CHECK_EQUAL(x.answer.retry_after, "7");
  CAF_CHECK_EQUAL(x.answer.server, "cloudflare");
  CAF_CHECK_EQUAL(x.rest, "rest");
  CAF_CHECK(read("HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n").status
            == status::done);
}

CAF_TEST(a body without length lasts until the end) {
  constexpr auto text = "HTTP/1.0 200\r\n\r\nhello";
  CAF_CHECK(read(text).status == status::more);
  auto x = read(text, true);
  CAF_CHECK(x.status == status::done);
  CAF_CHECK_EQUAL(x.answer.body, "hello");
}

CAF_TEST(a body may come in chunks) {
  auto x = read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nTrailer: x\r\n\r\nrest");
  CAF_CHECK(x.status == status::done);
  CAF_CHECK_EQUAL(x.answer.body, "hello");
  CAF_CHECK_EQUAL(x.rest, "rest");
}

CAF_TEST(interim answers are passed over) {
  auto x = read("HTTP/1.1 100 Continue\r\nRetry-After: 9\r\n\r\n"
                "HTTP/1.1 102 Processing\r\nContent-Length: 7\r\n\r\n"
                "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
                "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n");
  CAF_CHECK(x.status == status::done);
  CAF_CHECK_EQUAL(x.answer.status, 204);
  CAF_CHECK_EQUAL(x.answer.retry_after, "");
  CAF_CHECK_EQUAL(x.answer.body, "");
}

CAF_TEST(interim answers for ever are not) {
  http_answer_reader x;
  std::size_t fed = 0;
  auto result = status::more;
  while (result == status::more && fed < 1'000'000) {
    constexpr std::string_view hint = "HTTP/1.1 103 Early Hints\r\n\r\n";
    result = x.feed(hint);
    fed += hint.size();
  }
  CAF_CHECK(result == status::failed);
  CAF_CHECK(fed <= http_answer_reader::max_head + 100);
}

CAF_TEST(an upgrade ends with its head) {
  auto x = read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                "Connection: keep-alive\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Accept: abc=\r\n\r\n\x81\x02hi");
  CAF_CHECK(x.status == status::done);
  CAF_CHECK_EQUAL(x.answer.upgrade, "websocket");
  CAF_CHECK_EQUAL(x.answer.connection, "keep-alive, Upgrade");
  CAF_CHECK_EQUAL(x.answer.websocket_accept, "abc=");
  CAF_CHECK_EQUAL(x.rest, "\x81\x02hi");
}

CAF_TEST(heads are bounded but not narrowly) {
  auto head = [](std::size_t size) {
    return "HTTP/1.1 200 OK\r\nX: " + std::string(size, 'x')
           + "\r\nContent-Length: 1\r\n\r\ny";
  };
  auto x = read(head(60'000), 4096, false);
  CAF_CHECK(x.status == status::done);
  x = read(head(70'000), 4096, false);
  CAF_CHECK(x.status == status::failed);
  CAF_CHECK(x.sentence.find("64 KB") != std::string::npos);
  // Also many short lines, and those of trailers.
  std::string many = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20'000; ++i)
    many += "a: b\r\n";
  CAF_CHECK(read(many, 4096, false).status == status::failed);
  many = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 20'000; ++i)
    many += "a: b\r\n";
  CAF_CHECK(read(many, 4096, false).status == status::failed);
}

CAF_TEST(F1 no number that is announced reserves memory) {
  for (auto head : {"Content-Length: 1000000000000\r\n\r\n",
                    "Content-Length: 18446744073709551615\r\n\r\n",
                    "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                    "Transfer-Encoding: chunked\r\n\r\n7fffffff;x\r\n"}) {
    auto text = std::string{"HTTP/1.1 200 OK\r\n"} + head + "hello";
    auto x = read(text);
    CAF_CHECK(x.status == status::more);
    CAF_CHECK_EQUAL(x.answer.body, "hello");
    CAF_CHECK(read(text, true).status == status::failed);
    // What is too long is cut off, and enough to know the status.
    x = read(text + std::string(100'000, 'x'), 4096, false);
    CAF_CHECK(x.status == status::done);
    CAF_CHECK(x.answer.cut);
    CAF_CHECK_EQUAL(x.answer.body.size(), http_answer_reader::max_body);
  }
}

CAF_TEST(what is malformed fails) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  for (auto text :
       {std::string{"SSH-2.0-OpenSSH"},
        std::string{"\x15\x03\x01"},
        std::string{"HTTP/2 200\r\n"},
        std::string{"HTTP/1.1 20\r\n"},
        std::string{"HTTP/1.1 099 X\r\n"},
        std::string{"HTTP/1.1 2000 X\r\n"},
        std::string{"HTTP/1.1 -12 X\r\n"},
        std::string{"\r\n"},
        ok + "Content-Length: -1\r\n",
        ok + "Content-Length: x\r\n",
        ok + "Content-Length: 1e3\r\n",
        ok + "Content-Length:\r\n",
        ok + "Content-Length: 1\r\nContent-Length: 2\r\n",
        ok + "Content-Length: 99999999999999999999\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\nx\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n",
        ok + "Transfer-Encoding: chunked\r\n\r\n" + std::string(2000, '0'),
        ok + "Transfer-Encoding: chunked\r\n\r\n1\r\nabc"}) {
    CAF_MESSAGE(text);
    auto x = read(text);
    CAF_CHECK(x.status == status::failed);
    CAF_CHECK(!x.sentence.empty());
  }
}

CAF_TEST(an answer that is cut off is no answer) {
  const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  for (std::size_t n = 0; n < text.size(); ++n) {
    auto x = read(text.substr(0, n), text.size(), true);
    CAF_CHECK(x.status == status::failed);
    CAF_CHECK(x.sentence.find("hung up") != std::string::npos);
  }
}
