#include "tests/support/test_network.hpp"

#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "tests/support/process.hpp"

namespace muster::test {

namespace {

using lan = test_network::lan;

const char* name_of(lan x) {
  switch (x) {
  case lan::gateway:
    return "gateway";
  case lan::store:
    return "store";
  default:
    return "nodes";
  }
}

/// On each network the first one is here; machines come behind it.
constexpr std::size_t here = 1;
constexpr std::size_t most_machines = 200;

std::size_t place_of(std::size_t machine) {
  return machine + here + 1;
}

std::string address_at(lan x, std::size_t place) {
  return "10.77." + std::to_string(static_cast<int>(x)) + '.'
         + std::to_string(place);
}

/// A card of one's own, so that all can know it from the start: who had to ask
/// for it would be told after three seconds that nobody is there.
std::string card_at(lan x, std::size_t place) {
  char text[18];
  std::snprintf(text, sizeof text, "02:4d:00:00:%02x:%02x",
                static_cast<unsigned>(x) & 0xff,
                static_cast<unsigned>(place) & 0xff);
  return text;
}

/// The end of a cable that is here.
std::string plug_of(std::size_t machine, lan x) {
  return std::string{name_of(x)} + '-' + std::to_string(machine);
}

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error("no network namespaces: " + what);
}

[[noreturn]] void fail_by_errno(const char* what) {
  fail(std::string{what} + ": " + std::generic_category().message(errno));
}

/// In the namespace of the thread that calls it.
void ip(std::vector<std::string> args) {
  std::string program;
  for (auto path : {"/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip", "/bin/ip"})
    if (program.empty() && std::filesystem::exists(path))
      program = path;
  if (program.empty())
    fail("there is no program ip; install iproute2");
  args.insert(args.begin(), program);
  auto end = run_process(args);
  if (end.exit_code == 0)
    return;
  std::string command;
  for (auto& x : args)
    command += x + ' ';
  fail(command + "failed: " + end.err.substr(0, end.err.find('\n')));
}

void know(lan x, std::size_t place) {
  ip({"neigh", "replace", address_at(x, place), "lladdr", card_at(x, place),
      "dev", name_of(x), "nud", "permanent"});
}

void take_address(lan x, std::size_t place) {
  ip({"address", "add", address_at(x, place) + "/24", "dev", name_of(x)});
  ip({"link", "set", name_of(x), "up"});
}

/// Does it in a thread of its own, which may go where this one does not.
void apart(const std::function<void()>& what) {
  std::exception_ptr thrown;
  std::thread{[&] {
    try {
      what();
    } catch (...) {
      thrown = std::current_exception();
    }
  }}.join();
  if (thrown)
    std::rethrow_exception(thrown);
}

void leave_for_a_new_one() {
  if (unshare(CLONE_NEWNET) != 0)
    fail_by_errno("unshare");
  ip({"link", "set", "lo", "up"});
}

} // namespace

// -- a namespace --------------------------------------------------------------

test_network::space::space(space&& x) noexcept
    : file_(std::exchange(x.file_, -1)) {}

test_network::space::~space() {
  if (file_ >= 0)
    close(file_);
}

test_network::space test_network::current() {
  auto file = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    fail_by_errno("/proc/thread-self/ns/net");
  return space{file};
}

// -- all of them --------------------------------------------------------------

std::string test_network::why_not() {
  try {
    apart([] {
      test_network x;
      x.mend(x.add(), lan::store);
    });
  } catch (const std::exception& x) {
    return x.what();
  }
  return {};
}

test_network::test_network() : before_(current()) {
  leave_for_a_new_one();
  for (auto x : all)
    ip({"link", "add", name_of(x), "address", card_at(x, here), "type",
        "bridge"});
  for (auto x : all)
    take_address(x, here);
}

test_network::~test_network() {
  setns(before_.file(), CLONE_NEWNET);
}

std::string test_network::host(lan x) {
  return address_at(x, here);
}

std::string test_network::address(std::size_t machine, lan x) {
  return address_at(x, place_of(machine));
}

std::size_t test_network::add() {
  auto machine = machines_.size();
  if (machine == most_machines)
    fail("there are no addresses left");
  apart([this] {
    leave_for_a_new_one();
    machines_.push_back(current());
  });
  auto place = place_of(machine);
  auto there = "/proc/" + std::to_string(getpid()) + "/fd/"
               + std::to_string(machines_.back().file());
  for (auto x : all) {
    ip({"link", "add", plug_of(machine, x), "up", "master", name_of(x), "type",
        "veth", "peer", "name", name_of(x), "address", card_at(x, place),
        "netns", there});
    know(x, place);
  }
  on(machine, [&] {
    for (auto x : all) {
      take_address(x, place);
      know(x, here);
    }
    for (std::size_t i = 0; i < machine; ++i)
      know(lan::nodes, place_of(i));
  });
  for (std::size_t i = 0; i < machine; ++i)
    on(i, [&] { know(lan::nodes, place); });
  return machine;
}

void test_network::on(std::size_t machine,
                      const std::function<void()>& what) const {
  apart([&] {
    if (setns(machines_[machine].file(), CLONE_NEWNET) != 0)
      fail_by_errno("setns");
    what();
  });
}

void test_network::cut(std::size_t machine, lan x) {
  ip({"link", "set", plug_of(machine, x), "nomaster"});
}

void test_network::mend(std::size_t machine, lan x) {
  ip({"link", "set", plug_of(machine, x), "master", name_of(x)});
}

} // namespace muster::test
