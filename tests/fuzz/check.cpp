#include "tests/fuzz/check.hpp"

#include <functional>
#include <stdexcept>

#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace muster::fuzz {

namespace {

void read_all(const member_view& m, std::string_view whole) {
  expect(m.user_id() != snowflake{}, "a member has an id");
  expect(inside(m.json(), whole), "a member's JSON is in the list");
  expect(m.json().front() == '{' && m.json().back() == '}',
         "a member's JSON is an object");
  for (auto text :
       {m.username(), m.global_name().value_or(""), m.discriminator(),
        m.user_avatar().value_or(""), m.nick().value_or(""), m.joined_at()})
    expect(simdjson::validate_utf8(text), "decoded text is UTF-8");
  m.bot();
  m.public_flags();
  m.avatar();
  m.banner();
  for (auto id : m.roles())
    expect(id != snowflake{}, "a role has an id");
  m.premium_since();
  m.communication_disabled_until();
  m.deaf();
  m.mute();
  m.pending();
  m.flags();
  std::string scratch;
  expect(simdjson::validate_utf8(m.user_banner(scratch).value_or("")),
         "so is what was not copied");
  m.accent_color();
  m.user_avatar_decoration();
  m.avatar_decoration();
  m.primary_guild();
  m.system();
  for (auto name : {"id", "flags", "unknown"})
    expect(inside(m.user_field(name), m.json()), "a user's is, too");
  for (auto name : {"user", "nick", "roles", "avatar", "unknown"})
    expect(inside(m.field(name), m.json()), "a field is in its member");
}

} // namespace

void expect(bool kept, const char* promise) {
  if (!kept)
    throw std::logic_error{promise};
}

bool is_json(std::string_view text) {
  // To the library a NUL is the end, whatever follows.
  return text.find('\0') == std::string_view::npos
         && nlohmann::json::accept(text);
}

bool inside(std::string_view part, std::string_view whole) {
  std::less_equal<const char*> before;
  return part.empty()
         || (before(whole.data(), part.data())
             && before(part.data() + part.size(), whole.data() + whole.size()));
}

void expect_array(std::string_view part, std::string_view whole) {
  expect(inside(part, whole), "a list lies in its payload");
  expect(part.empty() || part.front() == '[', "a list begins as an array");
  if (is_json(whole))
    expect(part.empty() || part.back() == ']', "a list ends as an array");
}

void walk(const member_list& list) {
  auto text = list.json.view();
  auto whole = nlohmann::json(nlohmann::json::value_t::discarded);
  if (is_json(text))
    whole = nlohmann::json::parse(text);
  std::uint32_t read = 0;
  member_cursor members{list};
  while (auto* m = members.next()) {
    ++read;
    read_all(*m, text);
    if (whole.is_array()) {
      auto seen = read + members.malformed();
      expect(seen <= whole.size(), "no member is made up");
      expect(nlohmann::json::parse(m->json(), nullptr, false)
                 == whole[seen - 1],
             "a member is the whole element");
    }
  }
  expect(members.next() == nullptr, "the end stays the end");
  if (whole.is_array())
    expect(read + members.malformed() == whole.size(),
           "an unreadable member does not hide others");
}

void walk(const presence_list& list) {
  auto text = list.json.view();
  // What is skipped is not validated (B2).
  auto valid = is_json(text);
  std::uint32_t malformed = 0;
  auto all = list.decode(&malformed);
  if (valid && !text.empty()
      && text.find('[') == text.find_first_not_of(" \t\r\n"))
    expect(all.size() + malformed == nlohmann::json::parse(text).size(),
           "each presence is read or counted");
  for (auto& x : all) {
    expect(simdjson::validate_utf8(x.status), "decoded text is UTF-8");
    expect(x.user_id != snowflake{}, "a presence has a user");
    expect(inside(x.json, text), "a presence is in its list");
    expect(!valid || (x.json.front() == '{' && x.json.back() == '}'),
           "a presence is an object");
  }
}

} // namespace muster::fuzz
