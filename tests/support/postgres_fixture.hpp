#pragma once

#include <memory>
#include <string>
#include <vector>

#include "messages/errc.hpp"
#include "tests/support/postgres_server.hpp"
#include "tests/support/suite.hpp"

namespace muster::test {

/// Processes of bots, each with a store of its own, in a database that is new.
struct postgres_fixture {
  using store = std::unique_ptr<postgres_store>;

  std::string url(const std::string& role = "postgres") const {
    return server.url(database, role);
  }

  static store open(const std::string& url, const std::string& bot = "bot") {
    return std::make_unique<postgres_store>(postgres_server::parse(url), bot);
  }
  store process(const std::string& bot = "bot") const {
    return open(url(), bot);
  }

  static caf::error join(state_store& x, std::uint64_t node,
                         caf::timespan timeout = caf::timespan{0}) {
    joined_store ignored;
    return x.join({node, 100 + node, 2, 3, {0, 1}, timeout}, ignored);
  }

  static std::vector<shard_cut> claim(state_store& x, std::uint64_t node,
                                      std::uint64_t token = 5) {
    shards_claimed out;
    CAF_CHECK_EQUAL(x.claim({node, token, {0, 1}}, out), caf::none);
    std::vector<shard_cut> result;
    for (auto& one : out.shards)
      result.push_back(one.cut);
    return result;
  }

  /// The next write of an owner.
  static save_cut next(shard_cut& owned) {
    save_cut x;
    x.cut.owner = owned.owner;
    x.cut.number = ++owned.number;
    x.cut.session = std::string{"session"};
    return x;
  }

  /// Whether a write holds, or why that is not known.
  static std::string save(state_store& x, const save_cut& what) {
    std::vector<state_store::saved> out;
    if (auto error = x.save({what}, out))
      return sentence_of(error);
    return out.at(0).holds ? "holds" : "overtaken";
  }

  /// Whether a process lives, or why that is not known.
  static std::string renew(state_store& x, std::uint64_t node) {
    state_store::renewed out;
    if (auto error = x.renew({node, {}}, out))
      return to_string(code_of(error));
    return out.known ? "known" : "unknown";
  }

  static bool has(const std::string& text, const std::string& word) {
    return text.find(word) != text.npos;
  }

  /// Why it is refused for good.
  static std::string refusal(const caf::error& x) {
    CAF_CHECK(code_of(x) == errc::store_refused);
    return sentence_of(x);
  }

  postgres_server& server = postgres_server::shared();
  std::string database = server.make_database();
};

} // namespace muster::test
