#include "messages/frozen_buffer.hpp"

#include <cstring>
#include <utility>

namespace muster {

frozen_buffer::frozen_buffer(std::string_view text)
    : size_(text.size()), held_(text.size()) {
  auto bytes = std::make_unique<char[]>(text.size() + padding);
  if (!text.empty())
    std::memcpy(bytes.get(), text.data(), text.size());
  data_ = std::shared_ptr<const char>{bytes.release(),
                                      std::default_delete<char[]>{}};
}

frozen_buffer frozen_buffer::slice(std::string_view part) const {
  if (part.empty())
    return {};
  return {std::shared_ptr<const char>{data_, part.data()}, part.size(), held_};
}

frozen_buffer frozen_buffer::with_lease(std::shared_ptr<void> lease) const {
  struct holder {
    std::shared_ptr<const char> data;
    std::shared_ptr<void> lease;
  };
  auto both = std::make_shared<holder>(holder{data_, std::move(lease)});
  auto start = data_.get();
  return {std::shared_ptr<const char>{std::move(both), start}, size_, held_};
}

} // namespace muster
