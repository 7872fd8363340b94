#pragma once

#include <string_view>

#include "messages/member.hpp"

namespace muster::fuzz {

/// Throws std::logic_error with this text unless `kept`.
void expect(bool kept, const char* promise);

/// True if `part` is empty or lies in `whole`.
bool inside(std::string_view part, std::string_view whole);

/// `part` is empty or a JSON array in `whole`.
void expect_array(std::string_view part, std::string_view whole);

/// Reads every field of every member; `count` is what a header said.
void walk(const member_list& list);
void walk(const presence_list& list);

} // namespace muster::fuzz
