#include "net/http_answer.hpp"

#include "net/http_refusal.hpp"
#include "net/upgrade_answer.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/targets.hpp"

namespace muster::fuzz {

void fuzz_http_answer(std::string_view bytes) {
  using namespace std::chrono_literals;
  using status = http_answer_reader::status;
  http_answer_reader whole, slow;
  auto a = whole.feed(bytes);
  auto b = status::more;
  for (auto i = bytes.begin(); i != bytes.end() && b == status::more; ++i)
    b = slow.feed({&*i, 1});
  expect(a == b, "the portions make no difference");
  expect(whole.answer().body == slow.answer().body, "nor to the body");
  expect(whole.answer().body.size() <= http_answer_reader::max_body,
         "bodies are bounded");
  expect(a != status::failed || !whole.sentence().empty(),
         "a failure says what is wrong");
  if (a == status::more)
    expect(whole.end() != status::more, "the end is an end");
  auto wait = asked_to_wait(whole.answer(), {});
  expect(wait >= 0s && wait <= 24h, "waits are in bounds");
  for (char c : describe(whole.answer()))
    expect(c >= ' ' && c <= '~', "what is shown is harmless");

  upgrade_answer upgrade;
  upgrade.feed(bytes);
  char room[16];
  while (upgrade.take(room, sizeof room) != 0)
    expect(upgrade.state() == upgrade_answer::status::accepted,
           "only an acceptance is passed on");
}

} // namespace muster::fuzz
