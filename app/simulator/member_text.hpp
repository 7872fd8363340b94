#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/world.hpp"

namespace muster::sim {

/// Writes the JSON of members at the speed of memcpy. It holds the text of a
/// thousand members; a member's own digits are set after copying. Built once
/// (half a megabyte), then only read; callable from any thread.
class member_text {
public:
  /// Roles of every guild, besides @everyone: their ids are the guild's id
  /// plus 1 to this.
  static constexpr std::uint32_t roles = 6;

  member_text();

  /// Appends members `first` to `first + count - 1`, separated by commas.
  void append(std::string& out, const guild& g, std::uint32_t first,
              std::uint32_t count) const;

  /// Appends the user object of the bot, as READY has it.
  static void append_bot_user(std::string& out);

  /// Appends a presence if that member is online, which every fourth is;
  /// with a comma before it if `comma` is set. True if it did.
  bool append_presence(std::string& out, const guild& g, std::uint32_t member,
                       bool comma) const;

  /// True if the username of that member begins with `prefix`, whatever the
  /// case.
  static bool username_begins_with(std::uint32_t member,
                                   std::string_view prefix);

  /// Such as "nelly_0000123".
  static std::string username(std::uint32_t member);

  /// The length of what append() appends.
  std::size_t size(std::uint32_t first, std::uint32_t count) const;

private:
  /// Members whose indexes differ by a multiple of this differ in digits only.
  static constexpr std::uint32_t pool_size = 1000;

  /// Digits to be set: where, and which.
  struct patch {
    std::uint32_t offset;
    /// 0: the user's id; 1 to `roles`: that role's; `number`: the username's.
    std::uint32_t what;
  };

  static constexpr std::uint32_t number = 100;

  void append_run(std::string& out, const guild& g, std::uint32_t first,
                  std::uint32_t count) const;
  void render(std::uint32_t slot);

  std::string pool_;
  /// Where each member begins in pool_ and in patches_, and the ends.
  std::array<std::uint32_t, pool_size + 1> text_at_{};
  std::array<std::uint32_t, pool_size + 1> patch_at_{};
  std::vector<patch> patches_;
};
} // namespace muster::sim
