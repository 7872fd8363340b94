#define CAF_SUITE messages_field_layout

#include "messages/field_layout.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "messages/member_cursor.hpp"
#include "tests/support/suite.hpp"

using namespace muster;

namespace {

/// All that a view tells.
std::string told(const member_view& m) {
  auto text = [](const std::optional<std::string>& x) {
    return (x ? *x : "-") + '|';
  };
  auto result = std::string{m.json()} + '|' + std::to_string(m.user_id().value)
                + '|' + m.username() + '|' + text(m.global_name())
                + m.discriminator() + '|' + text(m.user_avatar())
                + std::to_string(m.bot()) + std::to_string(m.public_flags())
                + '|' + text(m.nick()) + text(m.avatar()) + text(m.banner())
                + m.joined_at() + '|' + text(m.premium_since())
                + text(m.communication_disabled_until())
                + std::to_string(m.deaf()) + std::to_string(m.mute())
                + std::to_string(m.pending()) + std::to_string(m.flags());
  result += '|' + std::string{m.field("nick")} + std::string{m.field("mute")}
            + std::string{m.user_field("flags")} + std::to_string(m.system())
            + text(m.user_banner())
            + std::to_string(m.accent_color().value_or(0));
  for (auto role : m.roles())
    result += '|' + std::to_string(role.value);
  return result;
}

struct reading {
  std::vector<std::string> members;
  std::uint32_t malformed = 0;

  friend bool operator==(const reading&, const reading&) = default;
};

void read(const std::string& json, reading& out) {
  member_cursor members{{frozen_buffer{json}, 0}};
  while (auto m = members.next())
    out.members.push_back(told(*m));
  out.malformed += members.malformed();
}

class writer {
public:
  explicit writer(std::uint32_t seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }

  /// Fields of a member, of which few are other than those of the last one.
  std::string member() {
    if (fields_.empty() || below(4) == 0)
      vary();
    std::string result = "{";
    for (auto& field : fields_) {
      if (result.size() > 1)
        result += comma_;
      result += field == "user" ? "\"user\":" + user() : pair(field);
    }
    result += "}";
    if (below(25) == 0) {
      result[below(result.size())] = "{}[]\",:x"[below(8)];
      broke_ = true;
    }
    return result;
  }

  /// Whether a member that was made is broken.
  bool broke() const { return broke_; }

private:
  void vary() {
    fields_ = {"nick", "avatar", "roles",         "joined_at", "user",  "flags",
               "mute", "deaf",   "premium_since", "pending",   "banner"};
    inner_ = {"id",     "username",     "avatar", "global_name",
              "bot",    "public_flags", "banner", "flags",
              "system", "accent_color"};
    for (auto list : {&fields_, &inner_}) {
      if (below(2) == 0)
        std::shuffle(list->begin(), list->end(), random_);
      for (auto n = below(3); n > 0; --n)
        list->erase(list->begin()
                    + static_cast<std::ptrdiff_t>(below(list->size())));
      if (below(3) == 0)
        list->push_back(std::string(below(60), 'k'));
      if (below(4) == 0) // twice
        list->push_back(list->front());
    }
    comma_ = below(4) == 0 ? " ,\n " : ",";
  }

  std::string user() {
    std::string result = "{";
    for (auto& field : inner_)
      result += (result.size() > 1 ? comma_ : "") + pair(field);
    return below(40) == 0 ? "null" : result + "}";
  }

  std::string pair(const std::string& field) {
    static const std::vector<std::string> values{
        "null",    "true",          "false",        "0",         "12",
        "[]",      "[\"5\",\"6\"]", "{}",           "\"t\"",     "\"a\\\"b\"",
        "\"\"",    "nul",           "\"}\"",        "truefalse", "1.5",
        "[\"]\"]", "{\"id\":1}",    "\"e\\u00e9\"", "false1"};
    auto value = field == "id" ? '"' + std::to_string(1 + below(99)) + '"'
                               : values[below(values.size())];
    return '"' + field + (below(60) == 0 ? "\" : " : "\":") + value;
  }

  std::minstd_rand random_;
  std::vector<std::string> fields_;
  std::vector<std::string> inner_;
  std::string comma_ = ",";
  bool broke_ = false;
};

} // namespace

CAF_TEST(B2 a member says the same behind others as alone) {
  std::size_t found = 0;
  std::size_t compared = 0;
  for (std::uint32_t seed = 0; seed < 4000; ++seed) {
    writer dice{seed};
    std::vector<std::string> all;
    for (auto n = 1 + dice.below(8); n > 0; --n)
      all.push_back(dice.member());
    reading alone;
    reading together;
    std::string list;
    for (auto& x : all) {
      read('[' + x + ']', alone);
      list += (list.empty() ? "[" : ",") + x;
    }
    read(list + ']', together);
    found += alone.members.size();
    if (dice.broke()) // one may be no item of its own in a list
      continue;
    ++compared;
    if (!(alone == together))
      CAF_ERROR("seed " << seed << ": " << list);
  }
  CAF_CHECK(found > 4000);
  CAF_CHECK(compared > 1000);
}

CAF_TEST(what is too long or too much is not kept) {
  field_layout x;
  x.add("{\"a\":", 1, 0);
  x.add(',' + std::string(47, 'b'), 2, 0);
  x.add(',' + std::string(48, 'c'), 3, 0);
  x.add(",\"d\":", 4, 0); // would be taken to follow b
  x.end("}");
  CAF_CHECK_EQUAL(x.size(), 2u);
  CAF_CHECK(x.end().empty());
  x.keep(1);
  for (int i = 0; i < 100; ++i)
    x.add(",\"e\":", 5, 1);
  CAF_CHECK_EQUAL(x.size(), 40u);
  x.end("}");
  CAF_CHECK(x.end().empty());
  x.keep(0);
  x.add("{\"a\":", 1, 0);
  x.end("}");
  CAF_CHECK(x.end() == "}");
  CAF_CHECK_EQUAL(x[0].what, 1u);
}
