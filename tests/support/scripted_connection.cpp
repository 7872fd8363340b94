#include "tests/support/scripted_connection.hpp"

#include <stdexcept>

#include "tests/support/payloads.hpp"

namespace muster::test {

void scripted_connection::send(std::string text, std::uint64_t ticket) {
  if (closed_with >= 0 || sink_ == nullptr)
    return;
  if (throws)
    throw std::runtime_error("a connection's mistake");
  texts.push_back(std::move(text));
  if (now)
    sent_at.push_back(now());
  unconfirmed_.push_back(ticket);
  if (confirm_writes)
    confirm();
  if (acknowledge && texts.back().find("\"op\":1}") != std::string::npos)
    say(heartbeat_ack());
}

void scripted_connection::confirm() {
  while (!unconfirmed_.empty() && sink_ != nullptr) {
    sink_->written(unconfirmed_.front());
    unconfirmed_.pop_front();
  }
}

void scripted_connection::confirm(std::deque<std::uint64_t> those) {
  for (auto ticket : those)
    sink().written(ticket);
}

void scripted_connection::close(std::uint16_t code) {
  if (closed_with >= 0 || sink_ == nullptr)
    return;
  closed_with = code;
  if (close_at_once)
    end(0);
}

void scripted_connection::end(std::uint16_t code, errc error) {
  if (auto sink = std::exchange(sink_, nullptr))
    sink->closed(code, error, "the test said so");
}

std::vector<nlohmann::json> scripted_connection::sent(int op) const {
  std::vector<nlohmann::json> result;
  for (auto& text : texts) {
    auto x = nlohmann::json::parse(text);
    if (x["op"] == op)
      result.push_back(std::move(x["d"]));
  }
  return result;
}

std::vector<caf::actor_clock::time_point>
scripted_connection::times_of(int op) const {
  std::vector<caf::actor_clock::time_point> result;
  for (std::size_t i = 0; i < sent_at.size(); ++i)
    if (nlohmann::json::parse(texts[i])["op"] == op)
      result.push_back(sent_at[i]);
  return result;
}

} // namespace muster::test
