#define CAF_SUITE system_proxies

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <thread>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/free_port.hpp"
#include "tests/support/program.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/wire_bot.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::chrono_literals;

namespace {

/// A name that only the proxies know.
constexpr auto far_name = "gateway.muster.test";

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != text.npos;
}

bool takes_connections(const std::string& port) {
  auto fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto result = connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof(to)) == 0;
  close(fd);
  return result;
}

/// Until it holds; false after a minute.
template <class F>
bool comes_true(F f) {
  auto end = std::chrono::steady_clock::now() + 1min;
  while (!f()) {
    if (std::chrono::steady_clock::now() > end)
      return false;
    std::this_thread::yield();
  }
  return true;
}

/// A proxy of Debian's that wants the login user:hidden, and looks far_name up
/// to be this machine.
class proxy_process {
public:
  explicit proxy_process(const std::string& kind) : port_(free_port()) {
    std::vector<std::string> command{"/usr/bin/env",
                                     "LD_PRELOAD=libnss_wrapper.so",
                                     "NSS_WRAPPER_HOSTS=" + hosts_.path()};
    if (kind == "socks5") {
      command.insert(command.end(), {"microsocks", "-i", "127.0.0.1", "-p",
                                     port_, "-u", "user", "-P", "hidden"});
    } else {
      conf_ = std::make_unique<temporary_file>(
          "Port " + port_
          + "\nListen 127.0.0.1\nBasicAuth user hidden\nLogLevel Connect\n");
      command.insert(
          command.end(),
          {"/bin/sh", "-c", "exec tinyproxy -d -c " + conf_->path() + " >&2"});
    }
    scheme_ = kind;
    running_ = std::make_unique<process>(command);
    CAF_REQUIRE(comes_true([this] { return takes_connections(port_); }));
  }

  ~proxy_process() { running_->end(SIGTERM); }

  std::string url(const std::string& login = "user:hidden@") const {
    return scheme_ + "://" + login + "127.0.0.1:" + port_;
  }

  std::string said() const { return running_->err(); }

private:
  temporary_file hosts_{std::string{"127.0.0.1 "} + far_name + '\n'};
  std::unique_ptr<temporary_file> conf_;
  std::string scheme_;
  std::string port_;
  std::unique_ptr<process> running_;
};

std::string by_name(const sim::simulator& gateway) {
  auto url = gateway.rest_url();
  constexpr std::string_view here = "127.0.0.1";
  return url.replace(url.find(here), here.size(), far_name);
}

/// `run` at that URL to the end of its startup.
outcome_of_process chunk(const sim::simulator& gateway, const std::string& url,
                         std::vector<std::string> more,
                         std::vector<std::string> before = {}) {
  auto words = run_at(gateway, {"--once"});
  *(std::find(words.begin(), words.end(), "--rest-url") + 1) = url;
  words.insert(words.begin(), program);
  words.insert(words.begin(), before.begin(), before.end());
  words.insert(words.end(), more.begin(), more.end());
  return run_process(words, "some.token");
}

} // namespace

CAF_TEST(REST and gateway go through a proxy that looks the name up) {
  for (auto kind : {"http", "socks5"}) {
    proxy_process proxy{kind};
    sim::simulator gateway{small_world()};
    auto x = chunk(gateway, by_name(gateway), {"--proxy", proxy.url()});
    CAF_CHECK_EQUAL(x.exit_code, 0);
    CAF_CHECK(has(x.out, "finished_chunking"));
    if (x.exit_code != 0)
      CAF_MESSAGE(x.err);
    CAF_CHECK(has(proxy.said(), far_name));
    CAF_CHECK(!has(x.out + x.err, "hidden"));
  }
}

CAF_TEST(what is encrypted stays so for the proxy) {
  for (auto kind : {"http", "socks5"}) {
    proxy_process proxy{kind};
    auto world = small_world();
    world.tls = true;
    sim::simulator gateway{world};
    auto x = chunk(
        gateway, gateway.rest_url(),
        {"--proxy", proxy.url(), "--ca-file", gateway.ca_path().string()});
    CAF_CHECK_EQUAL(x.exit_code, 0);
    if (x.exit_code != 0)
      CAF_MESSAGE(x.err);
    CAF_CHECK(has(proxy.said(), "127.0.0.1"));
  }
}

CAF_TEST(the environment names a proxy and what needs none) {
  proxy_process proxy{"socks5"};
  sim::simulator gateway{small_world()};
  auto x = chunk(gateway, by_name(gateway), {},
                 {"/usr/bin/env", "ALL_PROXY=" + proxy.url()});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(has(proxy.said(), far_name));
  auto dead = "ALL_PROXY=http://127.0.0.1:" + free_port();
  sim::simulator other{small_world()};
  CAF_CHECK_EQUAL(chunk(other, other.rest_url(), {},
                        {"/usr/bin/env", dead, "NO_PROXY=127.0.0.0/8"})
                      .exit_code,
                  0);
  sim::simulator third{small_world()};
  CAF_CHECK_EQUAL(chunk(third, by_name(third), {"--proxy", proxy.url()},
                        {"/usr/bin/env", dead, "NO_PROXY=*"})
                      .exit_code,
                  0);
  // The simulator of the program is its own.
  auto own = run_process(
      {"/usr/bin/env", dead, "HTTPS_PROXY=gopher://a", program, "run"});
  CAF_CHECK_EQUAL(own.exit_code, 0);
}

CAF_TEST(what a proxy refuses is told and no password is) {
  for (auto kind : {"http", "socks5"}) {
    proxy_process proxy{kind};
    sim::simulator gateway{small_world()};
    for (auto [login, says] : std::vector<std::pair<const char*, const char*>>{
             {"", "wants a login; write USER:PASSWORD@"},
             {"user:hidden2@", "has refused the login"}}) {
      auto words = run_at(gateway, {"--proxy", proxy.url(login)});
      words.insert(words.begin(), program);
      process x{words};
      auto expected = std::string{says};
      auto told = comes_true([&] { return has(x.err(), expected); });
      // Nor do the processes of the system show it.
      auto listed =
          text_of_file("/proc/" + std::to_string(x.pid()) + "/cmdline");
      auto end = x.end(SIGTERM);
      CAF_CHECK(told);
      if (!told)
        CAF_MESSAGE(end.err);
      CAF_CHECK(!has(end.out + end.err, "hidden"));
      CAF_CHECK(has(listed, "--proxy"));
      CAF_CHECK(!has(listed, "hidden"));
    }
  }
}

CAF_TEST(what is no proxy is refused without its secret) {
  for (auto word : {"--proxy", "--proxi"}) {
    auto x = muster_with({"run", word, "gopher://user:hidden@a:1"});
    CAF_CHECK_EQUAL(x.exit_code, 2);
    CAF_CHECK(!has(x.out + x.err, "hidden"));
  }
  auto x = run_process({"/usr/bin/env", "HTTPS_PROXY=gopher://u:hidden@a:1",
                        program, "run", "--rest-url", "https://127.0.0.1:1"});
  CAF_CHECK_EQUAL(x.exit_code, 2);
  CAF_CHECK(has(x.err, "HTTPS_PROXY"));
  CAF_CHECK(!has(x.err, "hidden"));
  auto printed =
      muster_with({"run", "--proxy", "http://u:hidden@a:1", "--print-config"});
  CAF_CHECK_EQUAL(printed.exit_code, 0);
  CAF_CHECK(has(printed.out, "# proxy ="));
  CAF_CHECK(!has(printed.out, "hidden"));
}
