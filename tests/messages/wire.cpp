#define CAF_SUITE messages_wire

#include "messages/internal/type_ids.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include "actors/config.hpp"
#include "tests/support/message_fields.hpp"
#include "tests/support/suite.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Gives every field a value of its own that is not its default. It reaches
/// fields by inspect() alone, so that one left out there keeps its default.
class filler {
public:
  using result_type = void;
  [[maybe_unused]] static constexpr bool reads_state = false;
  [[maybe_unused]] static constexpr bool writes_state = true;

  explicit filler(caf::actor handle) : handle_(std::move(handle)) {}

  template <class... Ts>
  void operator()(Ts&&... xs) {
    (fill(xs), ...);
  }

  template <class T>
  void fill(T& x) {
    if constexpr (caf::meta::is_annotation<T>::value) {
      // a name, no value
    } else if constexpr (std::is_same_v<T, bool>) {
      x = !x;
    } else if constexpr (std::is_enum_v<T>) {
      x = static_cast<int>(x) == 1 ? T{} : static_cast<T>(1);
    } else if constexpr (std::is_arithmetic_v<T>) {
      x = static_cast<T>(++count_);
    } else if constexpr (std::is_same_v<T, std::string>) {
      x = "text " + std::to_string(++count_);
    } else if constexpr (std::is_same_v<T, frozen_buffer>) {
      x = frozen_buffer{std::string("bytes\0", 6) + std::to_string(++count_)};
    } else if constexpr (std::is_same_v<T, caf::error>) {
      x = make_error(errc::rest_failed, "text " + std::to_string(++count_));
    } else if constexpr (std::is_same_v<T, caf::actor>) {
      x = handle_;
    } else if constexpr (std::is_same_v<T, caf::strong_actor_ptr>) {
      x = caf::actor_cast<caf::strong_actor_ptr>(handle_);
    } else if constexpr (std::is_same_v<T, caf::timespan>) {
      x = caf::timespan{++count_};
    } else if constexpr (std::is_same_v<T, caf::timestamp>) {
      x = caf::timestamp{caf::timespan{++count_}};
    } else {
      fill_composed(x);
    }
  }

private:
  template <class T>
  void fill_composed(std::vector<T>& x) {
    x.resize(3);
    for (auto& item : x)
      fill(item);
  }

  template <class T, std::size_t N>
  void fill_composed(std::array<T, N>& x) {
    for (auto& item : x)
      fill(item);
  }

  template <class T>
  void fill_composed(caf::optional<T>& x) {
    T value{};
    fill(value);
    x = value;
  }

  template <class T>
  void fill_composed(T& x) {
    inspect(*this, x);
  }

  caf::actor handle_;
  std::uint8_t count_ = 10; // above the defaults, which are 0 and 1
};

template <class T>
bool same(const T& a, const T& b);

template <class T>
bool same(const caf::optional<T>& a, const caf::optional<T>& b) {
  return a && b ? same(*a, *b) : !a && !b;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](auto& x, auto& y) { return same(x, y); });
}

template <class T>
bool same(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, frozen_buffer>) {
    return a.view() == b.view();
  } else if constexpr (std::equality_comparable<T>) {
    return a == b;
  } else {
    auto as = fields(a);
    auto bs = fields(b);
    return std::apply(
        [&](auto&... x) {
          return std::apply([&](auto&... y) { return (same(x, y) && ...); },
                            bs);
        },
        as);
  }
}

template <class T, std::size_t... Is>
std::vector<std::size_t> equal_fields(const T& a, const T& b,
                                      std::index_sequence<Is...>) {
  std::vector<std::size_t> result;
  [[maybe_unused]] auto as = fields(a);
  [[maybe_unused]] auto bs = fields(b);
  [[maybe_unused]] auto compare = [&](auto& x, auto& y, std::size_t i) {
    if (same(x, y))
      result.push_back(i);
  };
  (compare(std::get<Is>(as), std::get<Is>(bs), Is), ...);
  return result;
}

/// The positions of the fields that are the same in both.
template <class T>
std::vector<std::size_t> equal_fields(const T& a, const T& b) {
  return equal_fields(a, b, std::make_index_sequence<fields_of<T>>{});
}

struct fixture {
  config cfg;
  caf::actor_system sys{cfg};
  caf::scoped_actor self{sys};
  std::size_t tested = 0;

  template <class T>
  T filled() {
    T result{};
    filler f{caf::actor{self}};
    f.fill(result);
    return result;
  }

  template <class T>
  std::vector<char> write(T& x) {
    std::vector<char> bytes;
    caf::binary_serializer sink{sys, bytes};
    CAF_CHECK_EQUAL(sink(x), caf::none);
    return bytes;
  }

  template <class T>
  void round_trip() {
    CAF_MESSAGE(caf::type_name<T>::value);
    auto x = filled<T>();
    auto untouched = equal_fields(x, T{});
    CAF_CHECK_EQUAL(untouched, std::vector<std::size_t>{});
    auto bytes = write(x);
    T y{};
    caf::binary_deserializer source{sys, bytes};
    CAF_CHECK_EQUAL(source(y), caf::none);
    CAF_CHECK_EQUAL(source.remaining(), 0u);
    CAF_CHECK_EQUAL(equal_fields(x, y).size(), fields_of<T>);
    if constexpr (std::is_same_v<T, frozen_buffer>)
      CAF_CHECK(x == y && !y.empty());
    // Between nodes a value travels inside a message, by its name.
    auto msg = caf::make_message(x);
    auto packed = write(msg);
    caf::message unpacked;
    caf::binary_deserializer message_source{sys, packed};
    CAF_CHECK_EQUAL(message_source(unpacked), caf::none);
    CAF_REQUIRE(unpacked.match_elements<T>());
    auto& z = unpacked.get_as<T>(0);
    CAF_CHECK_EQUAL(equal_fields(x, z).size(), fields_of<T>);
    ++tested;
  }

  /// Every strict prefix is an error and nothing worse.
  template <class T>
  void truncated() {
    auto x = filled<T>();
    auto bytes = write(x);
    std::size_t accepted = 0;
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      std::vector<char> part(bytes.begin(),
                             bytes.begin() + static_cast<std::ptrdiff_t>(n));
      T y{};
      caf::binary_deserializer source{sys, part};
      if (!source(y))
        ++accepted;
    }
    CAF_CHECK_EQUAL(accepted, 0u);
    ++tested;
  }
};

using bots = caf::id_block::muster;
using inside = caf::id_block::muster_internal;

template <class Block>
constexpr std::size_t types_of = Block::end - Block::begin;
constexpr auto all_types = types_of<bots> + types_of<inside>;

template <class Block, class Each>
void for_each_of(Each& each) {
  [&]<caf::type_id_t... Is>(std::integer_sequence<caf::type_id_t, Is...>) {
    (each.template
     operator()<typename caf::type_by_id<Block::begin + Is>::type>(),
     ...);
  }
  (std::make_integer_sequence<caf::type_id_t, types_of<Block>>{});
}

template <class Each>
void for_each_type(Each each) {
  for_each_of<bots>(each);
  for_each_of<inside>(each);
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(wire_tests, fixture)

CAF_TEST(every type of the blocks keeps all of its fields) {
  for_each_type([this]<class T>() { round_trip<T>(); });
  CAF_CHECK_EQUAL(tested, all_types);
}

CAF_TEST(a truncated value is an error) {
  for_each_type([this]<class T>() { truncated<T>(); });
  CAF_CHECK_EQUAL(tested, all_types);
}

CAF_TEST(absent optionals and empty lists stay so) {
  auto x = filled<chunk_request_finished>();
  x.first_received_at = caf::none;
  x.last_received_at = caf::none;
  x.missed_chunks.clear();
  x.chunks.clear();
  auto bytes = write(x);
  auto y = filled<chunk_request_finished>();
  caf::binary_deserializer source{sys, bytes};
  CAF_CHECK_EQUAL(source(y), caf::none);
  CAF_CHECK(!y.first_received_at);
  CAF_CHECK(!y.last_received_at);
  CAF_CHECK(y.missed_chunks.empty());
  CAF_CHECK(y.chunks.empty());
  CAF_CHECK(equal_fields(x, y).size() == fields_of<chunk_request_finished>);
}

CAF_TEST(the largest numbers survive) {
  statistics x;
  x.bytes_received = UINT64_MAX;
  x.shards = UINT32_MAX;
  x.heartbeat.max = caf::timespan::max();
  auto bytes = write(x);
  statistics y;
  caf::binary_deserializer source{sys, bytes};
  CAF_CHECK_EQUAL(source(y), caf::none);
  CAF_CHECK_EQUAL(y.bytes_received, UINT64_MAX);
  CAF_CHECK_EQUAL(y.shards, UINT32_MAX);
  CAF_CHECK(y.heartbeat.max == caf::timespan::max());
}

CAF_TEST_FIXTURE_SCOPE_END()
