#pragma once

#include <cstdint>
#include <string>

#include <caf/error.hpp>

namespace muster {

/// Shows to other processes of this machine that a process lives: a file of
/// its own that it holds locked until it ends, however it ends (Store). Next
/// to the file that they share. Not thread-safe.
class node_lock {
public:
  node_lock() = default;
  node_lock(const node_lock&) = delete;
  node_lock& operator=(const node_lock&) = delete;
  /// Unlocks the file and leaves it, which proves that its process has ended.
  ~node_lock();

  /// Makes the file and locks it; does nothing once that has succeeded.
  caf::error take(const std::string& shared_file, std::uint64_t node);

  /// Removes the file, when nothing names the process any longer.
  void release();

private:
  std::string path_;
  int file_ = -1;
};

/// What tells one run of this machine from the next.
std::string boot_id();

/// Whether a process has ended that lived under `boot`.
class death_certificate {
public:
  /// Looks; proves() means that the process is dead, and nobody else can prove
  /// it while this object lives.
  death_certificate(const std::string& shared_file, std::uint64_t node,
                    const std::string& boot);
  death_certificate(const death_certificate&) = delete;
  death_certificate& operator=(const death_certificate&) = delete;
  ~death_certificate();

  std::uint64_t node() const { return node_; }
  bool proves() const { return proves_; }
  /// The process is forgotten: its file goes with this object.
  void bury() { buried_ = true; }

private:
  std::string path_;
  std::uint64_t node_;
  int file_ = -1;
  bool proves_ = false;
  bool buried_ = false;
};

} // namespace muster
