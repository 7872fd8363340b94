#include "net/tls.hpp"

#include "net/tls_impl.hpp"

namespace muster {

tls_context::tls_context(std::unique_ptr<impl> x) : impl_(std::move(x)) {}

tls_context::~tls_context() = default;

caf::error tls_context::make(const std::string& ca_file,
                             std::shared_ptr<tls_context>& result) {
  namespace ssl = boost::asio::ssl;
  auto made = std::make_unique<impl>();
  boost::system::error_code ec;
  auto& context = made->context;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2
                          | ssl::context::no_sslv3 | ssl::context::no_tlsv1
                          | ssl::context::no_tlsv1_1,
                      ec);
  context.set_verify_mode(ssl::verify_peer, ec);
  // A system without authorities fails at the first handshake, not here.
  context.set_default_verify_paths(ec);
  if (!ca_file.empty()) {
    context.load_verify_file(ca_file, ec);
    if (ec) {
      result = nullptr;
      return make_error(errc::invalid_settings,
                        "no certificate could be read from '" + ca_file + "': "
                            + ec.message() + "; name a readable PEM file");
    }
  }
  result = std::make_shared<tls_context>(std::move(made));
  return caf::none;
}

} // namespace muster
