#define CAF_SUITE net_io_loop

#include "net/io_loop.hpp"

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>

#include "net/io_context.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

CAF_TEST(F1 the loop runs on whatever is thrown) {
  std::vector<std::string> told;
  io_loop loop{[&](const char* what) { told.emplace_back(what); }};
  auto& io = loop.shared()->io;
  boost::asio::post(io, [] { throw std::runtime_error{"one"}; });
  boost::asio::post(io, [] { throw 2; });
  std::promise<void> done;
  boost::asio::post(io, [&] { done.set_value(); });
  done.get_future().wait();
  loop.stop();
  CAF_REQUIRE_EQUAL(told.size(), 2u);
  CAF_CHECK_EQUAL(told[0], "one");
  CAF_CHECK_EQUAL(told[1], "an unknown exception");
}

CAF_TEST(F1 the loop needs nobody to tell it to) {
  io_loop loop;
  std::promise<void> done;
  boost::asio::post(loop.shared()->io, [] { throw std::bad_alloc{}; });
  boost::asio::post(loop.shared()->io, [&] { done.set_value(); });
  done.get_future().wait();
}
