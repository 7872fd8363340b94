#include "net/http_answer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "net/words.hpp"

namespace muster {

namespace {

/// All of `text` as a number.
template <class T>
bool read_number(std::string_view text, T& out, int base) {
  auto last = text.data() + text.size();
  auto [end, ec] = std::from_chars(text.data(), last, out, base);
  return ec == std::errc{} && end == last && !text.empty();
}

} // namespace

http_answer_reader::status http_answer_reader::fail(std::string sentence) {
  part_ = part::failed;
  sentence_ = std::move(sentence);
  in_.clear();
  return status::failed;
}

http_answer_reader::status http_answer_reader::finish() {
  part_ = part::done;
  return status::done;
}

http_answer_reader::status http_answer_reader::feed(std::string_view bytes) {
  in_.append(bytes);
  return step();
}

http_answer_reader::status http_answer_reader::end() {
  switch (part_) {
  case part::done:
  case part::open_body:
    return finish();
  case part::failed:
    return status::failed;
  case part::head:
    return fail("the server hung up before it answered");
  default:
    return fail("the server hung up before its answer was whole");
  }
}

http_answer_reader::status http_answer_reader::step() {
  std::string line;
  for (;;)
    switch (part_) {
    case part::head:
      if (!take_line(line)) {
        // What is no HTTP need not be waited for.
        constexpr std::string_view start = "HTTP/1.";
        auto n = std::min(start.size(), in_.size());
        if (!status_read_ && in_.compare(0, n, start.substr(0, n)) != 0)
          return fail("the answer is not HTTP/1.1");
        if (head_bytes_ + in_.size() > max_head)
          return fail("the answer has more than 64 KB of headers");
        return status::more;
      }
      if (!spend_head(line.size() + 2))
        return fail("the answer has more than 64 KB of headers");
      if (!status_read_) {
        if (!read_status(line))
          return fail("the answer is not HTTP/1.1");
      } else if (!line.empty()) {
        if (!read_header(line))
          return fail("the answer's Content-Length is no single number");
      } else if (auto x = read_head(); x != status::more) {
        return x;
      }
      break;
    case part::body:
      return take_body() ? finish() : status::more;
    case part::open_body:
      left_ = in_.size() + 1; // never all
      return take_body() ? finish() : status::more;
    case part::chunk_size: {
      if (!take_line(line))
        return in_.size() <= 1024 ? status::more
                                  : fail("the answer's chunks are malformed");
      auto size = trimmed(std::string_view{line}.substr(0, line.find(';')));
      if (!read_number(size, left_, 16) || line.size() >= 1024)
        return fail("the answer's chunks are malformed");
      part_ = left_ == 0 ? part::trailers : part::chunk;
      break;
    }
    case part::chunk:
      if (!take_body())
        return status::more;
      if (answer_.cut)
        return finish();
      part_ = part::chunk_end;
      break;
    case part::chunk_end:
      if (!take_line(line))
        return in_.size() <= 1 ? status::more
                               : fail("the answer's chunks are malformed");
      if (!line.empty())
        return fail("the answer's chunks are malformed");
      part_ = part::chunk_size;
      break;
    case part::trailers:
      if (!take_line(line))
        return head_bytes_ + in_.size() <= max_head
                   ? status::more
                   : fail("the answer has more than 64 KB of headers");
      if (!spend_head(line.size() + 2))
        return fail("the answer has more than 64 KB of headers");
      if (line.empty())
        return finish();
      break;
    case part::done:
      return status::done;
    case part::failed:
      return status::failed;
    }
}

bool http_answer_reader::take_line(std::string& line) {
  auto end = in_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = in_.size();
    return false;
  }
  searched_ = 0;
  line = in_.substr(0, end);
  in_.erase(0, end + 1);
  if (!line.empty() && line.back() == '\r')
    line.pop_back();
  return true;
}

bool http_answer_reader::spend_head(std::size_t bytes) {
  head_bytes_ += bytes;
  return head_bytes_ <= max_head;
}

bool http_answer_reader::read_status(std::string_view line) {
  status_read_ = true;
  return line.substr(0, 7) == "HTTP/1." && line.size() >= 12 && line[8] == ' '
         && (line.size() == 12 || line[12] == ' ')
         && read_number(line.substr(9, 3), answer_.status, 10)
         && answer_.status >= 100;
}

bool http_answer_reader::read_header(std::string_view line) {
  auto colon = line.find(':');
  if (colon == std::string_view::npos)
    return true; // not ours to judge
  auto name = line.substr(0, colon);
  auto value = trimmed(line.substr(colon + 1));
  if (is_same_word(name, "content-length"))
    return read_length(value);
  if (is_same_word(name, "transfer-encoding")) {
    chunked_ = value.size() >= 7
               && is_same_word(value.substr(value.size() - 7), "chunked");
    return true;
  }
  const std::pair<std::string_view, std::string*> kept[] = {
      {"retry-after", &answer_.retry_after},
      {"date", &answer_.date},
      {"location", &answer_.location},
      {"server", &answer_.server},
      {"content-type", &answer_.content_type},
      {"connection", &answer_.connection},
      {"upgrade", &answer_.upgrade},
      {"sec-websocket-accept", &answer_.websocket_accept},
  };
  for (auto& [key, field] : kept)
    if (is_same_word(name, key)) {
      if (!field->empty()) // a list may come in several lines
        field->append(", ");
      field->append(value);
    }
  return true;
}

bool http_answer_reader::read_length(std::string_view value) {
  std::uint64_t length = 0;
  if (!read_number(value, length, 10) || (has_length_ && length != left_))
    return false;
  has_length_ = true;
  left_ = length;
  return true;
}

http_answer_reader::status http_answer_reader::read_head() {
  auto code = answer_.status;
  if (code < 200 && code != 101) {
    answer_ = {};
    status_read_ = has_length_ = chunked_ = false;
    left_ = 0;
    return status::more;
  }
  has_head_ = true;
  if (code < 200 || code == 204 || code == 304)
    return finish();
  part_ = chunked_      ? part::chunk_size
          : has_length_ ? part::body
                        : part::open_body;
  return status::more;
}

bool http_answer_reader::take_body() {
  auto n = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in_.size()));
  auto room = max_body - answer_.body.size();
  if (n > room) {
    answer_.cut = true; // enough is known
    answer_.body.append(in_, 0, room);
    in_.clear();
    return true;
  }
  answer_.body.append(in_, 0, n);
  in_.erase(0, n);
  left_ -= n;
  return left_ == 0;
}

} // namespace muster
