#include "net/node_keys.hpp"

#include <boost/asio/buffer.hpp>
#include <openssl/ssl.h>

#include "messages/errc.hpp"
#include "net/certificate_authority.hpp"
#include "net/guarded.hpp"
#include "net/key_files.hpp"
#include "net/node_keys_impl.hpp"

namespace muster {

namespace {

namespace ssl = boost::asio::ssl;

caf::error refuse(const std::string& folder, const std::string& why) {
  return make_error(errc::invalid_settings,
                    "the keys in '" + folder + "': " + why
                        + "; make them with `muster certs DIR NAME` and name "
                          "the folder DIR/NAME");
}

caf::error load(ssl::context& context, const std::string& folder) {
  std::string ca;
  std::string certificate;
  std::string key;
  for (auto& [name, text] : {std::pair{"/ca.pem", &ca},
                             {"/node.pem", &certificate},
                             {"/node.key", &key}})
    if (auto error = read_key_file(folder + name, *text))
      return refuse(folder, sentence_of(error));
  if (auto wrong = check_node_keys(ca, certificate, key, caf::make_timestamp());
      !wrong.empty())
    return refuse(folder, wrong);
  context.add_certificate_authority(boost::asio::buffer(ca));
  context.use_certificate_chain(boost::asio::buffer(certificate));
  context.use_private_key(boost::asio::buffer(key), ssl::context::pem);
  context.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
  auto raw = context.native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_3_VERSION);
  // Each link proves anew who it is.
  SSL_CTX_set_num_tickets(raw, 0);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  return caf::none;
}

} // namespace

node_keys::node_keys(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

node_keys::~node_keys() = default;

caf::error node_keys::read(const std::string& folder,
                           std::shared_ptr<node_keys>& result) {
  result = nullptr;
  auto made = std::make_unique<impl>();
  caf::error error;
  guarded([&] { error = load(made->context, folder); }, // OpenSSL may throw
          [&](const std::string& what) { error = refuse(folder, what); });
  if (error)
    return error;
  result = std::make_shared<node_keys>(std::move(made));
  return caf::none;
}

} // namespace muster
