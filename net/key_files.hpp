#pragma once

#include <string>
#include <vector>

#include <caf/error.hpp>

namespace muster {

/// A file of keys, by its name in its folder.
struct key_file {
  std::string name;
  std::string text;
};

/// Makes the folder `path` (mode 0700) with these files (0600), whole or not at
/// all: under a name of its own beside it, then renamed. `was_there` if there
/// is something at `path` that is no empty folder, maybe just made by another
/// process; it is left alone. Errors say the mend.
caf::error make_key_folder(const std::string& path,
                           const std::vector<key_file>& files, bool& was_there);

/// Writes a file (0600), whole or not at all; not over one that is there.
caf::error write_key_file(const std::string& path, const std::string& text);

/// Reads one of at most 64 kB; what it holds never gets into the error.
caf::error read_key_file(const std::string& path, std::string& text);

/// Holds a folder against others who would change it, until the end of this
/// object or process.
class folder_lock {
public:
  folder_lock() = default;
  folder_lock(const folder_lock&) = delete;
  folder_lock& operator=(const folder_lock&) = delete;
  ~folder_lock();

  /// Makes the folder (0700), if there is none, and waits for other holders.
  caf::error take(const std::string& path);

private:
  int fd_ = -1;
};

} // namespace muster
