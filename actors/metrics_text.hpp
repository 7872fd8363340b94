#pragma once

#include <string>

#include "actors/process_figures.hpp"
#include "messages/internal/standing.hpp"

namespace muster {

/// What /metrics says, in Prometheus' text form: names begin with muster_, but
/// for those of the process; each has HELP and TYPE, and units are seconds and
/// bytes. Durations are of all shards together, or there would be a thousand
/// lines for each dozen of them. Pure.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
std::string metrics_text(const fleet_standing& x,
                         const process_figures& process);

} // namespace muster
