#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/certificate_maker.hpp"
#include "net/io_loop.hpp"
#include "net/node_door.hpp"
#include "tests/support/suite.hpp"
#include "tests/support/temporary_folder.hpp"

namespace muster::test {

/// What other threads bring, waited for with a bound.
template <class T>
class arrivals {
public:
  void add(T x) {
    std::lock_guard guard{mutex_};
    all_.push_back(std::move(x));
    changed_.notify_all();
  }

  /// The next one; fails the test after 30 s.
  T take() {
    std::unique_lock guard{mutex_};
    auto came = changed_.wait_for(guard, std::chrono::seconds(30),
                                  [this] { return !all_.empty(); });
    CAF_REQUIRE(came);
    auto result = std::move(all_.front());
    all_.pop_front();
    return result;
  }

  std::size_t size() {
    std::lock_guard guard{mutex_};
    return all_.size();
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> all_;
};

/// Keeps what comes of a link.
struct link_recorder final : link_sink {
  void frames(std::vector<char> bytes) override {
    came.add({bytes.begin(), bytes.end()});
  }
  void closed(const std::string& why) override { ended.add(why); }

  arrivals<std::string> came;
  arrivals<std::string> ended;
};

/// A process as far as its links go. Frames are a byte with the length of what
/// follows.
struct link_end {
  using link_ptr = std::shared_ptr<node_link>;

  explicit link_end(const std::string& keys_folder, std::string hello = "here",
                    std::function<void(link_terms&)> change = {}) {
    std::shared_ptr<node_keys> keys;
    auto error = node_keys::read(keys_folder, keys);
    CAF_REQUIRE(!error);
    link_terms terms;
    terms.hello = std::move(hello);
    terms.head = 1;
    terms.body_of = [](const char* head) -> std::optional<std::size_t> {
      if (*head == '\0')
        return std::nullopt;
      return static_cast<unsigned char>(*head);
    };
    if (change)
      change(terms);
    node_door::callbacks told{
        [this](const link_ptr& x) { guests.add(x); },
        [this](const std::string&, const std::string& why) {
          refused.add(why);
        }};
    door.emplace(loop, keys, terms, told);
    CAF_REQUIRE(!door->listen("127.0.0.1", 0, port));
  }

  ~link_end() {
    door->close();
    CAF_CHECK(door->wait_closed(std::chrono::seconds(30)));
    door.reset();
    loop.stop();
  }

  /// A link to that port, or why there is none.
  std::pair<link_ptr, std::string> dial(std::uint16_t to) {
    arrivals<std::pair<link_ptr, std::string>> result;
    door->dial("127.0.0.1", to, {}, [&](link_ptr x, std::string why) {
      result.add({std::move(x), std::move(why)});
    });
    return result.take();
  }

  io_loop loop;
  arrivals<link_ptr> guests;
  arrivals<std::string> refused;
  std::optional<node_door> door;
  std::uint16_t port = 0;
};

/// Keys of two machines of one authority.
struct link_keys_fixture {
  link_keys_fixture() { make("ca", caf::make_timestamp()); }

  /// A folder with an authority and the machines one and two.
  std::string make(const std::string& name, caf::timestamp now) {
    machine_keys made;
    auto error = make_machine_keys(folder / name, {"one", "two"}, now, made);
    CAF_REQUIRE(!error);
    return folder / name;
  }

  temporary_folder folder;
  std::string one = folder / "ca/one";
  std::string two = folder / "ca/two";
};

} // namespace muster::test
