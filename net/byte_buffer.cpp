#include "net/byte_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace muster {

namespace {

struct free_bytes {
  void operator()(const char* p) const { std::free(const_cast<char*>(p)); }
};

} // namespace

byte_buffer::~byte_buffer() {
  std::free(data_);
}

byte_buffer::byte_buffer(byte_buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

byte_buffer& byte_buffer::operator=(byte_buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

char* byte_buffer::prepare(std::size_t n) {
  if (room() < n) {
    auto wanted = std::max(size_ + n, capacity_ + capacity_ / 2);
    auto grown = std::realloc(data_, wanted + frozen_buffer::padding);
    if (grown == nullptr)
      throw std::bad_alloc{};
    data_ = static_cast<char*>(grown);
    capacity_ = wanted;
  }
  return data_ + size_;
}

void byte_buffer::append(std::string_view text) {
  if (text.empty())
    return;
  std::memcpy(prepare(text.size()), text.data(), text.size());
  commit(text.size());
}

frozen_buffer byte_buffer::freeze() {
  if (data_ == nullptr)
    return {};
  // Readers may keep it for long: do not let them hold much unused room.
  if (capacity_ - size_ > size_ / 4 + 4096)
    if (auto less = std::realloc(data_, size_ + frozen_buffer::padding))
      data_ = static_cast<char*>(less);
  std::memset(data_ + size_, 0, frozen_buffer::padding);
  capacity_ = 0;
  std::shared_ptr<const char> shared{std::exchange(data_, nullptr),
                                     free_bytes{}};
  return {std::move(shared), std::exchange(size_, 0)};
}

} // namespace muster
