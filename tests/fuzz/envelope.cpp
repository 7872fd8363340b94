#include "net/envelope.hpp"

#include <string>

#include "messages/frozen_buffer.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

namespace {

bool same(const envelope& a, const envelope& b) {
  return a.op == b.op && a.sequence == b.sequence && a.name == b.name;
}

std::size_t offset(std::string_view part, std::string_view whole) {
  return static_cast<std::size_t>(part.data() - whole.data());
}

/// Payload by payload, as a shard takes them.
void read_all(std::string_view text) {
  envelope_reader reader;
  for (text = next_payload(text); !text.empty();) {
    envelope x;
    if (reader.read(text, x) == errc{})
      x.cut();
    expect(x.rest.size() < text.size(), "every payload takes some text");
    text = next_payload(x.rest);
  }
}

} // namespace

void fuzz_envelope(std::string_view bytes) {
  frozen_buffer buffer{bytes};
  auto text = buffer.view();
  read_all(text);
  envelope_reader reader;
  envelope_reader strict{true};
  envelope x, y;
  auto error = reader.read(text, x);
  const auto first = x;
  auto whole = x.cut();
  expect(inside(x.rest, text) && x.rest.size() <= text.size(),
         "what follows lies in the text");
  if (strict.read(text, y) == errc{}) {
    expect(error == errc{}, "what is valid is read without validation, too");
    expect(same(x, y) && x.data == y.data && x.rest == y.rest,
           "validation changes nothing");
    expect(whole, "what is valid has an end");
  }
  if (error != errc{})
    return;
  expect(inside(x.data, text) && inside(x.name, text),
         "the parts lie in the payload");
  expect(x.data == first.data || !first.exact, "a cut is made once");
  x = first;
  if (x.exact)
    return;
  // An unknown key in front leads to the slow path.
  constexpr std::string_view start = "{\"\":0,";
  auto brace = text.find('{');
  frozen_buffer longer{std::string{start}
                       + std::string{text.substr(brace + 1)}};
  if (reader.read(longer.view(), y) != errc{})
    return;
  expect(y.exact, "the slow path finds where the data ends");
  // With keys after the data the two may differ: the fast path does not look.
  auto begin = offset(y.data, longer.view());
  if (begin - start.size() != offset(x.data, text) - brace - 1
      || longer.view().find_first_not_of(" \t\r\n", begin + y.data.size())
             != longer.view().rfind('}'))
    return;
  expect(same(x, y), "both paths find the same");
}

} // namespace muster::fuzz
