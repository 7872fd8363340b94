#include "net/open_store.hpp"

#include <algorithm>

#include <openssl/evp.h>

#include "net/derived_nonce.hpp"
#include "net/sqlite_store.hpp"

namespace muster {

std::string bot_id(const token& secret) {
  auto& text = secret.reveal();
  auto first = text.substr(0, text.find('.'));
  // No id has more than 20 digits, which are 28 characters.
  if (first.size() <= 28 && first.size() < text.size()) {
    auto padding = (4 - first.size() % 4) % 4;
    first.append(padding, '=');
    std::string id(first.size() / 4 * 3, '\0');
    auto size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(id.data()),
                        reinterpret_cast<const unsigned char*>(first.data()),
                        static_cast<int>(first.size()));
    id.resize(size < 0 ? 0 : id.size() - padding);
    if (!id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
          return c >= '0' && c <= '9';
        }))
      return id;
  }
  return hash_digits("bot " + text);
}

std::shared_ptr<state_store> open_store(const std::string& url,
                                        const token& secret) {
  return open_store(url, bot_id(secret));
}

std::shared_ptr<state_store> open_store(const std::string& url,
                                        const std::string& bot) {
  if (url.empty())
    return nullptr;
  return std::make_shared<sqlite_store>(url.substr(url.find(':') + 1), bot);
}

} // namespace muster
