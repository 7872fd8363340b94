#include "app/simulator/member_text.hpp"

#include <algorithm>
#include <cstring>
#include <random>

namespace muster::sim {

namespace {

using std::string_view;

constexpr std::array<string_view, 20> names{
    "nelly", "oskar",  "amber", "quentin", "lotte",  "Nelson", "sky",
    "yuki",  "marta",  "tarek", "brenda",  "isolde", "hector", "vera",
    "zoe",   "joakim", "petra", "dmitri",  "wanda",  "ulrich",
};

constexpr std::size_t id_digits = 19;
constexpr std::size_t number_digits = 7;

string_view name_of(std::uint32_t member) {
  if (member == 0)
    return "muster_bot";
  return names[member % names.size()];
}

std::string hex(std::mt19937_64& random, int digits) {
  std::string result;
  while (digits-- > 0)
    result += "0123456789abcdef"[random() % 16];
  return result;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool same(string_view a, string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// Keys of objects come in falling order, as the gateway sends them.
constexpr string_view bot_object =
    R"({"user":{"username":"muster_bot","public_flags":0,"primary_guild":null,)"
    R"("id":"1190000000000000001","global_name":null,)"
    R"("display_name_styles":null,"discriminator":"0420","collectibles":null,)"
    R"("clan":null,"bot":true,"banner":null,"avatar_decoration_data":null,)"
    R"("avatar":null,"accent_color":null},"roles":[],"premium_since":null,)"
    R"("pending":false,"nick":null,"mute":false,)"
    R"("joined_at":"2024-07-01T12:00:00.000000+00:00","flags":0,"deaf":false,)"
    R"("communication_disabled_until":null,"banner":null,"avatar":null})";

void set_digits(char* at, std::uint64_t value, std::size_t digits) {
  while (digits > 0) {
    at[--digits] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

} // namespace

member_text::member_text() {
  for (std::uint32_t slot = 0; slot < pool_size; ++slot)
    render(slot);
  text_at_[pool_size] = static_cast<std::uint32_t>(pool_.size());
  patch_at_[pool_size] = static_cast<std::uint32_t>(patches_.size());
}

void member_text::render(std::uint32_t slot) {
  text_at_[slot] = static_cast<std::uint32_t>(pool_.size());
  patch_at_[slot] = static_cast<std::uint32_t>(patches_.size());
  std::mt19937_64 random{slot};
  auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  auto hole = [&](std::uint32_t what, std::size_t digits) {
    patches_.push_back({static_cast<std::uint32_t>(pool_.size()), what});
    pool_.append(digits, '0');
  };
  auto quoted = [](const std::string& text) { return '"' + text + '"'; };
  // Every member of a slot has this name, as username() has it.
  static_assert(pool_size % names.size() == 0);
  std::string name{names[slot % names.size()]};
  pool_ += R"({"user":{"username":")";
  pool_ += name + '_';
  hole(number, number_digits);
  pool_ += R"(","public_flags":)";
  pool_ += chance(20) ? "256" : "0";
  pool_ += R"(,"primary_guild":)";
  auto tag = chance(8)
                 ? R"({"tag":"MSTR","identity_guild_id":"1258291200000000000",)"
                   R"("identity_enabled":true,"badge":")"
                       + hex(random, 32) + R"("})"
                 : std::string{"null"};
  pool_ += tag;
  pool_ += R"(,"id":")";
  hole(0, id_digits);
  pool_ += R"(","global_name":)";
  pool_ += chance(70) ? quoted(name + " \\u2728 " + hex(random, 3)) : "null";
  pool_ += R"(,"flags":0,"display_name_styles":null,"discriminator":"0",)";
  pool_ += R"("collectibles":null,"clan":)" + tag;
  pool_ += R"(,"banner":null,"avatar_decoration_data":)";
  pool_ += chance(10) ? R"({"sku_id":"1144058844004233369","expires_at":null,)"
                        R"("asset":"a_)"
                            + hex(random, 32) + R"("})"
                      : "null";
  pool_ += R"(,"avatar":)";
  pool_ += chance(80) ? quoted(hex(random, 32)) : "null";
  pool_ += R"(,"accent_color":null},"roles":[)";
  for (std::uint32_t role = 1, n = 0; role <= roles; ++role) {
    if (!chance(35))
      continue;
    pool_ += n++ > 0 ? R"(,")" : R"(")";
    hole(role, id_digits);
    pool_ += '"';
  }
  pool_ += R"(],"premium_since":)";
  pool_ += chance(3) ? R"("2025-11-04T09:15:02.115000+00:00")" : "null";
  pool_ += R"(,"pending":false,"nick":)";
  pool_ += chance(25) ? quoted(name + " of team " + hex(random, 4)) : "null";
  pool_ += R"(,"mute":false,"joined_at":"202)";
  pool_ += char('0' + random() % 6);
  pool_ += "-0" + std::to_string(1 + random() % 9);
  pool_ += "-1" + std::to_string(random() % 10);
  pool_ += "T1" + std::to_string(random() % 10);
  pool_ += ":2" + std::to_string(random() % 10);
  pool_ += ":3" + std::to_string(random() % 10);
  pool_ += "." + std::to_string(100 + random() % 900);
  pool_ += R"(000+00:00","flags":)";
  pool_ += chance(10) ? "2" : "0";
  pool_ += R"(,"deaf":false,"communication_disabled_until":null,)"
           R"("banner":null,"avatar":null})";
}

std::size_t member_text::size(std::uint32_t first, std::uint32_t count) const {
  if (count == 0)
    return 0;
  std::size_t result = count - 1; // commas
  if (first == 0) {
    result += bot_object.size();
    ++first;
    --count;
  }
  for (auto end = first + count; first < end; ++first)
    result += text_at_[first % pool_size + 1] - text_at_[first % pool_size];
  return result;
}

void member_text::append(std::string& out, const guild& g, std::uint32_t first,
                         std::uint32_t count) const {
  if (count == 0)
    return;
  if (first == 0) {
    out += bot_object;
    ++first;
    if (--count == 0)
      return;
    out += ',';
  }
  for (;;) {
    auto slot = first % pool_size;
    auto n = std::min(count, pool_size - slot);
    append_run(out, g, first, n);
    first += n;
    count -= n;
    if (count == 0)
      return;
    out += ',';
  }
}

void member_text::append_run(std::string& out, const guild& g,
                             std::uint32_t first, std::uint32_t count) const {
  std::array<std::array<char, id_digits>, roles + 1> role_ids;
  for (std::uint32_t role = 1; role <= roles; ++role)
    set_digits(role_ids[role].data(), g.id.value + role, id_digits);
  for (auto member = first; member < first + count; ++member) {
    if (member != first)
      out += ',';
    auto slot = member % pool_size;
    auto from = text_at_[slot];
    auto base = out.size();
    out.append(pool_, from, text_at_[slot + 1] - from);
    for (auto i = patch_at_[slot]; i != patch_at_[slot + 1]; ++i) {
      auto* at = out.data() + base + (patches_[i].offset - from);
      switch (patches_[i].what) {
      case 0:
        set_digits(at, member_id(g.index, member).value, id_digits);
        break;
      case number:
        set_digits(at, member, number_digits);
        break;
      default:
        std::memcpy(at, role_ids[patches_[i].what].data(), id_digits);
      }
    }
  }
}

void member_text::append_bot_user(std::string& out) {
  out += R"({"verified":true,"username":"muster_bot","primary_guild":null,)"
         R"("mfa_enabled":false,"id":"1190000000000000001",)"
         R"("global_name":null,"flags":0,"email":null,)"
         R"("discriminator":"0420","clan":null,"bot":true,"avatar":null})";
}

bool member_text::append_presence(std::string& out, const guild& g,
                                  std::uint32_t member, bool comma) const {
  if (member % 4 != 0)
    return false;
  if (comma)
    out += ',';
  out += R"({"user":{"id":")";
  out += to_string(member_id(g.index, member));
  out += R"("},"status":"online","client_status":{"desktop":"online"},)"
         R"("activities":[]})";
  return true;
}

bool member_text::username_begins_with(std::uint32_t member,
                                       string_view prefix) {
  auto name = name_of(member);
  if (!same(prefix.substr(0, name.size()), name.substr(0, prefix.size())))
    return false;
  if (prefix.size() <= name.size())
    return true;
  return same(prefix, string_view{username(member)}.substr(0, prefix.size()));
}

std::string member_text::username(std::uint32_t member) {
  std::string result{name_of(member)};
  if (member != 0) {
    result += '_';
    result.append(number_digits, '0');
    set_digits(result.data() + result.size() - number_digits, member,
               number_digits);
  }
  return result;
}

} // namespace muster::sim
