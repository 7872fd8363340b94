#include "messages/member.hpp"

#include <charconv>

#include <nlohmann/json.hpp>
#include <simdjson.h>

namespace muster {

namespace od = simdjson::ondemand;

static_assert(frozen_buffer::padding >= simdjson::SIMDJSON_PADDING);

/// Where member_cursor keeps the raw text of each field it knows.
enum member_view::slot : std::uint8_t {
  user_id_,
  username_,
  global_name_,
  discriminator_,
  user_avatar_,
  bot_,
  public_flags_,
  nick_,
  avatar_,
  banner_,
  roles_,
  joined_at_,
  premium_since_,
  communication_disabled_until_,
  deaf_,
  mute_,
  pending_,
  flags_,
};

namespace {

/// Parsers are expensive to make (4 bytes of index for each byte of text), so
/// each thread keeps those that its cursors have given back.
class parser_pool {
public:
  static std::unique_ptr<od::parser> take() {
    auto& free = idle();
    if (free.empty())
      return std::make_unique<od::parser>();
    auto result = std::move(free.back());
    free.pop_back();
    return result;
  }

  static void give_back(std::unique_ptr<od::parser> parser) {
    auto& free = idle();
    if (free.size() < 4)
      free.push_back(std::move(parser));
  }

private:
  static std::vector<std::unique_ptr<od::parser>>& idle() {
    thread_local std::vector<std::unique_ptr<od::parser>> parsers;
    return parsers;
  }
};

std::string_view trim(std::string_view text) {
  while (!text.empty()
         && (text.back() == ' ' || text.back() == '\n' || text.back() == '\t'
             || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

bool is_string(std::string_view raw) {
  return raw.size() >= 2 && raw.front() == '"' && raw.back() == '"';
}

std::optional<std::string> text_of(std::string_view raw) {
  if (!is_string(raw))
    return std::nullopt;
  auto inside = raw.substr(1, raw.size() - 2);
  if (inside.find('\\') == std::string_view::npos)
    return std::string{inside};
  // Escapes are rare; the tidy way is fast enough for them.
  auto parsed = nlohmann::json::parse(raw, nullptr, false);
  if (!parsed.is_string())
    return std::nullopt;
  return parsed.get<std::string>();
}

snowflake id_of(std::string_view raw) {
  if (is_string(raw))
    raw = raw.substr(1, raw.size() - 2);
  return parse_snowflake(raw).value_or(snowflake{});
}

std::uint64_t number_of(std::string_view raw) {
  std::uint64_t value = 0;
  std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return value;
}

/// The raw text of a value, trimmed; skips over it.
simdjson::error_code raw_text(od::value value, std::string_view& out) {
  od::json_type type;
  if (auto ec = value.type().get(type))
    return ec;
  simdjson::error_code ec = simdjson::SUCCESS;
  std::string_view text;
  if (type == od::json_type::object) {
    od::object object;
    ec = value.get_object().get(object);
    if (!ec)
      ec = object.raw_json().get(text);
  } else if (type == od::json_type::array) {
    od::array array;
    ec = value.get_array().get(array);
    if (!ec)
      ec = array.raw_json().get(text);
  } else {
    text = value.raw_json_token();
  }
  out = trim(text);
  return ec;
}

} // namespace

snowflake member_view::user_id() const {
  return id_of(raw_[user_id_]);
}

std::string member_view::username() const {
  return text_of(raw_[username_]).value_or(std::string{});
}

std::optional<std::string> member_view::global_name() const {
  return text_of(raw_[global_name_]);
}

std::string member_view::discriminator() const {
  return text_of(raw_[discriminator_]).value_or(std::string{});
}

std::optional<std::string> member_view::user_avatar() const {
  return text_of(raw_[user_avatar_]);
}

bool member_view::bot() const {
  return raw_[bot_] == "true";
}

std::uint64_t member_view::public_flags() const {
  return number_of(raw_[public_flags_]);
}

std::optional<std::string> member_view::nick() const {
  return text_of(raw_[nick_]);
}

std::optional<std::string> member_view::avatar() const {
  return text_of(raw_[avatar_]);
}

std::optional<std::string> member_view::banner() const {
  return text_of(raw_[banner_]);
}

void member_view::roles(std::vector<snowflake>& out) const {
  out.clear();
  auto raw = raw_[roles_];
  // An array of digit strings: each quoted run of digits is an id.
  for (std::size_t at = raw.find('"'); at != std::string_view::npos;) {
    auto end = raw.find('"', at + 1);
    if (end == std::string_view::npos)
      return;
    if (auto id = parse_snowflake(raw.substr(at + 1, end - at - 1)))
      out.push_back(*id);
    at = raw.find('"', end + 1);
  }
}

std::vector<snowflake> member_view::roles() const {
  std::vector<snowflake> result;
  roles(result);
  return result;
}

std::string member_view::joined_at() const {
  return text_of(raw_[joined_at_]).value_or(std::string{});
}

std::optional<std::string> member_view::premium_since() const {
  return text_of(raw_[premium_since_]);
}

std::optional<std::string> member_view::communication_disabled_until() const {
  return text_of(raw_[communication_disabled_until_]);
}

bool member_view::deaf() const {
  return raw_[deaf_] == "true";
}

bool member_view::mute() const {
  return raw_[mute_] == "true";
}

bool member_view::pending() const {
  return raw_[pending_] == "true";
}

std::uint64_t member_view::flags() const {
  return number_of(raw_[flags_]);
}

std::string_view member_view::field(std::string_view name) const {
  // Rarely asked for: a second look at this one object.
  auto parser = parser_pool::take();
  std::string_view found;
  od::document doc;
  od::object object;
  // The object lies inside the chunk's padded bytes.
  simdjson::padded_string_view text{json_.data(), json_.size(),
                                    json_.size() + simdjson::SIMDJSON_PADDING};
  if (!parser->iterate(text).get(doc) && !doc.get_object().get(object)) {
    od::value value;
    if (!object.find_field_unordered(name).get(value))
      if (raw_text(value, found))
        found = {};
  }
  parser_pool::give_back(std::move(parser));
  return found;
}

struct member_cursor::walker {
  frozen_buffer bytes;
  std::unique_ptr<od::parser> parser;
  od::document doc;
  od::array array;
  od::array_iterator at;
  od::array_iterator end;
  bool first = true;
  bool ok = false;

  walker(const frozen_buffer& json) : bytes(json), parser(parser_pool::take()) {
    auto text = bytes.view();
    if (text.empty())
      return;
    simdjson::padded_string_view padded{
        text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING};
    ok = !parser->iterate(padded).get(doc) && !doc.get_array().get(array)
         && !array.begin().get(at) && !array.end().get(end);
  }

  ~walker() { parser_pool::give_back(std::move(parser)); }
};

member_cursor::member_cursor(const member_list& list)
    : walker_(std::make_unique<walker>(list.json)) {}

member_cursor::~member_cursor() = default;

const member_view* member_cursor::next() {
  using slot = member_view::slot;
  struct entry {
    std::string_view name;
    slot where;
  };
  static constexpr entry of_user[] = {
      {"id", slot::user_id_},
      {"username", slot::username_},
      {"global_name", slot::global_name_},
      {"discriminator", slot::discriminator_},
      {"avatar", slot::user_avatar_},
      {"bot", slot::bot_},
      {"public_flags", slot::public_flags_},
  };
  static constexpr entry of_member[] = {
      {"nick", slot::nick_},
      {"avatar", slot::avatar_},
      {"banner", slot::banner_},
      {"roles", slot::roles_},
      {"joined_at", slot::joined_at_},
      {"premium_since", slot::premium_since_},
      {"communication_disabled_until", slot::communication_disabled_until_},
      {"deaf", slot::deaf_},
      {"mute", slot::mute_},
      {"pending", slot::pending_},
      {"flags", slot::flags_},
  };
  // Puts the raw text of `field` where its name says; leaves others alone.
  auto place = [this](auto& table, od::field& field) -> simdjson::error_code {
    auto key = field.key();
    for (auto& [name, where] : table)
      if (key.unsafe_is_equal(name))
        return raw_text(field.value(), view_.raw_[where]);
    return simdjson::SUCCESS;
  };
  auto read = [&](od::value value) -> simdjson::error_code {
    od::object member;
    if (auto ec = value.get_object().get(member))
      return ec;
    for (auto result : member) {
      od::field field;
      if (auto ec = std::move(result).get(field))
        return ec;
      if (!field.key().unsafe_is_equal("user")) {
        if (auto ec = place(of_member, field))
          return ec;
        continue;
      }
      od::object user;
      if (auto ec = field.value().get_object().get(user))
        return ec;
      for (auto inner : user) {
        od::field user_field;
        if (auto ec = std::move(inner).get(user_field))
          return ec;
        if (auto ec = place(of_user, user_field))
          return ec;
      }
    }
    return simdjson::SUCCESS;
  };
  auto& w = *walker_;
  while (w.ok) {
    if (!w.first)
      ++w.at;
    w.first = false;
    if (!(w.at != w.end)) {
      w.ok = false;
      return nullptr;
    }
    view_ = member_view{};
    od::value value;
    if ((*w.at).get(value)) {
      ++malformed_; // the list itself is broken: nothing more can be read
      w.ok = false;
      return nullptr;
    }
    const char* begin = nullptr;
    const char* end = nullptr;
    if (!w.doc.current_location().get(begin) && !read(value)
        && !w.doc.current_location().get(end)
        && view_.user_id() != snowflake{}) {
      view_.json_ = trim({begin, static_cast<std::size_t>(end - begin)});
      return &view_;
    }
    ++malformed_;
  }
  return nullptr;
}

std::vector<presence_view> presence_list::decode() const {
  std::vector<presence_view> result;
  if (json.empty())
    return result;
  auto parser = parser_pool::take();
  od::document doc;
  od::array array;
  simdjson::padded_string_view text{json.view().data(), json.size(),
                                    json.size() + simdjson::SIMDJSON_PADDING};
  // Field by field: looking fields up is not safe in text that is no JSON.
  auto read = [](od::value value, presence_view& view) -> simdjson::error_code {
    od::object object;
    if (auto ec = value.get_object().get(object))
      return ec;
    for (auto item : object) {
      od::field field;
      std::string_view raw;
      if (auto ec = std::move(item).get(field))
        return ec;
      if (field.key().unsafe_is_equal("status")) {
        if (auto ec = raw_text(field.value(), raw))
          return ec;
        view.status = text_of(raw).value_or(std::string{});
      }
      if (!field.key().unsafe_is_equal("user"))
        continue;
      od::object user;
      if (auto ec = field.value().get_object().get(user))
        return ec;
      for (auto inner : user) {
        od::field user_field;
        if (auto ec = std::move(inner).get(user_field))
          return ec;
        if (!user_field.key().unsafe_is_equal("id"))
          continue;
        if (auto ec = raw_text(user_field.value(), raw))
          return ec;
        view.user_id = id_of(raw);
      }
    }
    return simdjson::SUCCESS;
  };
  if (!parser->iterate(text).get(doc) && !doc.get_array().get(array))
    for (auto item : array) {
      od::value value;
      if (std::move(item).get(value))
        break; // the list itself is broken: nothing more can be read
      presence_view view;
      const char* begin = nullptr;
      const char* end = nullptr;
      if (doc.current_location().get(begin) || read(value, view)
          || doc.current_location().get(end) || view.user_id == snowflake{})
        continue;
      view.json = trim({begin, static_cast<std::size_t>(end - begin)});
      result.push_back(std::move(view));
    }
  parser_pool::give_back(std::move(parser));
  return result;
}

} // namespace muster
