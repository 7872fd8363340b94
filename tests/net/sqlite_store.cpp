#define CAF_SUITE net_sqlite_store

#include "net/sqlite_store.hpp"

#include <fstream>
#include <memory>
#include <set>
#include <thread>

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "tests/support/state_store_fixture.hpp"

using namespace muster;
using namespace muster::test;
using namespace std::string_literals;

namespace {

/// Processes of one machine, each with a store of its own on one file.
struct fixture {
  std::unique_ptr<sqlite_store> process(const std::string& bot = "bot") {
    return std::make_unique<sqlite_store>(path, bot);
  }

  static caf::error join(state_store& x, std::uint64_t node,
                         std::uint32_t shards = 2) {
    joined_store ignored;
    return x.join({node, 100 + node, shards, 3, {0, 1}}, ignored);
  }

  static std::vector<shard_cut> claim(state_store& x, std::uint64_t node) {
    shards_claimed result;
    CAF_CHECK_EQUAL(x.claim({node, 5, {0, 1}}, result), caf::none);
    return cuts_of(result);
  }

  /// What a process says that starts on the file as it is.
  std::string start() {
    auto x = process();
    auto error = join(*x, 77);
    if (!error)
      return "";
    CAF_CHECK(code_of(error) == errc::store_refused);
    auto sentence = sentence_of(error);
    CAF_CHECK(sentence.find(path) != sentence.npos);
    return sentence;
  }

  std::string read() const {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  void write(const std::string& bytes) const {
    for (auto more : {"-wal", "-shm"})
      unlink((path + more).c_str());
    std::ofstream{path, std::ios::binary} << bytes;
  }

  /// Another program's handle of the file.
  std::shared_ptr<sqlite3> open() const {
    sqlite3* db = nullptr;
    CAF_REQUIRE_EQUAL(sqlite3_open(path.c_str(), &db), SQLITE_OK);
    return {db, sqlite3_close};
  }

  void execute(const char* what) const {
    CAF_REQUIRE_EQUAL(
        sqlite3_exec(open().get(), what, nullptr, nullptr, nullptr), SQLITE_OK);
  }

  /// Refused with this word, and left as it was.
  void check_refused(const std::string& word) {
    auto before = read();
    auto sentence = start();
    CAF_CHECK(sentence.find(word) != sentence.npos);
    CAF_CHECK(read() == before);
  }

  /// A good file with a session and books in it.
  std::string make_good() {
    auto x = process();
    CAF_REQUIRE(!join(*x, 1));
    auto cuts = claim(*x, 1);
    for (auto& cut : cuts) {
      ++cut.number;
      cut.session = "session";
      for (int i = 0; i < 300; ++i)
        cut.rows.push_back(
            {"guild " + std::to_string(i), std::string(50, 'x')});
    }
    CAF_REQUIRE(!x->leave({1, cuts}));
    x.reset();
    return read();
  }

  temporary_folder folder;
  std::string path = folder / "state.db";
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(sqlite_store_tests, fixture)

CAF_TEST(C5 who has ended is known to be dead at once) {
  auto first = process();
  CAF_REQUIRE(!join(*first, 1));
  CAF_CHECK_EQUAL(claim(*first, 1).size(), 2u);
  auto second = process();
  CAF_REQUIRE(!join(*second, 2));
  CAF_CHECK(claim(*second, 2).empty());
  auto lock = path + ".node-0000000000000001";
  CAF_CHECK(access(lock.c_str(), F_OK) == 0);
  first.reset(); // it never left
  auto cuts = claim(*second, 2);
  CAF_REQUIRE_EQUAL(cuts.size(), 2u);
  CAF_CHECK_EQUAL(cuts[0].owner.epoch, 2u);
  CAF_CHECK(access(lock.c_str(), F_OK) != 0);
}

CAF_TEST(C5 by whatever name the file is called) {
  make_good();
  auto first = process();
  CAF_REQUIRE(!join(*first, 1));
  CAF_CHECK_EQUAL(claim(*first, 1).size(), 2u);
  auto link = folder / "link.db";
  CAF_REQUIRE(symlink(path.c_str(), link.c_str()) == 0);
  sqlite_store second{link, "bot"};
  CAF_REQUIRE(!join(second, 2));
  CAF_CHECK(claim(second, 2).empty());
  first.reset();
  CAF_CHECK_EQUAL(claim(second, 2).size(), 2u);
}

CAF_TEST(C5 who is refused keeps no proof from others) {
  make_good();
  auto dead = process();
  CAF_REQUIRE(!join(*dead, 1));
  CAF_CHECK_EQUAL(claim(*dead, 1).size(), 2u);
  auto alive = process();
  CAF_REQUIRE(!join(*alive, 2));
  dead.reset();
  auto unfit = process();
  CAF_CHECK(code_of(join(*unfit, 3, 7)) == errc::store_refused);
  CAF_CHECK_EQUAL(claim(*alive, 2).size(), 2u);
}

CAF_TEST(C1 who is not known gets no shard) {
  auto x = process();
  CAF_REQUIRE(!join(*x, 1));
  CAF_CHECK(claim(*x, 2).empty());
  CAF_CHECK_EQUAL(x->leave({1, {}}), caf::none);
  CAF_CHECK(claim(*x, 1).empty());
}

CAF_TEST(C6 a number that is damaged keeps nobody out) {
  for (auto number : {"9223372036854775807", "-1"}) {
    make_good();
    execute(("UPDATE shards SET number="s + number).c_str());
    auto x = process();
    CAF_REQUIRE(!join(*x, 2));
    auto cuts = claim(*x, 2);
    CAF_REQUIRE_EQUAL(cuts.size(), 2u);
    save_cut write;
    write.cut = cuts[0];
    ++write.cut.number;
    std::vector<state_store::saved> results;
    CAF_REQUIRE(!x->save({write}, results));
    CAF_CHECK(results.at(0).holds);
    x->leave({2, {}});
  }
}

CAF_TEST(C1 a lock that its owner has not made proves nothing) {
  auto first = process();
  CAF_REQUIRE(!join(*first, 1));
  CAF_CHECK_EQUAL(claim(*first, 1).size(), 2u);
  auto lock = path + ".node-0000000000000001";
  auto second = process();
  CAF_REQUIRE(!join(*second, 2));
  unlink(lock.c_str());
  CAF_CHECK(claim(*second, 2).empty());
  std::ofstream{lock} << "2 somebody else\n";
  CAF_CHECK(claim(*second, 2).empty());
}

CAF_TEST(C5 a machine that was started anew has nobody left) {
  {
    auto first = process();
    CAF_REQUIRE(!join(*first, 1));
    CAF_CHECK_EQUAL(claim(*first, 1).size(), 2u);
    execute("UPDATE nodes SET boot='another'");
    auto second = process();
    CAF_REQUIRE(!join(*second, 2));
    CAF_CHECK(claim(*second, 2).empty()); // but who holds its lock lives
  }
  auto third = process();
  CAF_REQUIRE(!join(*third, 3));
  CAF_CHECK_EQUAL(claim(*third, 3).size(), 2u);
}

CAF_TEST(C4 who leaves leaves nothing behind but the file) {
  make_good();
  struct stat x {};
  CAF_REQUIRE(stat(path.c_str(), &x) == 0);
  CAF_CHECK_EQUAL(x.st_mode & 0777, 0600u);
  std::size_t files = 0;
  for (auto& ignored : std::filesystem::directory_iterator(folder / "")) {
    static_cast<void>(ignored);
    ++files;
  }
  CAF_CHECK_EQUAL(files, 1u);
}

CAF_TEST(C15 a file may hold several bots) {
  auto a = process("a");
  auto b = process("b");
  CAF_REQUIRE(!join(*a, 1));
  CAF_REQUIRE(!join(*b, 2, 4));
  CAF_CHECK_EQUAL(claim(*a, 1).size(), 2u);
  CAF_CHECK_EQUAL(claim(*b, 2).size(), 2u);
  identify_claimed x;
  CAF_REQUIRE(!a->claim_identify({0, 0, 10, 0}, x));
  CAF_REQUIRE(!b->claim_identify({0, 0, 10, 0}, x));
  CAF_CHECK(x.granted);
  CAF_CHECK_EQUAL(x.claims, 1u);
}

CAF_TEST(C1 of many that claim at once each shard has one) {
  constexpr std::uint64_t processes = 8;
  std::vector<std::vector<std::uint32_t>> won(processes);
  std::vector<std::thread> threads;
  for (std::uint64_t i = 0; i < processes; ++i)
    threads.emplace_back([&, i] {
      sqlite_store x{path, "bot"};
      std::vector<std::uint32_t> all(16);
      for (std::uint32_t n = 0; n < all.size(); ++n)
        all[n] = static_cast<std::uint32_t>((n + i) % all.size());
      joined_store joined;
      caf::error error;
      do
        error = x.join({1 + i, 100, 16, 3, all}, joined);
      while (code_of(error) == errc::store_away);
      for (auto shard : all) {
        shards_claimed one;
        while (x.claim({1 + i, 5, {shard}}, one))
          ;
        for (auto& [cut, from, vain] : one.shards)
          won[i].push_back(cut.owner.shard);
      }
    });
  for (auto& x : threads)
    x.join();
  std::set<std::uint32_t> owned;
  std::size_t total = 0;
  for (auto& x : won) {
    owned.insert(x.begin(), x.end());
    total += x.size();
  }
  // Who has ended by then may have left some that another claims anew.
  CAF_CHECK_EQUAL(owned.size(), 16u);
  CAF_CHECK(total >= 16u);
}

CAF_TEST(C8 E3 of two last writes one sees the end) {
  auto a = process();
  auto b = process();
  CAF_REQUIRE(!join(*a, 1));
  auto shards = claim(*a, 1);
  CAF_REQUIRE(!join(*b, 2));
  int ends = 0;
  std::mutex mutex;
  auto settle = [&](state_store& x, shard_cut cut) {
    ++cut.number;
    save_cut what;
    what.cut = cut;
    what.settled = shard_settled{{cut.owner.shard, 2}, 101, 1, 1, {}};
    std::vector<state_store::saved> out;
    while (x.save({what}, out))
      ;
    std::lock_guard guard{mutex};
    ends += out.at(0).finished ? 1 : 0;
  };
  std::thread first{[&] { settle(*a, shards[0]); }};
  std::thread second{[&] { settle(*b, shards[1]); }};
  first.join();
  second.join();
  CAF_CHECK_EQUAL(ends, 1);
}

CAF_TEST(a file that is cut off anywhere is refused and kept) {
  auto good = make_good();
  CAF_CHECK_EQUAL(start(), "");
  good = read();
  CAF_CHECK(good.size() > 20'000);
  std::size_t refused = 0;
  for (std::size_t size = 1; size < good.size(); size += size < 200 ? 1 : 487) {
    write(good.substr(0, size));
    auto before = read();
    auto sentence = start();
    CAF_CHECK(!sentence.empty());
    CAF_CHECK(read() == before);
    refused += sentence.empty() ? 0 : 1;
  }
  CAF_CHECK(refused > 200);
}

CAF_TEST(noise is refused and kept) {
  write(std::string(100'000, '\x81'));
  check_refused("no SQLite database");
  write("not a database");
  check_refused("no SQLite database");
  write("");
  auto good = make_good();
  for (std::size_t page = 1; page * 4096 < good.size(); ++page) {
    auto bad = good;
    bad.replace(page * 4096, 4096, std::string(4096, '\xa5'));
    write(bad);
    check_refused("damaged");
  }
}

CAF_TEST(what belongs to another program is refused and kept) {
  execute("CREATE TABLE theirs(x)");
  check_refused("another program");
  write("");
  execute("PRAGMA application_id=7");
  check_refused("another program");
}

CAF_TEST(C15 a newer file is refused and kept) {
  make_good();
  execute("PRAGMA user_version=99");
  check_refused("newer version");
  execute("PRAGMA user_version=-1");
  check_refused("damaged");
  execute("PRAGMA user_version=1; DROP TABLE nodes");
  check_refused("damaged");
}

CAF_TEST(an empty file is as good as none) {
  write("");
  CAF_CHECK_EQUAL(start(), "");
}

CAF_TEST(a place that cannot be is refused with the mend) {
  auto refused = [&](const std::string& where, const char* word) {
    path = where;
    auto x = process();
    auto error = join(*x, 1);
    CAF_CHECK(code_of(error) == errc::store_refused);
    CAF_CHECK(sentence_of(error).find(word) != std::string::npos);
  };
  refused(folder / "none/state.db", "make it");
  refused(folder / "", "no file");
  refused("/dev/null", "no file");
  auto link = folder / "link.db";
  CAF_REQUIRE(symlink((folder / "nothing").c_str(), link.c_str()) == 0);
  refused(link, "link to nothing");
  refused("/proc/state.db", "right");
}

CAF_TEST(C3 a file that is locked is waited for) {
  make_good();
  auto x = process();
  CAF_REQUIRE(!join(*x, 1));
  {
    auto other = open();
    sqlite3_exec(other.get(), "BEGIN IMMEDIATE", nullptr, nullptr, nullptr);
    shards_claimed ignored;
    auto error = x->claim({1, 5, {0}}, ignored);
    CAF_CHECK(code_of(error) == errc::store_away);
    CAF_CHECK(sentence_of(error).find("locked") != std::string::npos);
  }
  CAF_CHECK_EQUAL(claim(*x, 1).size(), 2u);
}

CAF_TEST(Store another file at the same path is not written to) {
  auto good = make_good();
  auto x = process();
  CAF_REQUIRE(!join(*x, 1));
  unlink(path.c_str());
  for (auto there : {false, true, true}) {
    if (there)
      write(good);
    shards_claimed ignored;
    auto error = x->claim({1, 5, {0}}, ignored);
    CAF_CHECK(code_of(error) == errc::store_refused);
    CAF_CHECK(sentence_of(error).find("replaced") != std::string::npos);
  }
  CAF_CHECK(read() == good);
}

CAF_TEST_FIXTURE_SCOPE_END()
