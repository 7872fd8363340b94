#include "net/name_lookup.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

namespace muster {

struct name_lookup::job {
  std::string host;
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  std::vector<std::string> addresses;
};

namespace {

std::vector<std::string> ask_system(const std::string& host) {
  std::vector<std::string> result;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* all = nullptr;
  if (getaddrinfo(host.c_str(), nullptr, &hints, &all) != 0)
    return result;
  for (auto x = all; x != nullptr; x = x->ai_next) {
    char text[NI_MAXHOST] = "";
    if (getnameinfo(x->ai_addr, x->ai_addrlen, text, sizeof text, nullptr, 0,
                    NI_NUMERICHOST)
            == 0
        && std::find(result.begin(), result.end(), text) == result.end())
      result.emplace_back(text);
  }
  freeaddrinfo(all);
  return result;
}

bool is_address(const std::string& host) {
  in_addr four{};
  in6_addr six{};
  return inet_pton(AF_INET, host.c_str(), &four) == 1
         || inet_pton(AF_INET6, host.c_str(), &six) == 1;
}

} // namespace

std::vector<std::string> name_lookup::find(const std::string& host,
                                           time_point until) {
  if (is_address(host))
    return {host};
  auto wait = [until](job& x) {
    std::unique_lock guard{x.mutex};
    return x.ended.wait_until(guard, until, [&] { return x.done; });
  };
  if (last_ && last_->host != host && !wait(*last_))
    return {};
  if (!last_ || last_->host != host) {
    auto next = std::make_shared<job>();
    next->host = host;
    try {
      std::thread{[next] {
        auto found = ask_system(next->host);
        std::lock_guard guard{next->mutex};
        next->addresses = std::move(found);
        next->done = true;
        next->ended.notify_all();
      }}.detach();
    } catch (const std::system_error&) { // no more threads
      return {};
    }
    last_ = std::move(next);
  }
  if (!wait(*last_))
    return {}; // the next call goes on waiting for it
  return std::move(std::exchange(last_, nullptr)->addresses);
}

} // namespace muster
