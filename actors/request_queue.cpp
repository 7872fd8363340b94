#include "actors/request_queue.hpp"

namespace muster {

request_queue::key request_queue::key_of(const request_entry& x) {
  auto priority = x.from == origin::user ? 0 : x.suspect ? 2 : 1;
  return {priority, x.rank, x.order};
}

void request_queue::add(request_entry& x, time_point not_before) {
  x.not_before = not_before;
  if (not_before > time_point{})
    delayed_.emplace(not_before, &x);
  else
    line_of(x).emplace(key_of(x), &x);
}

void request_queue::remove(request_entry& x) {
  auto [first, last] = delayed_.equal_range(x.not_before);
  for (auto i = first; i != last; ++i)
    if (i->second == &x) {
      delayed_.erase(i);
      return;
    }
  line_of(x).erase(key_of(x));
}

void request_queue::wake(time_point now) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    auto x = delayed_.begin()->second;
    delayed_.erase(delayed_.begin());
    add(*x, time_point{});
  }
}

request_entry* request_queue::head(line& from, bool startup_too,
                                   time_point now) {
  while (!from.empty()) {
    auto i = from.begin();
    if (!startup_too && std::get<0>(i->first) != 0)
      return nullptr;
    auto x = i->second;
    auto free_at =
        x->whole_list ? cooldown_.free_at(x->request.guild_id) : time_point{};
    if (free_at <= now)
      return x;
    from.erase(i);
    add(*x, free_at);
  }
  return nullptr;
}

request_entry* request_queue::take(filter which, time_point now) {
  wake(now);
  auto x = head(others_, which.startup, now);
  if (which.whole_lists)
    if (auto list = head(lists_, which.startup, now);
        list != nullptr && (x == nullptr || key_of(*list) < key_of(*x)))
      x = list;
  if (x != nullptr && x->suspect && !which.suspects)
    return nullptr; // it is its turn: let the wire become empty
  if (x != nullptr)
    line_of(*x).erase(key_of(*x));
  return x;
}

} // namespace muster
