#include "net/open_store.hpp"

#include <algorithm>
#include <stdexcept>

#include <openssl/evp.h>

#include "net/derived_nonce.hpp"
#include "net/postgres_store.hpp"
#include "net/postgres_url.hpp"
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

std::string check_store(const std::string& url, bool insecure) {
  if (url.empty() || (url.rfind("sqlite:", 0) == 0 && url != "sqlite:"))
    return {};
  postgres_url ignored;
  if (postgres_url::fits(url))
    return postgres_url::parse(url, insecure, ignored);
  // What was given may hold a password.
  return "this is no place to keep state; write sqlite: and the path of a "
         "file, or postgresql://USER@HOST:PORT/DATABASE";
}

std::shared_ptr<state_store> open_store(const std::string& url,
                                        const token& secret) {
  return open_store(url, bot_id(secret));
}

std::shared_ptr<state_store> open_store(const std::string& url,
                                        const std::string& bot) {
  if (url.empty())
    return nullptr;
  if (auto wrong = check_store(url, true); !wrong.empty())
    throw std::invalid_argument(wrong);
  if (postgres_url::fits(url)) {
    postgres_url where;
    postgres_url::parse(url, true, where);
    return std::make_shared<postgres_store>(where, bot);
  }
  return std::make_shared<sqlite_store>(url.substr(url.find(':') + 1), bot);
}

} // namespace muster
