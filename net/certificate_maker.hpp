#pragma once

#include <string>
#include <vector>

#include <caf/error.hpp>
#include <caf/timestamp.hpp>

namespace muster {

// Makes the keys by which the processes of a bot know each other (C14), as
// folders with ca.pem, node.pem and node.key (cluster_settings::tls_dir). All
// of it is for its owner only, and no key gets into an error. Times are the
// wall clock's. Errors are errc::invalid_settings with the mend.

/// An empty string, or why no keys can be made for a machine of this name, and
/// the mend.
std::string check_machine(const std::string& name);

/// What make_machine_keys() has made.
struct machine_keys {
  struct machine {
    std::string name;
    /// To be copied to it.
    std::string folder;
    /// Until when its certificate is good.
    caf::timestamp ends;
  };

  bool new_authority = false;
  std::vector<machine> machines;
};

/// Makes FOLDER/NAME for each name, which check_machine() takes, signed by the
/// authority in FOLDER/ca.pem and FOLDER/ca.key, which is made if there is
/// none. Nothing is overwritten: if one of them is there, nothing is made.
/// `out` holds what was made, also with an error. Several processes may do it
/// at once.
caf::error make_machine_keys(const std::string& folder,
                             const std::vector<std::string>& names,
                             caf::timestamp now, machine_keys& out);

/// Makes the folder for the processes of one machine, which share it; nobody
/// can sign another key for them. One that is there is checked and left as it
/// is. Several processes may do it at once: all use the same then.
caf::error make_state_keys(const std::string& folder,
                           caf::timestamp now = caf::make_timestamp());

/// That folder of a state: beside the file of sqlite:PATH, by whatever path it
/// is named; empty for any other state.
std::string state_keys_folder(const std::string& state_url);

} // namespace muster
