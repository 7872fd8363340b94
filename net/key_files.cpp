#include "net/key_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages/errc.hpp"

namespace muster {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = 64 * 1024;
constexpr mode_t file_mode = 0600;
constexpr mode_t folder_mode = 0700;

/// By errno.
caf::error failure(const std::string& path, const char* what) {
  auto why = errno;
  std::string mend;
  if (why == EACCES || why == EPERM || why == EROFS)
    mend = "; give this user the right to, or name another folder";
  else if (why == ENOENT)
    mend = "; make the folder around it first";
  else if (why == ENOTDIR)
    mend = "; a file is in the way of a folder, name another one";
  else if (why == ENOSPC || why == EDQUOT)
    mend = "; make room on the disk";
  else
    mend = "; mend that, or name another folder";
  return make_error(errc::invalid_settings,
                    "'" + path + "' " + what + ": "
                        + std::generic_category().message(why) + mend);
}

class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0)
      close(fd_);
  }
  int get() const { return fd_; }

private:
  int fd_;
};

/// What is at its path goes with it, unless it has been kept.
class scrap {
public:
  explicit scrap(std::string path) : path_(std::move(path)) {}
  scrap(const scrap&) = delete;
  scrap& operator=(const scrap&) = delete;
  ~scrap() {
    std::error_code ignored;
    if (!path_.empty())
      fs::remove_all(path_, ignored);
  }
  void keep() { path_.clear(); }

private:
  std::string path_;
};

/// To the disk; false, with errno, if that fails.
bool fill(int fd, const std::string& text) {
  // Whatever the umask is.
  if (fchmod(fd, file_mode) != 0)
    return false;
  for (std::size_t done = 0; done < text.size();) {
    auto n = write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno != EINTR)
      return false;
    if (n > 0)
      done += static_cast<std::size_t>(n);
  }
  return fsync(fd) == 0;
}

/// So that a rename outlasts a loss of power; where that is not possible, not.
void sync_folder(const std::string& path) {
  descriptor x{open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (x.get() >= 0)
    fsync(x.get());
}

std::string folder_of(const std::string& path) {
  auto result = fs::path{path}.parent_path().string();
  return result.empty() ? "." : result;
}

} // namespace

caf::error make_key_folder(const std::string& path,
                           const std::vector<key_file>& files,
                           bool& was_there) {
  was_there = false;
  auto name = path + ".new-XXXXXX";
  if (mkdtemp(name.data()) == nullptr)
    return failure(path, "cannot be made");
  scrap unfinished{name};
  for (auto& x : files) {
    descriptor file{open((name + '/' + x.name).c_str(),
                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                         file_mode)};
    if (file.get() < 0 || !fill(file.get(), x.text))
      return failure(path, "cannot be made");
  }
  if (chmod(name.c_str(), folder_mode) != 0)
    return failure(path, "cannot be made");
  sync_folder(name);
  // Takes the place of an empty folder, and of nothing else.
  if (rename(name.c_str(), path.c_str()) == 0) {
    unfinished.keep();
    sync_folder(folder_of(path));
    return caf::none;
  }
  if (errno != EEXIST && errno != ENOTEMPTY && errno != ENOTDIR)
    return failure(path, "cannot be made");
  was_there = true;
  return caf::none;
}

caf::error write_key_file(const std::string& path, const std::string& text) {
  auto name = path + ".new-XXXXXX";
  descriptor file{mkostemp(name.data(), O_CLOEXEC)};
  if (file.get() < 0)
    return failure(path, "cannot be made");
  scrap unfinished{name};
  // A link, unlike a new name, never takes the place of what is there.
  if (!fill(file.get(), text) || link(name.c_str(), path.c_str()) != 0)
    return failure(path, "cannot be made");
  sync_folder(folder_of(path));
  return caf::none;
}

caf::error read_key_file(const std::string& path, std::string& text) {
  descriptor file{open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (file.get() < 0)
    return failure(path, "cannot be read");
  struct stat x {};
  if (fstat(file.get(), &x) != 0)
    return failure(path, "cannot be read");
  if (!S_ISREG(x.st_mode) || static_cast<std::size_t>(x.st_size) > most_bytes)
    return make_error(errc::invalid_settings,
                      "'" + path
                          + "' is no PEM file of at most 64 kB; "
                            "restore it, or name another folder");
  text.resize(static_cast<std::size_t>(x.st_size));
  auto n = read(file.get(), text.data(), text.size());
  if (n < 0)
    return failure(path, "cannot be read");
  text.resize(static_cast<std::size_t>(n));
  return caf::none;
}

folder_lock::~folder_lock() {
  if (fd_ >= 0)
    close(fd_);
}

caf::error folder_lock::take(const std::string& path) {
  auto is_new = mkdir(path.c_str(), folder_mode) == 0;
  if (is_new ? chmod(path.c_str(), folder_mode) != 0 : errno != EEXIST)
    return failure(path, "cannot be made");
  fd_ = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0)
    return failure(path, "cannot be opened");
  while (flock(fd_, LOCK_EX) != 0)
    if (errno != EINTR)
      return failure(path, "cannot be locked");
  return caf::none;
}

} // namespace muster
