#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/system/error_code.hpp>

namespace muster {

/// Who waits for a read or a write, whatever its type; called once. What lies
/// below it is compiled once, not for each of Beast's operations. It is called
/// on the executor of the stream: a handler has none of its own.
class io_handler {
public:
  using error_code = boost::system::error_code;

  template <class Handler>
  requires(!std::is_same_v<std::decay_t<Handler>,
                           io_handler>) explicit io_handler(Handler&& h)
      : held_(std::make_unique<holder<std::decay_t<Handler>>>(
          std::forward<Handler>(h))) {}

  void operator()(error_code ec, std::size_t n) {
    auto x = held_.get();
    x->call(std::move(held_), ec, n);
  }

private:
  struct base {
    virtual ~base() = default;
    virtual void call(std::unique_ptr<base> self, error_code ec,
                      std::size_t n) = 0;
  };

  template <class Handler>
  struct holder final : base {
    template <class H>
    explicit holder(H&& h) : handler(std::forward<H>(h)) {}

    /// As Asio does: what it took is freed before it is called.
    void call(std::unique_ptr<base> self, error_code ec,
              std::size_t n) override {
      auto h = std::move(handler);
      self.reset();
      h(ec, n);
    }

    Handler handler;
  };

  std::unique_ptr<base> held_;
};

} // namespace muster
