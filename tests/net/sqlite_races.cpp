#define CAF_SUITE net_sqlite_races

#include <functional>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "net/sqlite_store.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr int rounds = 40;
constexpr int refused = 100;

/// What programs on one new file come to that all do so at once: a code of
/// each. SQLite's locks are between processes, so these are some.
std::vector<int> everybody(int count, const std::function<int(int)>& f) {
  int gate[2];
  CAF_REQUIRE_EQUAL(pipe(gate), 0);
  std::vector<pid_t> children;
  for (int i = 0; i < count; ++i) {
    auto child = fork();
    if (child == 0) {
      alarm(120); // nothing here takes so long, and nobody else would end it
      close(gate[1]);
      char opened = 0;
      [[maybe_unused]] auto ended = read(gate[0], &opened, 1);
      _exit(f(i));
    }
    children.push_back(child);
  }
  close(gate[0]);
  close(gate[1]);
  std::vector<int> result;
  for (auto child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    result.push_back(WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  }
  return result;
}

/// 0, or how an answer failed; a lock that is held is waited out.
template <class F>
int code_of(F ask) {
  for (;;) {
    caf::error error = ask();
    if (error != errc::store_away)
      return error ? refused : 0;
  }
}

} // namespace

CAF_TEST(C4 processes that start at once make one file) {
  for (int round = 0; round < rounds; ++round) {
    temporary_folder folder;
    auto path = folder / "bot.db";
    auto codes = everybody(4, [&](int i) {
      sqlite_store x{path, "bot"};
      joined_store start;
      join_store who{static_cast<std::uint64_t>(i) + 1, 100, 1, 3, {0}};
      return code_of([&] { return x.join(who, start); });
    });
    for (auto code : codes)
      CAF_CHECK_EQUAL(code, 0);
  }
}

CAF_TEST(C4 who looks while the file is made finds no fault in it) {
  for (int round = 0; round < rounds; ++round) {
    temporary_folder folder;
    auto path = folder / "bot.db";
    auto codes = everybody(4, [&](int i) {
      sqlite_store x{path, i == 0 ? "bot" : ""};
      if (i == 0) {
        joined_store start;
        return code_of([&] { return x.join({1, 100, 1, 3, {0}}, start); });
      }
      for (;;) {
        store_status status;
        auto error = x.look(status);
        if (!error)
          return 0;
        auto why = to_string(error);
        if (error != errc::store_away
            && why.find("holds no bot") == std::string::npos
            && why.find("there is no state") == std::string::npos)
          return refused;
      }
    });
    for (auto code : codes)
      CAF_CHECK_EQUAL(code, 0);
  }
}
