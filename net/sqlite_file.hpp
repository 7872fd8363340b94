#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <caf/error.hpp>

namespace SQLite {
class Database;
class Exception;
} // namespace SQLite

namespace muster {

/// One name for a file, by whatever path it is named, if that can be told.
std::string whole_path(std::string path);

/// The SQLite database in which the state of bots is kept: checked before
/// anything is written to it, made if there is none, brought to the present
/// form if it is older. What is not muster's, damaged, or of a newer version
/// is left as it is. Not thread-safe.
class sqlite_file {
public:
  explicit sqlite_file(std::string path);
  sqlite_file(const sqlite_file&) = delete;
  sqlite_file& operator=(const sqlite_file&) = delete;
  ~sqlite_file();

  /// Opens it, if it is not open; errc::store_away if that may succeed later.
  caf::error open();
  /// The same for who writes nothing, and makes nothing.
  caf::error open_to_look();
  /// Whether there is one to be opened.
  bool exists() const;

  /// Only while it is open.
  SQLite::Database& db() { return *db_; }

  /// What an exception of the database means here; one that may come of a
  /// broken handle closes it.
  caf::error error_of(const SQLite::Exception& x);

  const std::string& path() const { return path_; }
  /// Of the file, once it has been opened, whatever it holds and its path is.
  std::uint64_t identity() const;

private:
  /// Who has the lock that this process waits for.
  std::string locker() const;
  caf::error check_place() const;
  /// Makes the file, if there is none: sessions are for nobody else.
  void make_private() const;
  bool is_full() const;
  caf::error check_content();
  caf::error make_or_migrate();
  /// An error if it is not the file that was opened first.
  caf::error check_identity();
  caf::error refuse(const std::string& why) const;

  std::string path_;
  std::unique_ptr<SQLite::Database> db_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0; // 0: it has not been opened yet
  bool replaced_ = false;
};

} // namespace muster
