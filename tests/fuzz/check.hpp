#pragma once

#include <string_view>

#include "messages/member_cursor.hpp"
#include "messages/presence.hpp"

namespace muster::fuzz {

/// Throws std::logic_error with this text unless `kept`.
void expect(bool kept, const char* promise);

/// True if `text` is one JSON value and no more.
bool is_json(std::string_view text);

/// True if `part` is empty or lies in `whole`.
bool inside(std::string_view part, std::string_view whole);

/// `part` is empty or an array in the payload `whole`.
void expect_array(std::string_view part, std::string_view whole);

/// Reads every field of every entry. Where the list is valid JSON, none may be
/// lost; where it is not, nothing may be read beyond it.
void walk(const member_list& list);
void walk(const presence_list& list);

} // namespace muster::fuzz
