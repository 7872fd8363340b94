#include "net/byte_buffer.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "net/block_pool.hpp"

namespace muster {

byte_buffer::~byte_buffer() {
  release(data_, capacity_);
}

void byte_buffer::release(char* data, std::size_t capacity) noexcept {
  auto whole = capacity + frozen_buffer::padding;
  if (data != nullptr && whole >= block_pool::min_size)
    block_pool::give_back({data, whole});
  else
    std::free(data);
}

byte_buffer::byte_buffer(byte_buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)),
      last_size_(other.last_size_) {}

byte_buffer& byte_buffer::operator=(byte_buffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  std::swap(last_size_, other.last_size_);
  return *this;
}

char* byte_buffer::prepare(std::size_t n) {
  if (room() < n)
    grow(std::max(size_ + n, capacity_ + capacity_ / 2));
  return data_ + size_;
}

void byte_buffer::grow(std::size_t wanted) {
  auto whole = wanted + frozen_buffer::padding;
  if (whole < block_pool::min_size) {
    auto grown = std::realloc(data_, whole);
    if (grown == nullptr)
      throw std::bad_alloc{};
    data_ = static_cast<char*>(grown);
    capacity_ = wanted;
    return;
  }
  whole = std::max(whole, last_size_ + frozen_buffer::padding);
  auto block = block_pool::take(whole);
  if (size_ > 0)
    std::memcpy(block.data, data_, size_);
  release(data_, capacity_);
  data_ = block.data;
  capacity_ = block.size - frozen_buffer::padding;
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
  last_size_ = size_;
  // Readers may keep it for long: do not let them hold much unused room.
  if (capacity_ - size_ > size_ / 4 + 512) {
    byte_buffer smaller;
    smaller.prepare(std::max<std::size_t>(size_, 1)); // also for the padding
    smaller.append(view());
    std::swap(data_, smaller.data_);
    std::swap(capacity_, smaller.capacity_);
  }
  std::memset(data_ + size_, 0, frozen_buffer::padding);
  auto held = capacity_ + frozen_buffer::padding;
  auto give_back = [capacity = std::exchange(capacity_, 0)](const char* p) {
    release(const_cast<char*>(p), capacity);
  };
  std::shared_ptr<const char> shared{std::exchange(data_, nullptr), give_back};
  return {std::move(shared), std::exchange(size_, 0), held};
}

} // namespace muster
