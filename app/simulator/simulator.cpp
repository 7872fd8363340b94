#include "app/simulator/simulator.hpp"

#include <fstream>
#include <future>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "app/simulator/certificate.hpp"
#include "app/simulator/gateway.hpp"
#include "app/simulator/server.hpp"

namespace muster::sim {

namespace {

// A name that nobody else has; the file is made by whoever writes to it.
std::filesystem::path fresh_path(std::uint64_t salt) {
  auto now = clock::now().time_since_epoch().count();
  return std::filesystem::temp_directory_path()
         / ("simulator-ca-" + std::to_string(now) + '-' + std::to_string(salt)
            + ".pem");
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out{path};
  if (!(out << text).flush())
    throw std::runtime_error{"cannot write " + path.string()};
}

} // namespace

struct simulator::impl {
  explicit impl(options opts) : gw(std::move(opts), clock::now()) {
    certificate cert;
    if (gw.opts.tls) {
      cert = make_certificate(gw.opts.host);
      own_ca = gw.opts.ca_path.empty();
      ca = own_ca ? fresh_path(reinterpret_cast<std::uintptr_t>(this))
                  : gw.opts.ca_path;
      write_file(ca, cert.ca);
    }
    sockets.emplace(gw, cert.leaf, cert.key);
  }

  ~impl() {
    sockets.reset();
    std::error_code ignored;
    if (own_ca)
      std::filesystem::remove(ca, ignored);
  }

  /// Runs `f` on the thread of the sockets and hands back what it returns.
  template <class F>
  auto ask(F f) {
    std::packaged_task<decltype(f())()> task{std::move(f)};
    auto result = task.get_future();
    sockets->post([&task] { task(); });
    return result.get();
  }

  gateway gw;
  std::filesystem::path ca;
  bool own_ca = false;
  std::optional<server> sockets;
};

simulator::simulator(options opts)
    : impl_(std::make_unique<impl>(std::move(opts))) {}

simulator::~simulator() = default;

std::string simulator::rest_url() const {
  const auto& o = impl_->gw.opts;
  auto host =
      o.host.find(':') == std::string::npos ? o.host : '[' + o.host + ']';
  return (o.tls ? "https://" : "http://") + host + ':' + std::to_string(port())
         + "/api/v10";
}

std::uint16_t simulator::port() const {
  return impl_->sockets->port();
}

std::filesystem::path simulator::ca_path() const {
  return impl_->ca;
}

counters simulator::counts() const {
  return impl_->ask([x = impl_.get()] { return x->gw.snapshot(); });
}

std::vector<snowflake> simulator::guild_ids() const {
  return impl_->ask([x = impl_.get()] {
    std::vector<snowflake> result;
    for (const auto& g : x->gw.guilds.guilds()) {
      if (g.state != guild::condition::removed)
        result.push_back(g.id);
    }
    return result;
  });
}

snowflake simulator::member_id(std::uint32_t guild, std::uint32_t member) {
  return sim::member_id(guild, member);
}

std::string simulator::username(std::uint32_t member) {
  return member_text::username(member);
}

void simulator::add_fault(const fault& f) {
  impl_->ask([&] { impl_->gw.plan.add(f); });
}

void simulator::kill_connections(std::uint32_t shard) {
  impl_->ask([&] { impl_->gw.kill_connections(shard); });
}

void simulator::close_connections(std::uint16_t code) {
  impl_->ask([&] { impl_->gw.close_connections(code); });
}

void simulator::send_reconnect(std::uint32_t shard) {
  impl_->ask([&] { impl_->gw.send_reconnect(shard); });
}

void simulator::invalidate(std::uint32_t shard, bool resumable) {
  impl_->ask([&] { impl_->gw.invalidate(shard, resumable); });
}

void simulator::set_unavailable(snowflake guild, bool unavailable) {
  impl_->ask([&] {
    if (auto* g = impl_->gw.guilds.find(guild))
      impl_->gw.set_unavailable(*g, unavailable);
  });
}

void simulator::remove_guild(snowflake guild) {
  impl_->ask([&] {
    if (auto* g = impl_->gw.guilds.find(guild))
      impl_->gw.remove_guild(*g);
  });
}

snowflake simulator::add_guild(std::uint32_t members) {
  return impl_->ask([&] { return impl_->gw.add_guild(members); });
}

void simulator::set_down(bool down) {
  impl_->ask([&] { impl_->gw.down = down; });
}

void simulator::dispatch(std::uint32_t shard, std::string name,
                         std::string json) {
  impl_->ask([&] { impl_->gw.dispatch_to(shard, name, json); });
}

} // namespace muster::sim
