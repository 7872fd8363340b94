#include "messages/json_array.hpp"

#include <utility>

namespace muster {

json_array::json_array(frozen_buffer bytes)
    : bytes_(std::move(bytes)), items_(bytes_.view()), more_(!bytes_.empty()) {}

} // namespace muster
