#define CAF_SUITE net_fuzz_corpus

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/fuzz/targets.hpp"
#include "tests/support/suite.hpp"

namespace {

using namespace muster::fuzz;

const std::map<std::string, void (*)(std::string_view)> targets{
    {"cut_text", fuzz_cut_text},
    {"envelope", fuzz_envelope},
    {"fault", fuzz_fault},
    {"frames", fuzz_frames},
    {"gateway_bot", fuzz_gateway_bot},
    {"guild_create", fuzz_guild_create},
    {"http_answer", fuzz_http_answer},
    {"member_request", fuzz_member_request},
    {"members", fuzz_members},
    {"members_chunk", fuzz_members_chunk},
    {"presences", fuzz_presences},
    {"small_dispatch", fuzz_small_dispatch},
    {"text", fuzz_text},
    {"zlib", fuzz_zlib},
    {"zstd", fuzz_zstd},
};

std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace

CAF_TEST(no decoder breaks a promise over the inputs of its corpus) {
  const std::filesystem::path corpus{MUSTER_FUZZ_CORPUS};
  for (auto& [name, target] : targets) {
    std::size_t files = 0;
    for (auto& entry : std::filesystem::directory_iterator{corpus / name}) {
      ++files;
      try {
        target(contents(entry.path()));
      } catch (const std::exception& x) {
        CAF_ERROR(entry.path().string() << ": " << x.what());
      }
    }
    CAF_CHECK(files > 0);
  }
}

CAF_TEST(every corpus has its target) {
  for (auto& entry : std::filesystem::directory_iterator{MUSTER_FUZZ_CORPUS})
    CAF_CHECK_EQUAL(targets.count(entry.path().filename().string()), 1u);
}
