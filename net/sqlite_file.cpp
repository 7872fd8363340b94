#include "net/sqlite_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <system_error>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "net/lock_holder.hpp"

namespace muster {

namespace {

namespace fs = std::filesystem;

/// "must", in the header of the file.
constexpr int application_id = 0x6d757374;

/// For a lock that another process holds.
constexpr int busy_ms = 1000;

/// What makes a database of version n - 1 one of version n; only ever added to.
constexpr const char* steps[] = {R"(
CREATE TABLE bots(
  bot TEXT PRIMARY KEY, start_id INTEGER NOT NULL,
  shard_count INTEGER NOT NULL,
  finished_shards INTEGER, finished_guilds INTEGER, finished_members INTEGER,
  by_shard INTEGER, by_epoch INTEGER, by_number INTEGER,
  claims INTEGER NOT NULL DEFAULT 0, identifies_left INTEGER
) WITHOUT ROWID;
CREATE TABLE nodes(
  bot TEXT NOT NULL, node INTEGER NOT NULL, boot TEXT NOT NULL,
  shard_count INTEGER NOT NULL, intents INTEGER NOT NULL,
  PRIMARY KEY(bot, node)
) WITHOUT ROWID;
CREATE TABLE counted(
  bot TEXT NOT NULL, shard INTEGER NOT NULL, PRIMARY KEY(bot, shard)
) WITHOUT ROWID;
CREATE TABLE shards(
  bot TEXT NOT NULL, shard INTEGER NOT NULL,
  node INTEGER NOT NULL, epoch INTEGER NOT NULL, token INTEGER NOT NULL,
  number INTEGER NOT NULL DEFAULT 0, session BLOB NOT NULL DEFAULT x'',
  saved_ms INTEGER NOT NULL DEFAULT 0,
  settled INTEGER NOT NULL DEFAULT 0, guilds INTEGER NOT NULL DEFAULT 0,
  members INTEGER NOT NULL DEFAULT 0, event BLOB,
  PRIMARY KEY(bot, shard)
) WITHOUT ROWID;
CREATE TABLE books(
  bot TEXT NOT NULL, shard INTEGER NOT NULL, key BLOB NOT NULL,
  text BLOB NOT NULL, PRIMARY KEY(bot, shard, key)
) WITHOUT ROWID;
CREATE TABLE buckets(
  bot TEXT NOT NULL, bucket INTEGER NOT NULL, counter INTEGER NOT NULL,
  PRIMARY KEY(bot, bucket)
) WITHOUT ROWID;
)",
                                 R"(
ALTER TABLE nodes ADD COLUMN counter INTEGER NOT NULL DEFAULT 0;
ALTER TABLE nodes ADD COLUMN renewed_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN guild_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN complete_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN session_ms INTEGER;
ALTER TABLE shards ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN counts INTEGER NOT NULL DEFAULT 0;
)",
                                 R"(
ALTER TABLE bots ADD COLUMN news INTEGER NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN before INTEGER NOT NULL DEFAULT 0;
CREATE TABLE identity(inode INTEGER NOT NULL, id INTEGER NOT NULL);
)",
                                 R"(
ALTER TABLE nodes ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN weight INTEGER NOT NULL DEFAULT 1;
ALTER TABLE nodes ADD COLUMN max_shards INTEGER;
ALTER TABLE nodes ADD COLUMN only_shards TEXT NOT NULL DEFAULT '';
ALTER TABLE nodes ADD COLUMN draining INTEGER NOT NULL DEFAULT 0;
CREATE INDEX owners ON shards(bot, node);
ALTER TABLE identity RENAME COLUMN inode TO file;
DELETE FROM identity;
)"};
constexpr int newest = sizeof steps / sizeof *steps;

/// File systems that other machines may use, whose locks are not seen here or
/// do not hold.
bool is_remote(const std::string& folder) {
  struct statfs x {};
  if (statfs(folder.c_str(), &x) != 0)
    return false;
  switch (static_cast<std::uint32_t>(x.f_type)) {
  case 0x6969:     // NFS
  case 0x517b:     // SMB
  case 0xff534d42: // CIFS
  case 0xfe534d42: // SMB 2
  case 0x00c36400: // Ceph
  case 0x5346414f: // AFS
  case 0x7461636f: // OCFS 2
  case 0x01161970: // GFS 2
  case 0x01021997: // 9P
  case 0x65735546: // FUSE
  case 0x0bd00bd0: // Lustre
  case 0x47504653: // GPFS
  case 0x19830326: // BeeGFS
  case 0x786f4256: // VirtualBox
    return true;
  default:
    return false;
  }
}

/// Some of SQLite's sentences have several.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

int number(SQLite::Database& db, const char* query) {
  return db.execAndGet(query).getInt();
}

} // namespace

std::string whole_path(std::string path) {
  std::error_code error;
  auto whole = fs::weakly_canonical(fs::absolute(path, error), error);
  return error ? path : whole.string();
}

// One name for the database, its identity and the locks beside it; and none
// that SQLite takes for something else.
sqlite_file::sqlite_file(std::string path)
    : path_(whole_path(std::move(path))) {}

sqlite_file::~sqlite_file() = default;

caf::error sqlite_file::refuse(const std::string& why) const {
  return make_error(errc::store_refused, "the state in '" + path_ + "' " + why);
}

std::string sqlite_file::locker() const {
  auto holder = find_lock_holder(path_);
  if (holder.pid == 0)
    return "another process";
  auto result = "process " + std::to_string(holder.pid);
  if (holder.stopped)
    result += ", which is stopped: let it go on (kill -CONT "
              + std::to_string(holder.pid) + ") or kill it";
  return result;
}

caf::error sqlite_file::error_of(const SQLite::Exception& x) {
  auto what = one_line(x.what());
  switch (x.getErrorCode()) {
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return make_error(errc::store_away,
                      "the state in '" + path_ + "' is locked by " + locker());
  case SQLITE_FULL:
    return make_error(errc::store_away, "the disk of the state in '" + path_
                                            + "' is full; make room");
  case SQLITE_PERM:
  case SQLITE_AUTH:
  case SQLITE_READONLY:
    db_.reset();
    return refuse("cannot be written (" + what
                  + "); give this user the right to write the file and its "
                    "folder");
  case SQLITE_NOTADB:
    db_.reset();
    return refuse("is no SQLite database; it is left as it is, name another "
                  "file");
  case SQLITE_CORRUPT:
  case SQLITE_FORMAT:
  case SQLITE_ERROR: // no such table, for one
  case SQLITE_SCHEMA:
  case SQLITE_MISMATCH:
  case SQLITE_CONSTRAINT:
    db_.reset();
    return refuse("is damaged (" + what
                  + "); it is left as it is, restore it or name another file");
  default:
    db_.reset();
    // Some calls fail as input or output when there is no room.
    return make_error(errc::store_away,
                      "the state in '" + path_ + "' fails: " + what
                          + (is_full() ? "; make room on the disk" : ""));
  }
}

caf::error sqlite_file::check_identity() {
  struct stat x {};
  auto found = stat(path_.c_str(), &x) == 0;
  if (!found && errno != ENOENT && errno != ENOTDIR)
    return make_error(errc::store_away,
                      "the state in '" + path_
                          + "' cannot be looked at: " + std::strerror(errno));
  if (found && inode_ == 0) {
    device_ = x.st_dev;
    inode_ = x.st_ino;
  }
  // It stays open, so that no other file is given its number.
  replaced_ = replaced_ || !found || x.st_dev != device_ || x.st_ino != inode_;
  if (replaced_)
    return refuse("has been taken away or replaced by another file; start "
                  "muster with the right one");
  return caf::none;
}

std::uint64_t sqlite_file::identity() const {
  struct statx x {};
  // Numbers of files are given again, moments of birth are not.
  auto known = statx(AT_FDCWD, path_.c_str(), 0, STATX_BTIME, &x) == 0
               && (x.stx_mask & STATX_BTIME) != 0;
  auto born =
      known ? static_cast<std::uint64_t>(x.stx_btime.tv_sec) * 1'000'000'000
                  + x.stx_btime.tv_nsec
            : 0;
  return inode_ ^ (born * 0x9e3779b97f4a7c15);
}

bool sqlite_file::exists() const {
  std::error_code error;
  return fs::exists(path_, error) || error;
}

bool sqlite_file::is_full() const {
  constexpr std::uintmax_t least = 128 * 1024; // of a log and its index
  std::error_code error;
  auto x = fs::space(fs::path{path_}.parent_path(), error);
  return !error && x.capacity > 0 && x.available < least;
}

caf::error sqlite_file::check_place() const {
  fs::path path{path_};
  auto folder = path.has_parent_path() ? path.parent_path() : fs::path{"."};
  std::error_code error;
  if (!fs::is_directory(folder, error))
    return refuse("has no place: there is no folder '" + folder.string()
                  + "'; make it");
  auto status = fs::status(path, error);
  if (fs::is_symlink(fs::symlink_status(path, error)))
    return refuse("is a link to nothing; name a file");
  if (fs::exists(status) && !fs::is_regular_file(status))
    return refuse("is no file; name one");
  // SQLite takes one of a single byte for an empty one.
  if (fs::exists(status) && fs::file_size(path, error) == 1)
    return refuse("is no SQLite database; it is left as it is, name another "
                  "file");
  if (is_remote(folder.string()))
    return refuse("is on a network file system, where its locks do not hold; "
                  "name a file on a disk of this machine");
  return caf::none;
}

caf::error sqlite_file::check_content() {
  auto& db = *db_;
  // One view of it: another process may be making it.
  SQLite::Transaction all{db};
  auto id = number(db, "PRAGMA application_id");
  auto found = number(db, "PRAGMA user_version");
  auto tables = number(db, "SELECT count(*) FROM sqlite_master");
  if (id == 0 && found == 0 && tables == 0)
    return caf::none; // new
  if (id != application_id)
    return refuse("belongs to another program; it is left as it is, name "
                  "another file");
  if (found < 1)
    return refuse("is damaged (it has no version); it is left as it is, "
                  "restore it or name another file");
  if (found > newest)
    return refuse("is of a newer version of muster; run that one, or name "
                  "another file");
  auto verdict = one_line(db.execAndGet("PRAGMA quick_check(1)").getString());
  if (verdict != "ok")
    return refuse("is damaged (" + verdict
                  + "); it is left as it is, restore it or name another file");
  return caf::none;
}

caf::error sqlite_file::make_or_migrate() {
  auto& db = *db_;
  // Commits hold when they have been told of.
  db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
  if (number(db, "PRAGMA user_version") == newest)
    return caf::none; // who only looks waits for no writer
  SQLite::Transaction all{db, SQLite::TransactionBehavior::IMMEDIATE};
  auto found = number(db, "PRAGMA user_version"); // another may have been first
  for (auto i = found; i < newest; ++i)
    db.exec(steps[i]);
  if (found < newest) {
    db.exec("PRAGMA application_id=" + std::to_string(application_id));
    db.exec("PRAGMA user_version=" + std::to_string(newest));
  }
  all.commit();
  return caf::none;
}

void sqlite_file::make_private() const {
  // SQLite gives its other files the rights of this one.
  auto file = ::open(path_.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0)
    close(file);
}

caf::error sqlite_file::open_to_look() {
  if (db_)
    return caf::none;
  if (auto error = check_place())
    return error;
  auto may_write = access(path_.c_str(), W_OK) == 0;
  try {
    db_ = std::make_unique<SQLite::Database>(
        path_, may_write ? SQLite::OPEN_READWRITE : SQLite::OPEN_READONLY,
        busy_ms);
    db_->exec("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
    auto error = check_content();
    auto found = number(*db_, "PRAGMA user_version");
    if (!error && found < newest)
      error = refuse(found == 0 ? "holds no bot; none has run with it"
                                : "is of an older version of muster; a start "
                                  "of the bot brings it up to date");
    if (error)
      db_.reset();
    return error;
  } catch (const SQLite::Exception& x) {
    auto error = error_of(x);
    db_.reset();
    return error;
  }
}

caf::error sqlite_file::open() {
  if (db_)
    return check_identity();
  // Closing a file, as make_private() does, ends what locks SQLite has on it
  // elsewhere in this process.
  static std::mutex one_at_a_time;
  std::lock_guard guard{one_at_a_time};
  auto again = inode_ != 0;
  if (auto error = again ? check_identity() : check_place())
    return error;
  try {
    if (!again)
      make_private();
    db_ = std::make_unique<SQLite::Database>(path_, SQLite::OPEN_READWRITE,
                                             busy_ms);
    db_->exec("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON");
    // What is refused is not touched, when it is closed, either.
    sqlite3_db_config(db_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
                      nullptr);
    auto error = check_content();
    if (!error)
      error = make_or_migrate();
    if (error) {
      db_.reset();
      return error;
    }
    sqlite3_db_config(db_->getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0,
                      nullptr);
  } catch (const SQLite::Exception& x) {
    auto error = error_of(x);
    db_.reset();
    if (!again && (x.getErrorCode() == SQLITE_FULL || is_full()))
      return refuse("has no room; make some on the disk");
    if (!again && x.getErrorCode() == SQLITE_CANTOPEN)
      return refuse(std::string{"cannot be opened ("} + x.what()
                    + "); give this user the right to write the file and its "
                      "folder");
    return error;
  }
  return check_identity();
}

} // namespace muster
