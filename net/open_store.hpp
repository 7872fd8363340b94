#pragma once

#include <memory>
#include <string>

#include "net/state_store.hpp"
#include "net/token.hpp"

namespace muster {

/// The store that `url` names, sqlite:PATH, for the bot of this token; null
/// for an empty one. check() of the settings has looked at the URL.
std::shared_ptr<state_store> open_store(const std::string& url,
                                        const token& secret);

/// The same for the bot of this id; one that is empty stands for the only bot
/// that there is, for who looks.
std::shared_ptr<state_store> open_store(const std::string& url,
                                        const std::string& bot);

/// What a store knows a bot by: the id in the first part of its token, or a
/// hash of the token (C15).
std::string bot_id(const token& secret);

} // namespace muster
