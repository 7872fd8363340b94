#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/http_answer.hpp"

namespace muster {

/// The answer to a request for a WebSocket. The WebSocket layer takes a short
/// head and nothing else: it is given the head that it needs, and who asked is
/// told of all others. Pure; not thread-safe.
class upgrade_answer {
public:
  enum class status { more, accepted, refused, failed };

  /// Takes bytes until the answer is there.
  status feed(std::string_view bytes);
  /// The server sends no more, or it takes too long.
  status end();

  status state() const { return status_; }

  /// When accepted: copies of the short head, as much as has room; 0 when all
  /// has been taken.
  std::size_t take(char* to, std::size_t room);
  bool all_taken() const { return taken_ == clean_.size(); }

  /// What came behind the answer.
  const std::string& rest() const { return reader_.rest(); }

  const http_answer& answer() const { return reader_.answer(); }

  /// When refused or failed.
  std::string sentence() const;

private:
  status settle(http_answer_reader::status x);

  http_answer_reader reader_;
  std::string clean_;
  std::size_t taken_ = 0;
  status status_ = status::more;
};

} // namespace muster
