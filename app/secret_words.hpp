#pragma once

#include <string>

namespace muster::app {

/// Without user and password of the URLs in `text`, for what is shown to
/// people.
std::string without_logins(std::string text);

/// Makes user and password of the URLs among the words of the command line
/// unreadable where the system lists processes.
void hide_logins(int argc, char** argv);

} // namespace muster::app
