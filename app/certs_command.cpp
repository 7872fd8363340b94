#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/output.hpp"
#include "messages/errc.hpp"
#include "net/certificate_authority.hpp"
#include "net/certificate_maker.hpp"

namespace muster::app {

namespace {

struct certs_options {
  std::string folder;
  std::vector<std::string> names;
};

void check(const certs_options& x) {
  if (x.folder.empty())
    throw CLI::ValidationError("DIR", "it is empty; name a folder");
  for (auto& name : x.names) {
    if (auto wrong = check_machine(name); !wrong.empty())
      throw CLI::ValidationError("NAME", wrong);
    if (std::count(x.names.begin(), x.names.end(), name) > 1)
      throw CLI::ValidationError("NAME", "'" + name
                                             + "' is named twice; name "
                                               "it once");
  }
}

int make(const certs_options& x) {
  check(x);
  machine_keys made;
  auto error =
      make_machine_keys(x.folder, x.names, caf::make_timestamp(), made);
  std::string text;
  if (made.new_authority && !made.machines.empty())
    text += "made a new authority; keep its key, ca.key, in '" + x.folder
            + "', no process needs it\n";
  for (auto& y : made.machines)
    text += "made keys for " + y.name + ", good until " + date_of(y.ends)
            + ": copy '" + y.folder + "' there, and name it with --tls-dir\n";
  auto written = write_out(text);
  if (error)
    std::fprintf(stderr, "muster: %s\n", sentence_of(error).c_str());
  return written && !error ? exit_complete : exit_fatal;
}

} // namespace

command add_certs(CLI::App& program) {
  auto x = std::make_shared<certs_options>();
  auto& command = *program.add_subcommand(
      "certs", "Make the keys by which the processes of a bot on several "
               "machines know each other: an authority in DIR, the first time, "
               "and a folder DIR/NAME for each machine.");
  command
      .add_option("DIR", x->folder,
                  "Folder of the authority; made if there "
                  "is none")
      ->required();
  command
      .add_option("NAME", x->names,
                  "Machine, by the name or address by which others reach it")
      ->required();
  command.footer("Nothing is overwritten: to renew the keys of a machine, "
                 "remove its folder first. Whoever has ca.key can join the "
                 "bot.");
  return [x] { return make(*x); };
}

} // namespace muster::app
