#define CAF_SUITE net_lock_holder

#include "net/lock_holder.hpp"

#include <csignal>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace muster;
using namespace muster::test;

CAF_TEST(C3 the holder of a lock is found in the list of the system) {
  constexpr auto locks = "1: FLOCK  ADVISORY  WRITE 583 fe:00:77 0 EOF\n"
                         "2: POSIX  ADVISORY  READ 584 fe:00:77 120 120\n"
                         "3: POSIX  ADVISORY  WRITE 585 fe:00:77 124 124\n"
                         "4: POSIX  ADVISORY  WRITE 586 fe:00:78 120 120\n"
                         "nonsense\n"
                         "5: POSIX  ADVISORY  WRITE 587 fe:00:77 120 120\n";
  CAF_CHECK_EQUAL(writer_in(locks, 77), 587);
  CAF_CHECK_EQUAL(writer_in(locks, 78), 586);
  CAF_CHECK_EQUAL(writer_in(locks, 7), 0);
  CAF_CHECK_EQUAL(writer_in("", 77), 0);
}

CAF_TEST(C3 a process that is stopped while it writes is found) {
  temporary_folder folder;
  auto path = folder / "a.db";
  int ready[2];
  CAF_REQUIRE_EQUAL(pipe(ready), 0);
  auto child = fork();
  if (child == 0) {
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; CREATE TABLE a(b);", nullptr,
                 nullptr, nullptr);
    sqlite3_exec(db, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    [[maybe_unused]] auto n = write(ready[1], "x", 1);
    raise(SIGSTOP);
    _exit(0);
  }
  char byte = 0;
  CAF_REQUIRE_EQUAL(read(ready[0], &byte, 1), 1);
  int status = 0;
  CAF_REQUIRE_EQUAL(waitpid(child, &status, WUNTRACED), child);
  auto found = find_lock_holder(path);
  CAF_CHECK_EQUAL(found.pid, child);
  CAF_CHECK(found.stopped);
  kill(child, SIGKILL);
  waitpid(child, &status, 0);
  CAF_CHECK_EQUAL(find_lock_holder(path).pid, 0);
  close(ready[0]);
  close(ready[1]);
}
