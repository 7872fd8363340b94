#include <algorithm>

#include <nlohmann/json.hpp>

#include "messages/errc.hpp"
#include "messages/intent.hpp"
#include "messages/request.hpp"
#include "messages/snowflake.hpp"
#include "net/intents.hpp"
#include "net/payload.hpp"
#include "net/token.hpp"
#include "net/url.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

/// `text` in quotes, with what JSON wants escaped; nothing is checked.
std::string as_json(std::string_view text) {
  std::string result = "\"";
  for (auto c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      result += '\\';
    result += byte < 0x20 ? ' ' : c;
  }
  return result + '"';
}

void check_url(std::string_view text) {
  auto x = parse_url(text);
  if (!x)
    return;
  auto again = parse_url(x->scheme + "://" + x->authority() + x->target);
  expect(again && again->host == x->host && again->port == x->port
             && again->target == x->target,
         "a URL means the same when it is written anew");
  auto queried = parse_url(with_query(text, "v=10"));
  expect(queried && queried->host == x->host && queried->port == x->port,
         "a query leaves the host alone");
  auto mark = queried->target.find('?');
  expect(queried->target.substr(0, mark)
                 == x->target.substr(0, x->target.find('?'))
             && queried->target.substr(mark) == "?v=10",
         "a query takes the place of the old one");
}

/// Nonce and query go out as they are, or are refused before that.
void check_request(std::string_view text) {
  const std::string copy{text};
  auto valid = nlohmann::json::accept(as_json(copy));
  auto refusal = [](const guild_members_request& x) {
    return code_of(validate(x, intent::guild_members, {0, 1}));
  };
  auto nonce = guild_members_request::whole_list(snowflake{1});
  nonce.with_nonce(copy);
  auto expected = copy.size() > max_nonce_size ? errc::nonce_too_long
                  : valid                      ? errc{}
                                               : errc::invalid_text;
  expect(refusal(nonce) == expected,
         "a nonce is refused above 32 bytes or when it is no UTF-8");
  auto search = guild_members_request::search(snowflake{1}, copy, 1);
  auto of_query = copy.empty() ? errc::limit_without_query
                  : valid      ? errc{}
                               : errc::invalid_text;
  expect(refusal(search) == of_query, "a query is refused when it is no UTF-8");
  if (!valid)
    return;
  auto sent = nlohmann::json::parse(encode_request(search, text));
  expect(sent["d"]["nonce"] == copy, "a nonce is sent as it is");
  expect(sent["d"]["query"] == copy, "a query is sent as it is");
}

/// The same around 32 bytes, where a character may be cut in two.
void check_nonce_sizes(std::string_view text) {
  std::string copy{text};
  copy.resize(std::max(copy.size(), max_nonce_size + 1), 'x');
  for (auto n : {max_nonce_size - 1, max_nonce_size, max_nonce_size + 1})
    check_request(std::string_view{copy}.substr(0, n));
}

void check_sent(std::string_view text) {
  const std::string copy{text};
  auto search = guild_members_request::search(snowflake{1}, copy, 1);
  expect(nlohmann::json::accept(encode_request(search, text)),
         "what is sent is JSON");
  std::string out;
  if (!encode_command({3, copy, {}}, out))
    expect(out.size() <= max_sent_payload && nlohmann::json::accept(out),
           "a command is JSON within bounds");
  expect(nlohmann::json::accept(encode_identify({}, 0, {}, 250, text)),
         "what is sent is JSON");
}

} // namespace

void fuzz_text(std::string_view bytes) {
  if (auto id = parse_snowflake(bytes)) {
    expect(*id != snowflake{}, "zero is no id");
    expect(parse_snowflake(to_string(*id)) == id, "an id is read as written");
  }
  std::string why;
  if (auto bits = parse_intents(bytes, &why))
    expect(parse_intents(std::to_string(*bits)) == bits,
           "intents are read as written");
  else
    expect(!why.empty(), "refused intents say why");
  why.clear();
  if (auto secret = token::parse(bytes, &why)) {
    auto again = token::parse(secret->reveal());
    expect(again && again->reveal() == secret->reveal(),
           "a token is read as written");
  } else {
    expect(!why.empty(), "a refused token says why");
  }
  check_url(bytes);
  check_sent(bytes);
  check_request(bytes);
  check_nonce_sizes(bytes);
}

} // namespace muster::fuzz
