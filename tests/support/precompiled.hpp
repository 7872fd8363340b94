#pragma once

// What takes longest to read of that which most suites include.
#include <map>
#include <set>
#include <string>
#include <vector>

#include <caf/all.hpp>
#include <caf/test/dsl.hpp>
#include <nlohmann/json.hpp>

#undef CAF_SUITE // each suite has a name of its own
