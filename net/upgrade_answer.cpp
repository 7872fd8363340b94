#include "net/upgrade_answer.hpp"

#include <algorithm>

#include "net/http_refusal.hpp"

namespace muster {

upgrade_answer::status upgrade_answer::settle(http_answer_reader::status x) {
  if (x == http_answer_reader::status::more)
    return status_;
  if (!reader_.has_head())
    return status_ = status::failed;
  auto& answer = reader_.answer();
  if (answer.status != 101) // also when its body is not whole
    return status_ = status::refused;
  // What a line of it says is for the WebSocket layer to judge.
  clean_ = "HTTP/1.1 101 Switching Protocols\r\n";
  clean_ += "Upgrade: " + shown(answer.upgrade) + "\r\n";
  clean_ += "Connection: " + shown(answer.connection) + "\r\n";
  clean_ +=
      "Sec-WebSocket-Accept: " + shown(answer.websocket_accept) + "\r\n\r\n";
  return status_ = status::accepted;
}

upgrade_answer::status upgrade_answer::feed(std::string_view bytes) {
  return status_ == status::more ? settle(reader_.feed(bytes)) : status_;
}

upgrade_answer::status upgrade_answer::end() {
  return status_ == status::more ? settle(reader_.end()) : status_;
}

std::size_t upgrade_answer::take(char* to, std::size_t room) {
  auto n = std::min(room, clean_.size() - taken_);
  std::copy_n(clean_.data() + taken_, n, to);
  taken_ += n;
  return n;
}

std::string upgrade_answer::sentence() const {
  return status_ == status::refused ? describe(reader_.answer())
                                    : reader_.sentence();
}

} // namespace muster
