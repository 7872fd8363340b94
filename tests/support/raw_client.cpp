#define CAF_SUITE support

#include "tests/support/raw_client.hpp"

#include <cerrno>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "tests/support/suite.hpp"

namespace muster::test {

namespace {

constexpr timeval patience{60, 0};

// A whole zlib stream, its checksum included, with nothing after it.
std::string inflate_whole(const std::string& bytes) {
  z_stream z{};
  if (inflateInit(&z) != Z_OK)
    CAF_FAIL("zlib cannot start");
  std::string result, in = bytes;
  z.next_in = reinterpret_cast<Bytef*>(in.data());
  z.avail_in = static_cast<uInt>(in.size());
  int code = Z_OK;
  while (code == Z_OK) {
    std::string part(1u << 16, '\0');
    z.next_out = reinterpret_cast<Bytef*>(part.data());
    z.avail_out = static_cast<uInt>(part.size());
    code = inflate(&z, Z_NO_FLUSH);
    result.append(part, 0, part.size() - z.avail_out);
  }
  auto left = z.avail_in;
  inflateEnd(&z);
  if (code != Z_STREAM_END || left != 0)
    CAF_FAIL("a binary message is no whole zlib stream");
  return result;
}

} // namespace

raw_client::raw_client(std::uint16_t port)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof(to)) != 0)
    CAF_FAIL("cannot connect to port " << port);
}

raw_client::~raw_client() {
  close(socket_);
}

void raw_client::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto n = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0)
      CAF_FAIL("the connection takes no more");
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

std::string raw_client::take(std::size_t count) {
  std::string result(count, '\0');
  for (std::size_t have = 0; have < count;) {
    auto n = recv(socket_, result.data() + have, count - have, 0);
    if (n <= 0)
      CAF_FAIL("the connection gives no more");
    have += static_cast<std::size_t>(n);
  }
  return result;
}

bool raw_client::is_over() {
  char bytes[4096];
  auto n = recv(socket_, bytes, sizeof(bytes), 0);
  while (n > 0)
    n = recv(socket_, bytes, sizeof(bytes), 0);
  return n == 0 || errno == ECONNRESET;
}

std::string raw_client::ask(std::string_view request, std::string* body) {
  write(request);
  std::string head;
  while (!head.ends_with("\r\n\r\n"))
    head += take(1);
  constexpr std::string_view name = "Content-Length: ";
  auto at = head.find(name);
  if (body != nullptr && at != std::string::npos)
    *body = take(std::stoul(head.substr(at + name.size())));
  return head;
}

void raw_client::say(std::string_view text) {
  constexpr char mask[] = {0x12, 0x34, 0x56, 0x78};
  std::string out = "\x81";
  if (text.size() < 126) {
    out += static_cast<char>(0x80 | text.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(text.size() >> 8);
    out += static_cast<char>(text.size() & 0xff);
  }
  out.append(mask, sizeof(mask));
  for (std::size_t i = 0; i < text.size(); ++i)
    out += static_cast<char>(text[i] ^ mask[i % 4]);
  write(out);
}

raw_client::frame raw_client::read_frame() {
  auto byte = [this] { return static_cast<unsigned char>(take(1)[0]); };
  auto first = byte();
  std::size_t size = byte();
  auto digits = size == 127 ? 8 : size == 126 ? 2 : 0;
  if (digits > 0)
    size = 0;
  for (int i = 0; i < digits; ++i)
    size = size << 8 | byte();
  if (size > 64u << 20)
    CAF_FAIL("a frame of " << size << " bytes");
  frame result;
  result.bytes = take(size);
  result.binary = (first & 0x0f) == 2;
  if ((first & 0x0f) == 8) {
    if (size < 2)
      CAF_FAIL("a close frame without a code");
    result.close_code = static_cast<std::uint16_t>(
        static_cast<unsigned char>(result.bytes[0]) << 8
        | static_cast<unsigned char>(result.bytes[1]));
    result.bytes.erase(0, 2);
  }
  return result;
}

nlohmann::json raw_client::read() {
  auto x = read_frame();
  if (x.close_code != 0)
    CAF_FAIL("closed with " << x.close_code << ": " << x.bytes);
  binary_ += x.binary;
  auto text = x.binary ? inflate_whole(x.bytes) : x.bytes;
  auto result = nlohmann::json::parse(text, nullptr, false);
  if (!result.is_object())
    CAF_FAIL("no JSON object: " << text.substr(0, 100));
  return result;
}

nlohmann::json raw_client::read_event(std::string_view name) {
  for (;;) {
    auto x = read();
    if (x.value("op", -1) == 0 && x["t"] == name)
      return x;
  }
}

} // namespace muster::test
