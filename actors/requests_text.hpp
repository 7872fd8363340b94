#pragma once

#include <string>
#include <string_view>

#include "actors/cut_reading.hpp"
#include "actors/request_cut.hpp"

namespace muster {

std::string write_requests(const request_cut& x);

cut_reading read_requests(std::string_view text, request_cut& out);

} // namespace muster
