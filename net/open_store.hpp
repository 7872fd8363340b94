#pragma once

#include <memory>
#include <string>

#include "net/state_store.hpp"
#include "net/token.hpp"

namespace muster {

/// An empty string, or what is wrong with the URL of a store and how to mend
/// it, without repeating what may be a secret. `insecure` permits PostgreSQL
/// servers on other machines without sslmode=verify-full (C14).
std::string check_store(const std::string& url, bool insecure);

/// The store that `url` names, sqlite:PATH or postgresql://..., for the bot of
/// this token; null for an empty one. Throws std::invalid_argument, with the
/// mend, for one that check_store() refuses anywhere.
std::shared_ptr<state_store> open_store(const std::string& url,
                                        const token& secret);

/// The same for the bot of this id; one that is empty stands for the only bot
/// that there is, for who looks first.
std::shared_ptr<state_store> open_store(const std::string& url,
                                        const std::string& bot);

/// What a store knows a bot by: the id in the first part of its token, or a
/// hash of the token (C15).
std::string bot_id(const token& secret);

} // namespace muster
