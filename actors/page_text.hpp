#pragma once

#include <string>

namespace muster {

/// The page for operators' browsers, page.html: one HTML document that needs
/// nothing else but the events at /events.
std::string page_text();

} // namespace muster
