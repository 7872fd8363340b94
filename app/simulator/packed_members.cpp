#include "app/simulator/packed_members.hpp"

namespace muster::sim {

std::shared_ptr<const std::string> packed_members::get(packing stream,
                                                       const guild& g,
                                                       std::uint32_t first,
                                                       std::uint32_t count) {
  key which{stream, g.index, first, count};
  {
    std::lock_guard lock{mutex_};
    if (auto i = kept_.find(which); i != kept_.end())
      return i->second;
  }
  std::string plain;
  text_.append(plain, g, first, count);
  auto result = std::make_shared<const std::string>(pack(stream, plain));
  std::lock_guard lock{mutex_};
  // The first ones stay: of lists that are read in turn again and again the
  // latest would always be the wrong ones.
  if (result->size() <= max_bytes_ - bytes_
      && kept_.emplace(which, result).second)
    bytes_ += result->size();
  return result;
}

std::size_t packed_members::bytes() const {
  std::lock_guard lock{mutex_};
  return bytes_;
}

} // namespace muster::sim
