#define CAF_SUITE app_simulator_fault

#include "app/simulator/fault.hpp"

#include <cstdio>
#include <fstream>
#include <unistd.h>

#include "app/simulator/fault_plan.hpp"
#include "tests/support/suite.hpp"

using namespace muster::sim;
using namespace std::chrono_literals;

namespace {

fault made(std::string_view text) {
  std::string error;
  auto x = parse_fault(text, &error);
  if (!x)
    CAF_FAIL(error);
  return *x;
}

std::string refusal(std::string_view text) {
  std::string error;
  auto x = parse_fault(text, &error);
  CAF_CHECK_EQUAL(x.has_value(), false);
  return error;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// How often of `n` times a fault strikes, as a text of x and dots.
std::string pattern(std::string_view text, int n, const place& where = {}) {
  auto f = made(text);
  fault_plan plan{{f}};
  std::string result;
  for (int i = 0; i < n; ++i)
    result += plan.strike(f.when, where).empty() ? '.' : 'x';
  return result;
}

/// A file that lasts as long as this.
struct script_file {
  explicit script_file(std::string_view text) {
    char name[] = "/tmp/muster-script-XXXXXX";
    auto fd = mkstemp(name);
    path = name;
    std::ofstream{path} << text;
    close(fd);
  }

  ~script_file() { std::remove(path.c_str()); }

  std::string path;
};

} // namespace

CAF_TEST(a kind alone has defaults) {
  auto f = made("drop");
  CAF_CHECK(f.kind == fault_kind::drop);
  CAF_CHECK(f.when == occasion::chunk);
  CAF_CHECK(f == fault{});
  CAF_CHECK(made("rate_limit").ms == 1s);
  CAF_CHECK(made("rate_limit").when == occasion::request);
  CAF_CHECK(made("invalid_session").when == occasion::login);
  CAF_CHECK(made("missing").when == occasion::guild);
  CAF_CHECK(made("no_ack").when == occasion::heartbeat);
}

CAF_TEST(every kind is read as written) {
  for (int i = 0; i <= static_cast<int>(fault_kind::garbage); ++i) {
    auto kind = static_cast<fault_kind>(i);
    CAF_CHECK(made(to_string(kind)).kind == kind);
    CAF_CHECK(has(fault_help(), to_string(kind)));
  }
}

CAF_TEST(all keys) {
  auto f = made("close:shard=1,guild=1258291200004194304,chunk=2,every=3,"
                "after=4,times=0,chance=50,seed=6,ms=70,code=4009,"
                "resumable=true,when=request");
  fault wanted;
  wanted.kind = fault_kind::close;
  wanted.when = occasion::request;
  wanted.shard = 1;
  wanted.guild = 1'258'291'200'004'194'304;
  wanted.chunk = 2;
  wanted.every = 3;
  wanted.after = 4;
  wanted.times = 0;
  wanted.chance = 50;
  wanted.seed = 6;
  wanted.ms = 70ms;
  wanted.code = 4009;
  wanted.resumable = true;
  CAF_CHECK(f == wanted);
  CAF_CHECK(made("rate_limit:retry_after=250").ms == 250ms);
  CAF_CHECK(made("corrupt:what=count-change").what == corruption::count_change);
}

CAF_TEST(refusals say the mend) {
  CAF_CHECK(has(refusal("explode"), "there is drop, duplicate"));
  CAF_CHECK(has(refusal(""), "no fault is called"));
  CAF_CHECK(has(refusal("drop:colour=red"), "use shard, guild"));
  CAF_CHECK(has(refusal("drop:chunk"), "is not key=value"));
  CAF_CHECK(has(refusal("drop:"), "is not key=value"));
  CAF_CHECK(has(refusal("drop:chunk=1,"), "is not key=value"));
  CAF_CHECK(has(refusal("drop:when=hello"), "leave \"when\" away"));
  for (auto text :
       {"drop:chunk=", "drop:chunk=-1", "drop:chunk=1x", "drop:every=0",
        "drop:chance=101", "close:code=999", "close:code=5000",
        "close:code=70000", "corrupt:what=all", "close:when=later",
        "close:resumable=yes", "delay:ms=99999999999"})
    CAF_CHECK(has(refusal(text), "is no value for"));
}

CAF_TEST(a fault strikes once by default) {
  CAF_CHECK_EQUAL(pattern("drop", 4), "x...");
  CAF_CHECK_EQUAL(pattern("drop:times=2", 4), "xx..");
  CAF_CHECK_EQUAL(pattern("drop:times=0", 4), "xxxx");
  CAF_CHECK_EQUAL(pattern("drop:after=2", 5), "..x..");
  CAF_CHECK_EQUAL(pattern("drop:every=3,times=0", 7), "x..x..x");
  CAF_CHECK_EQUAL(pattern("drop:after=1,every=2,times=2", 7), ".x.x...");
}

CAF_TEST(chance is decided by the seed) {
  CAF_CHECK_EQUAL(pattern("drop:chance=0,times=0", 20), std::string(20, '.'));
  auto text = "drop:chance=30,times=0,seed=9";
  auto first = pattern(text, 1000);
  CAF_CHECK_EQUAL(first, pattern(text, 1000));
  CAF_CHECK(first != pattern("drop:chance=30,times=0,seed=10", 1000));
  auto hits = std::count(first.begin(), first.end(), 'x');
  CAF_CHECK(hits > 220 && hits < 380);
}

CAF_TEST(selectors must all match) {
  place where{1, 3, 1'258'291'200'016'777'216, 2};
  CAF_CHECK_EQUAL(pattern("drop:shard=1", 1, where), "x");
  CAF_CHECK_EQUAL(pattern("drop:shard=0", 1, where), ".");
  CAF_CHECK_EQUAL(pattern("drop:chunk=2", 1, where), "x");
  CAF_CHECK_EQUAL(pattern("drop:chunk=1", 1, where), ".");
  CAF_CHECK_EQUAL(pattern("drop:guild=3", 1, where), "x");
  CAF_CHECK_EQUAL(pattern("drop:guild=2", 1, where), ".");
  CAF_CHECK_EQUAL(pattern("drop:guild=1258291200016777216", 1, where), "x");
  CAF_CHECK_EQUAL(pattern("drop:guild=1258291200020971520", 1, where), ".");
  CAF_CHECK_EQUAL(pattern("drop:guild=3,shard=1,chunk=1", 1, where), ".");
  // What is unknown matches no selector.
  CAF_CHECK_EQUAL(pattern("drop:shard=0", 1), ".");
  CAF_CHECK_EQUAL(pattern("drop:guild=0", 1), ".");
}

CAF_TEST(only what is selected is counted) {
  fault_plan plan{{made("drop:guild=1,after=1")}};
  place other{0, 0, 0, 0};
  place it{0, 1, 0, 0};
  CAF_CHECK(plan.strike(occasion::chunk, other).empty());
  CAF_CHECK(plan.strike(occasion::chunk, it).empty());
  CAF_CHECK(plan.strike(occasion::request, it).empty());
  CAF_CHECK(plan.strike(occasion::chunk, other).empty());
  CAF_CHECK_EQUAL(plan.strike(occasion::chunk, it).size(), 1u);
  CAF_CHECK_EQUAL(plan.struck().at(fault_kind::drop), 1u);
}

CAF_TEST(a login is an identify or a resume) {
  fault_plan plan{{made("invalid_session:times=0")}};
  CAF_CHECK_EQUAL(plan.strike(occasion::identify, {}).size(), 1u);
  CAF_CHECK_EQUAL(plan.strike(occasion::resume, {}).size(), 1u);
  CAF_CHECK(plan.strike(occasion::hello, {}).empty());
  CAF_CHECK(plan.strike(occasion::heartbeat, {}).empty());
}

CAF_TEST(faults strike in the order in which they were added) {
  fault_plan plan{{made("duplicate"), made("kill")}};
  plan.add(made("garbage"));
  auto all = plan.strike(occasion::chunk, {});
  CAF_REQUIRE_EQUAL(all.size(), 3u);
  CAF_CHECK(all[0].kind == fault_kind::duplicate);
  CAF_CHECK(all[1].kind == fault_kind::kill);
  CAF_CHECK(all[2].kind == fault_kind::garbage);
}

CAF_TEST(a script holds texts) {
  script_file file{R"(["drop:chunk=1",
                       "close:code=4000,after=3,when=request"])"};
  auto all = load_script(file.path);
  CAF_REQUIRE(all.has_value());
  CAF_REQUIRE_EQUAL(all->size(), 2u);
  CAF_CHECK(all->at(0) == made("drop:chunk=1"));
  CAF_CHECK(all->at(1) == made("close:code=4000,after=3,when=request"));
}

CAF_TEST(what is wrong with a script is said) {
  std::string error;
  CAF_CHECK(!load_script("/nowhere/at/all", &error));
  CAF_CHECK(has(error, "cannot read /nowhere/at/all"));
  for (auto [text, why] : {std::pair{"{}", "no JSON array"},
                           {"not json", "no JSON array"},
                           {"[7]", "a text such as"},
                           {R"([{"kind":"drop"}])", "a text such as"},
                           {R"(["explode"])", "no fault is called"},
                           {R"(["drop:chunk=-1"])", "no value"}}) {
    script_file file{text};
    error.clear();
    CAF_CHECK(!load_script(file.path, &error));
    CAF_CHECK(has(error, why));
  }
}
