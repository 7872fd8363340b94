#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace muster {

/// An answer to an HTTP request: what muster looks at of it, as it came.
struct http_answer {
  int status = 0;
  std::string retry_after;
  std::string date;
  std::string location;
  std::string server;
  std::string content_type;
  std::string connection;
  std::string upgrade;
  std::string websocket_accept;
  std::string body;
  /// The body was longer than what is kept of it.
  bool cut = false;
};

/// Reads an HTTP/1 answer as its bytes come, in any portions. Interim answers
/// (100, 102, 103) are passed over; nothing is reserved by a number that the
/// server names (F1). Pure; not thread-safe. Source: RFC 9112.
class http_answer_reader {
public:
  enum class status { more, done, failed };

  /// Of all heads together, interim ones and trailers included.
  static constexpr std::size_t max_head = std::size_t{64} << 10;
  static constexpr std::size_t max_body = std::size_t{64} << 10;

  /// After status::done or failed, nothing more may be fed.
  status feed(std::string_view bytes);

  /// The server sends no more.
  status end();

  /// The head is there; the body may not be.
  bool has_head() const { return has_head_; }
  const http_answer& answer() const { return answer_; }
  /// After status::done: what came behind the answer.
  const std::string& rest() const { return in_; }
  /// After status::failed.
  const std::string& sentence() const { return sentence_; }

private:
  enum class part {
    head,
    body,       // of left_ bytes
    open_body,  // until the server hangs up
    chunk_size, // a line
    chunk,      // of left_ bytes
    chunk_end,  // an empty line
    trailers,
    done,
    failed,
  };

  status step();
  status fail(std::string sentence);
  bool take_line(std::string& line);
  bool spend_head(std::size_t bytes);
  status read_head();
  bool read_status(std::string_view line);
  bool read_header(std::string_view line);
  bool read_length(std::string_view value);
  /// True when as many bytes as were announced are there.
  bool take_body();
  status finish();

  http_answer answer_;
  std::string in_;
  std::string sentence_;
  std::size_t head_bytes_ = 0;
  std::size_t searched_ = 0;
  std::uint64_t left_ = 0;
  part part_ = part::head;
  bool status_read_ = false;
  bool has_head_ = false;
  bool has_length_ = false;
  bool chunked_ = false;
};

} // namespace muster
