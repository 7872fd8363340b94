#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace muster::test {

/// Machines of a test, as namespaces of the network (network_namespaces(7)).
/// Each has three cables that can be cut: packets are swallowed then, and no
/// end is told. Nothing of it has a name outside, or outlasts this process.
/// Used by the thread that made it.
class test_network {
public:
  /// What the cables of a machine lead to.
  enum class lan { gateway, store, nodes };
  static constexpr std::array all{lan::gateway, lan::store, lan::nodes};

  /// Why there can be none here, in a line; empty: there can.
  static std::string why_not();

  /// From now on this thread, and what it begins, is in a namespace apart from
  /// the host's, and there is the gateway, and the store. Throws
  /// std::runtime_error.
  test_network();
  /// This thread is back where it was.
  ~test_network();

  test_network(const test_network&) = delete;
  test_network& operator=(const test_network&) = delete;

  /// The address here, for the machines of that network.
  static std::string host(lan x);

  /// One more machine; gives its number.
  std::size_t add();
  /// Its address, for who is on that network.
  static std::string address(std::size_t machine, lan x);
  /// Does it in a thread there; a process that it begins is there, too.
  void on(std::size_t machine, const std::function<void()>& what) const;

  /// TCP knows of it when it has waited.
  void cut(std::size_t machine, lan x);
  void mend(std::size_t machine, lan x);

private:
  /// A namespace, which lives as long as this or anybody in it.
  class space {
  public:
    explicit space(int file) : file_(file) {}
    space(space&& x) noexcept;
    ~space();
    int file() const { return file_; }

  private:
    int file_;
  };

  static space current();

  space before_;
  std::vector<space> machines_;
};

} // namespace muster::test
