// Requests that may be asked for again by their callers (C12).

#include <memory>
#include <utility>

#include "actors/request_book.hpp"

namespace muster {

using stage = request_stage;

void request_book::set_call(const std::string& caller_nonce, std::uint64_t call,
                            bool remote) {
  auto x = index_.of_caller(caller_nonce);
  if (x == nullptr)
    return;
  x->calls[caller_nonce] = call;
  x->remote |= remote;
  ++version_;
}

const request_book::entry*
request_book::of_call(const std::string& caller_nonce, std::uint64_t call,
                      bool remote) {
  auto x = index_.of_caller(caller_nonce);
  if (x == nullptr || call == 0 || x->call_of(caller_nonce) != call)
    return nullptr;
  x->remote |= remote;
  if (std::exchange(x->awaits_caller, false) && x->stage == stage::held) {
    ++version_;
    enqueue(*x, x->not_before);
  }
  return x;
}

void request_book::await_caller(const std::string& nonce) {
  auto x = index_.find(nonce);
  if (x == nullptr || x->stage != stage::queued)
    return;
  dequeue(*x);
  x->stage = stage::held;
  x->awaits_caller = true;
}

void request_book::end_caller(const entry& x, const std::string& caller_nonce,
                              time_point now,
                              const chunk_request_finished* with) {
  std::shared_ptr<ended_call> call;
  if (auto number = x.call_of(caller_nonce); number != 0 && with != nullptr) {
    call = std::make_shared<ended_call>(ended_call{number, *with});
    call->end.chunks.clear();
  }
  ended_.add(caller_nonce, now, {}, std::move(call));
}

} // namespace muster
