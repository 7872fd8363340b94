#include <nlohmann/json.hpp>

#include "messages/snowflake.hpp"
#include "net/intents.hpp"
#include "net/payload.hpp"
#include "net/token.hpp"
#include "net/url.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

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
  std::string word;
  if (auto bits = parse_intents(bytes, &word))
    expect(parse_intents(std::to_string(*bits)) == bits,
           "intents are read as written");
  else
    expect(bytes.find(word) != std::string_view::npos,
           "the unknown word is one of the text");
  if (auto secret = token::parse(bytes)) {
    auto again = token::parse(secret->reveal());
    expect(again && again->reveal() == secret->reveal(),
           "a token is read as written");
  }
  check_url(bytes);
  check_sent(bytes);
}

} // namespace muster::fuzz
