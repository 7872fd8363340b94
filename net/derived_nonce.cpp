#include "net/derived_nonce.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <openssl/sha.h>

namespace muster {

namespace {

constexpr std::uint32_t most_ordinals = 16;
constexpr std::uint64_t most_epochs = 8;

void append(std::string& to, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8)
    to.push_back(static_cast<char>(number >> shift & 0xff));
}

/// The length first, so that no two lists of words are one text.
void append(std::string& to, std::string_view word) {
  append(to, std::uint64_t{word.size()});
  to += word;
}

} // namespace

std::string hash_digits(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         hash.data());
  std::string result;
  unsigned bits = 0;
  unsigned left = 0;
  for (auto byte = hash.begin(); result.size() < derived_nonce_size;) {
    if (left < 5) {
      bits = bits << 8 | *byte++;
      left += 8;
    }
    left -= 5;
    result.push_back("abcdefghijklmnopqrstuvwxyz234567"[bits >> left & 31]);
  }
  return result;
}

std::string startup_nonce(const std::string& session, snowflake guild,
                          std::uint32_t begun) {
  std::string text;
  append(text, "startup");
  append(text, session);
  append(text, guild.value);
  append(text, begun);
  return hash_digits(text);
}

std::string attempt_nonce(const std::string& nonce, std::uint64_t epoch,
                          std::uint32_t ordinal) {
  std::string text;
  append(text, "attempt");
  append(text, nonce);
  append(text, epoch);
  append(text, ordinal);
  return hash_digits(text);
}

bool is_attempt_of(const std::string& attempt, const std::string& nonce,
                   epoch_range under) {
  if (attempt.size() != derived_nonce_size)
    return false;
  auto first =
      std::max(under.first, under.last - std::min(under.last, most_epochs - 1));
  for (auto epoch = first; epoch <= under.last; ++epoch)
    for (std::uint32_t i = 1; i <= most_ordinals; ++i)
      if (attempt == attempt_nonce(nonce, epoch, i))
        return true;
  return false;
}

} // namespace muster
