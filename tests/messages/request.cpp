#define CAF_SUITE messages_request

#include "messages/request.hpp"

#include <functional>
#include <set>
#include <thread>

#include "messages/errc.hpp"
#include "messages/intent.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace std::chrono_literals;

namespace {

constexpr auto guild = snowflake{81384788765712384};
constexpr auto all_intents =
    intent::guilds | intent::guild_members | intent::guild_presences;

std::vector<snowflake> ids(std::size_t count) {
  std::vector<snowflake> result;
  for (std::size_t i = 0; i < count; ++i)
    result.emplace_back(i + 1);
  return result;
}

errc verdict(const guild_members_request& x,
             std::uint32_t intents = all_intents, shard_id shard = {}) {
  return code_of(validate(x, intents, shard));
}

/// A request of `kind` with every field as `change` leaves it.
guild_members_request made(request_kind kind,
                           std::function<void(guild_members_request&)> change) {
  auto x = guild_members_request::whole_list(guild);
  x.kind = kind;
  if (kind == request_kind::users)
    x.user_ids = ids(1);
  if (kind == request_kind::search)
    x.query = "nel";
  change(x);
  return x;
}

} // namespace

CAF_TEST(Q1 the three kinds are accepted) {
  CAF_CHECK_EQUAL(verdict(guild_members_request::whole_list(guild)), errc{});
  CAF_CHECK_EQUAL(verdict(guild_members_request::search(guild, "nel", 10)),
                  errc{});
  CAF_CHECK_EQUAL(verdict(guild_members_request::users(guild, ids(100))),
                  errc{});
  auto x = guild_members_request::search(guild, "nel", 100).with_presences();
  CAF_CHECK_EQUAL(verdict(x), errc{});
  CAF_CHECK(x.presences);
}

CAF_TEST(Q2 user ids together with a query or a limit are refused) {
  auto users = request_kind::users;
  CAF_CHECK_EQUAL(verdict(made(users, [](auto& x) { x.query = "a"; })),
                  errc::users_with_query);
  CAF_CHECK_EQUAL(verdict(made(users, [](auto& x) { x.limit = 1; })),
                  errc::users_with_query);
  CAF_CHECK_EQUAL(
      verdict(made(request_kind::search, [](auto& x) { x.user_ids = ids(1); })),
      errc::users_with_query);
  CAF_CHECK_EQUAL(verdict(made(request_kind::whole_list,
                               [](auto& x) { x.user_ids = ids(1); })),
                  errc::users_with_query);
}

CAF_TEST(Q2 a limit outside 0 to 100 is refused) {
  for (auto limit : {-1, 101, 250, INT32_MIN, INT32_MAX})
    CAF_CHECK_EQUAL(
        verdict(made(request_kind::search, [=](auto& x) { x.limit = limit; })),
        errc::limit_out_of_range);
  for (auto limit : {0, 1, 100})
    CAF_CHECK_EQUAL(
        verdict(made(request_kind::search, [=](auto& x) { x.limit = limit; })),
        errc{});
  auto refusal =
      validate(made(request_kind::search, [](auto& x) { x.limit = 250; }),
               all_intents, {});
  CAF_CHECK_EQUAL(sentence_of(refusal),
                  "limit is 250; Discord allows 0 to 100");
}

CAF_TEST(Q2 a limit without a query is refused) {
  CAF_CHECK_EQUAL(
      verdict(made(request_kind::whole_list, [](auto& x) { x.limit = 1; })),
      errc::limit_without_query);
  CAF_CHECK_EQUAL(verdict(guild_members_request::search(guild, "", 5)),
                  errc::limit_without_query);
}

CAF_TEST(Q2 no user ids and more than 100 are refused) {
  CAF_CHECK_EQUAL(verdict(guild_members_request::users(guild, {})),
                  errc::no_user_ids);
  CAF_CHECK_EQUAL(verdict(guild_members_request::users(guild, ids(101))),
                  errc::too_many_user_ids);
}

CAF_TEST(Q2 a nonce over 32 bytes is refused) {
  auto x = guild_members_request::whole_list(guild);
  CAF_CHECK_EQUAL(verdict(x.with_nonce(std::string(32, 'n'))), errc{});
  CAF_CHECK_EQUAL(verdict(x.with_nonce(std::string(33, 'n'))),
                  errc::nonce_too_long);
  // Bytes, not characters.
  std::string wide;
  for (int i = 0; i < 11; ++i)
    wide += "\xE2\x82\xAC";
  CAF_CHECK_EQUAL(verdict(x.with_nonce(wide)), errc::nonce_too_long);
  CAF_CHECK_EQUAL(verdict(x.with_nonce("")), errc{});
}

CAF_TEST(Q2 the whole list needs the intent guild_members) {
  auto without = intent::guilds | intent::guild_presences;
  CAF_CHECK_EQUAL(verdict(guild_members_request::whole_list(guild), without),
                  errc::members_intent_missing);
  // An empty search without a limit is a whole list by another name.
  CAF_CHECK_EQUAL(verdict(guild_members_request::search(guild, "", 0), without),
                  errc::members_intent_missing);
  CAF_CHECK_EQUAL(
      verdict(guild_members_request::search(guild, "nel", 5), without), errc{});
  CAF_CHECK_EQUAL(verdict(guild_members_request::users(guild, ids(1)), without),
                  errc{});
}

CAF_TEST(Q2 presences need the intent guild_presences) {
  auto without = intent::guilds | intent::guild_members;
  for (auto x : {guild_members_request::whole_list(guild),
                 guild_members_request::search(guild, "nel", 5),
                 guild_members_request::users(guild, ids(1))}) {
    CAF_CHECK_EQUAL(verdict(x, without), errc{});
    CAF_CHECK_EQUAL(verdict(x.with_presences(), without),
                    errc::presences_intent_missing);
    CAF_CHECK_EQUAL(verdict(x.with_presences(false), without), errc{});
  }
}

CAF_TEST(Q2 a guild of another shard is refused) {
  auto x = guild_members_request::whole_list(snowflake{5ull << 22});
  CAF_CHECK_EQUAL(verdict(x, all_intents, {1, 4}), errc{});
  CAF_CHECK_EQUAL(verdict(x, all_intents, {0, 4}), errc::wrong_shard);
  CAF_CHECK_EQUAL(sentence_of(validate(x, all_intents, {0, 4})),
                  "guild 20971520 belongs to shard 1, not 0/4; send the "
                  "request to the router");
  CAF_CHECK_EQUAL(verdict(guild_members_request::whole_list({})),
                  errc::invalid_guild_id);
}

CAF_TEST(Q2 timeouts and attempts out of range are refused) {
  using timeout = caf::timespan;
  auto first = &guild_members_request::first_response_timeout;
  for (auto field : {&guild_members_request::timeout, first}) {
    auto with = [&](timeout value) {
      return verdict(
          made(request_kind::whole_list, [&](auto& x) { x.*field = value; }));
    };
    CAF_CHECK_EQUAL(with(-1ms), errc::invalid_timeout);
    CAF_CHECK_EQUAL(with(999us), errc::invalid_timeout);
    CAF_CHECK_EQUAL(with(1h + 1ns), errc::invalid_timeout);
    CAF_CHECK_EQUAL(with(0s), errc{});
    CAF_CHECK_EQUAL(with(1ms), errc{});
    CAF_CHECK_EQUAL(with(1h), errc{});
  }
  auto x = guild_members_request::whole_list(guild);
  CAF_CHECK_EQUAL(verdict(x.with_attempts(-1)), errc::invalid_attempts);
  CAF_CHECK_EQUAL(verdict(x.with_attempts(101)), errc::invalid_attempts);
  CAF_CHECK_EQUAL(verdict(x.with_attempts(100)), errc{});
}

CAF_TEST(Q7 only an empty query without a limit is a whole list) {
  CAF_CHECK(guild_members_request::whole_list(guild).asks_whole_list());
  CAF_CHECK(guild_members_request::search(guild, "", 0).asks_whole_list());
  CAF_CHECK(!guild_members_request::search(guild, "a", 0).asks_whole_list());
  CAF_CHECK(!guild_members_request::search(guild, "", 1).asks_whole_list());
  CAF_CHECK(!guild_members_request::users(guild, ids(1)).asks_whole_list());
}

CAF_TEST(Q7 a nonce of the caller joins no other request) {
  auto x = guild_members_request::whole_list(guild);
  CAF_CHECK(x.joinable);
  x.with_nonce("mine");
  CAF_CHECK(!x.joinable);
  CAF_CHECK_EQUAL(x.nonce, "mine");
}

CAF_TEST(Q10 the nonce is known before anything is sent and never repeats) {
  CAF_CHECK_EQUAL(guild_members_request::whole_list(guild).nonce.size(), 22u);
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& list : made)
    threads.emplace_back([&list] {
      for (int i = 0; i < 2000; ++i)
        list.push_back(make_nonce());
    });
  for (auto& t : threads)
    t.join();
  std::set<std::string> distinct;
  std::size_t misshapen = 0;
  for (auto& list : made)
    for (auto& nonce : list) {
      misshapen += nonce.size() != 22
                   || nonce.find_first_not_of("abcdefghijklmnopqrstuvwxyz"
                                              "234567")
                          != std::string::npos;
      distinct.insert(nonce);
    }
  CAF_CHECK_EQUAL(misshapen, 0u);
  CAF_CHECK_EQUAL(distinct.size(), 8000u);
}

CAF_TEST(what is left open has one default) {
  settings values;
  values.timeout = 7s;
  values.first_response_timeout = 11s;
  guild_members_request open;
  fill_in(open, values);
  CAF_CHECK_EQUAL(open.nonce.size(), 22u);
  CAF_CHECK_EQUAL(open.max_attempts, 1);
  CAF_CHECK(open.timeout == 7s && open.first_response_timeout == 11s);
  auto chosen = guild_members_request{}.with_nonce("mine").with_attempts(3);
  chosen.timeout = 1s;
  chosen.first_response_timeout = 2s;
  fill_in(chosen, values);
  CAF_CHECK_EQUAL(chosen.nonce, "mine");
  CAF_CHECK_EQUAL(chosen.max_attempts, 3);
  CAF_CHECK(chosen.timeout == 1s && chosen.first_response_timeout == 2s);
}
