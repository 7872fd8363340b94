#include "net/node_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "messages/errc.hpp"
#include "messages/internal/claim.hpp"

namespace muster {

namespace {

std::string path_of(const std::string& shared_file, std::uint64_t node) {
  return shared_file + ".node-" + node_name(node);
}

/// What its owner has written into it.
std::string content_of(std::uint64_t node, const std::string& boot) {
  return std::to_string(node) + ' ' + boot + '\n';
}

} // namespace

std::string boot_id() {
  std::ifstream file{"/proc/sys/kernel/random/boot_id"};
  std::string result;
  std::getline(file, result);
  return result;
}

node_lock::~node_lock() {
  if (file_ >= 0)
    close(file_);
}

caf::error node_lock::take(const std::string& shared_file, std::uint64_t node) {
  if (file_ >= 0)
    return caf::none;
  auto path = path_of(shared_file, node);
  auto file = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  auto content = content_of(node, boot_id());
  if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0
      && write(file, content.data(), content.size())
             == static_cast<ssize_t>(content.size())) {
    path_ = std::move(path);
    file_ = file;
    return caf::none;
  }
  auto why = errno;
  if (file >= 0) {
    unlink(path.c_str());
    close(file);
  }
  auto sentence = "'" + path + "' cannot be made: " + std::strerror(why);
  if (why == ENOSPC || why == EDQUOT)
    return make_error(errc::store_refused, sentence + "; make room");
  auto forbidden =
      why == EACCES || why == EPERM || why == EROFS || why == ENOENT;
  return forbidden ? make_error(errc::store_refused,
                                sentence
                                    + "; give this user the right to "
                                      "write into the folder")
                   : make_error(errc::store_away, sentence);
}

void node_lock::release() {
  if (file_ < 0)
    return;
  unlink(path_.c_str());
  close(file_);
  file_ = -1;
}

death_certificate::death_certificate(const std::string& shared_file,
                                     std::uint64_t node,
                                     const std::string& boot)
    : path_(path_of(shared_file, node)), node_(node) {
  // The machine may have been started anew since; but who still holds the lock
  // lives, whatever a container takes for its boot id.
  auto rebooted = boot != boot_id();
  // Never made here: a lock on a file that its owner has not made says nothing.
  file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
  if (file_ < 0) {
    proves_ = rebooted && errno == ENOENT;
    return;
  }
  if (flock(file_, LOCK_EX | LOCK_NB) != 0)
    return;
  auto expected = content_of(node, boot);
  std::string found(expected.size() + 1, '\0');
  auto size = pread(file_, found.data(), found.size(), 0);
  found.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  proves_ = rebooted || found == expected;
}

death_certificate::~death_certificate() {
  if (buried_ && file_ >= 0)
    unlink(path_.c_str());
  if (file_ >= 0)
    close(file_);
}

} // namespace muster
