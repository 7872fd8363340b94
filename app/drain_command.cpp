#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/exit_code.hpp"
#include "app/output.hpp"
#include "app/store_query.hpp"
#include "app/text.hpp"
#include "messages/errc.hpp"

namespace muster::app {

namespace {

struct drain_options {
  store_query query;
  std::string node;
};

using nodes = std::vector<store_status::node>;

std::string name_of(const store_status::node& x) {
  auto name = node_name(x.info.node);
  return x.info.address.empty() ? name : name + " (" + x.info.address + ")";
}

std::string list(const nodes& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : ", ") + name_of(x);
  return text;
}

/// What comes of it.
std::string words_of(const store_status::node& x, const nodes& all,
                     bool draining) {
  auto text = "process " + name_of(x);
  if (!draining)
    return text + " takes shards again";
  text += " takes no more shards";
  auto one = x.shards.size() == 1;
  if (x.shards.empty())
    return text + ", and has none";
  auto others = std::count_if(all.begin(), all.end(), [&](auto& y) {
    return y.info.node != x.info.node && !y.info.address.empty()
           && !y.info.draining && y.info.weight > 0;
  });
  text += (one ? "; shard " : "; shards ") + to_ranges(x.shards);
  if (x.info.address.empty() || others == 0)
    return text + (one ? " stays" : " stay")
           + " with it until another process can take " + (one ? "it" : "them");
  text += one ? " goes to the other " : " go to the other ";
  return text
         + (others == 1 ? "process"
                        : with_commas(static_cast<std::uint64_t>(others))
                              + " processes");
}

int fail(const std::string& why) {
  std::fprintf(stderr, "muster: %s\n", why.c_str());
  return exit_fatal;
}

int drain(const drain_options& x, bool draining) {
  if (x.node.empty())
    throw CLI::ValidationError("NODE", "it is empty; write the name or address "
                                       "of a process as muster status prints "
                                       "it");
  auto store = x.query.open();
  store_status found;
  if (auto error = store->look(found))
    return fail(sentence_of(error));
  nodes fitting;
  for (auto& node : found.nodes)
    if (node_name(node.info.node) == x.node || node.info.address == x.node)
      fitting.push_back(node);
  auto unknown = [&] {
    return fail("no process '" + x.node + "' lives; "
                + (found.nodes.empty() ? "there is none"
                                       : "there are " + list(found.nodes)));
  };
  if (fitting.empty())
    return unknown();
  if (fitting.size() > 1)
    return fail("several processes have the address '" + x.node
                + "'; name one of " + list(fitting));
  if (auto error = store->drain(fitting[0].info.node, draining)) {
    if (code_of(error) != errc::unknown_node)
      return fail(sentence_of(error));
    std::erase_if(found.nodes, [&](auto& y) { // it has ended meanwhile
      return y.info.node == fitting[0].info.node;
    });
    return unknown();
  }
  return write_out(words_of(fitting[0], found.nodes, draining) + '\n')
             ? exit_complete
             : exit_fatal;
}

command add(CLI::App& program, const char* name, const char* help,
            bool draining) {
  auto x = std::make_shared<drain_options>();
  auto& command = *program.add_subcommand(name, help);
  command
      .add_option("NODE", x->node,
                  "The process, by its name or address as muster status prints "
                  "them")
      ->required();
  x->query.add_to(command);
  return [x, draining] { return drain(*x, draining); };
}

} // namespace

command add_drain(CLI::App& program) {
  return add(program, "drain",
             "Have a process of the bot hand its shards to the others and take "
             "no more, until undrain or its end.",
             true);
}

command add_undrain(CLI::App& program) {
  return add(program, "undrain", "Let a process of the bot take shards again.",
             false);
}

} // namespace muster::app
