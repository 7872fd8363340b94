#pragma once

// Included by every suite after it has defined CAF_SUITE.
#include <caf/test/dsl.hpp>

#include <string>
#include <string_view>

#include "messages/frozen_buffer.hpp"
