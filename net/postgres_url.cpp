#include "net/postgres_url.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

#include <arpa/inet.h>

#include "net/postgres_library.hpp"

namespace muster {

namespace {

constexpr auto form = "write postgresql://USER@HOST:PORT/DATABASE";

using named = std::map<std::string, std::string>;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> result;
  for (std::size_t from = 0;;) {
    auto to = text.find(',', from);
    result.push_back(text.substr(from, to - from));
    if (to == text.npos)
      return result;
    from = to + 1;
  }
}

/// What libpq would take from a variable if the URL does not say it, so that
/// what is checked is what is used.
void add_variable(named& to, const char* option, const char* variable) {
  auto text = std::getenv(variable);
  if (text != nullptr && *text != '\0')
    to.emplace(option, text);
}

/// False if libpq does not understand it; its own words could repeat a part
/// that is a secret.
bool read(const std::string& text, named& out) {
  char* why = nullptr;
  std::unique_ptr<PQconninfoOption, decltype(&::PQconninfoFree)> all{
      pq().PQconninfoParse(text.c_str(), &why), pq().PQconninfoFree};
  pq().PQfreemem(why);
  if (!all)
    return false;
  for (auto x = all.get(); x->keyword != nullptr; ++x)
    if (x->val != nullptr && *x->val != '\0')
      out[x->keyword] = x->val;
  return true;
}

std::string take(named& from, const std::string& option) {
  auto i = from.find(option);
  if (i == from.end())
    return {};
  auto result = std::move(i->second);
  from.erase(i);
  return result;
}

/// Lists of as many as there are servers, of one for all, or of none.
bool pick(const std::vector<std::string>& all, std::size_t i, std::size_t count,
          std::string& out) {
  if (all.size() != 1 && all.size() != count)
    return false;
  out = all[all.size() == 1 ? 0 : i];
  return true;
}

bool is_port(const std::string& x) {
  auto digits = std::all_of(x.begin(), x.end(),
                            [](char c) { return c >= '0' && c <= '9'; });
  return x.empty()
         || (digits && x.size() <= 5 && std::stoul(x) >= 1
             && std::stoul(x) <= 65535);
}

std::string check_security(const std::vector<postgres_url::server>& servers,
                           const std::string& mode, bool insecure) {
  const char* modes[] = {"",        "disable",   "allow",      "prefer",
                         "require", "verify-ca", "verify-full"};
  if (std::find(std::begin(modes), std::end(modes), mode) == std::end(modes))
    return "its sslmode is none that PostgreSQL knows; write verify-full";
  if (insecure || mode == "verify-full")
    return {};
  for (auto& x : servers)
    if (!x.is_local())
      return "the server '" + x.host
             + "' is not on this machine, so that others could read and "
               "change what is saved; add ?sslmode=verify-full (and "
               "&sslrootcert=FILE with its authority), or permit that with "
               "--insecure-store";
  return {};
}

} // namespace

bool postgres_url::server::is_socket() const {
  return address.empty()
         && (host.empty() || host.front() == '/' || host.front() == '@');
}

bool postgres_url::server::is_local() const {
  if (is_socket())
    return true;
  auto& x = address.empty() ? host : address;
  in_addr four{};
  if (inet_pton(AF_INET, x.c_str(), &four) == 1)
    return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  if (inet_pton(AF_INET6, x.c_str(), &six) == 1)
    return IN6_IS_ADDR_LOOPBACK(&six);
  return address.empty() && x == "localhost";
}

bool postgres_url::fits(const std::string& text) {
  return text.rfind("postgresql://", 0) == 0
         || text.rfind("postgres://", 0) == 0;
}

std::string postgres_url::parse(const std::string& text, bool insecure,
                                postgres_url& out) {
  out = {};
  if (auto& why = postgres_library_fault(); !why.empty())
    return why;
  named all;
  if (!fits(text) || text.find('\0') != text.npos || !read(text, all))
    return std::string{"this is no URL of a PostgreSQL database; "} + form;
  if (all.count("password") != 0 || all.count("sslpassword") != 0)
    return "there is a password in it, which others could see in lists of "
           "processes and in logs; leave it out, and put it into ~/.pgpass, "
           "the file that PGPASSFILE names, or PGPASSWORD";
  if (all.count("service") != 0 || std::getenv("PGSERVICE") != nullptr)
    return "a service of libpq says in another place where the database is; "
           "leave service and PGSERVICE out, and name the server";
  add_variable(all, "dbname", "PGDATABASE");
  add_variable(all, "sslmode", "PGSSLMODE");
  add_variable(all, "port", "PGPORT");
  if (all.count("host") == 0)
    add_variable(all, "hostaddr", "PGHOSTADDR");
  add_variable(all, "host", "PGHOST");
  auto hosts = split(take(all, "host"));
  auto addresses = split(take(all, "hostaddr"));
  auto ports = split(take(all, "port"));
  auto count = std::max(hosts.size(), addresses.size());
  for (std::size_t i = 0; i < count; ++i) {
    server x;
    // As libpq has it, only ports may be one for all.
    if ((hosts.size() != count && hosts != std::vector<std::string>{""})
        || (addresses.size() != count
            && addresses != std::vector<std::string>{""})
        || !pick(hosts, i, count, x.host)
        || !pick(addresses, i, count, x.address)
        || !pick(ports, i, count, x.port))
      return "it has not as many ports or addresses as servers; give one for "
             "each";
    // What else stands there may be a part of a password.
    if (!is_port(x.port))
      return "a port in it is no number from 1 to 65535; if that is of a "
             "password, leave the password out, and put it into ~/.pgpass";
    out.servers_.push_back(std::move(x));
  }
  out.database_ = all["dbname"];
  if (out.database_.empty())
    return std::string{"it names no database; "} + form;
  if (out.database_.find_first_of("@/") != std::string::npos)
    return "the name of its database holds '@' or '/', as a URL with a "
           "password does; leave the password out, and put it into ~/.pgpass";
  if (auto wrong = check_security(out.servers_, all["sslmode"], insecure);
      !wrong.empty())
    return wrong;
  // Without these a server that is gone would be waited for too long, and one
  // that only reads would be taken, where others are named.
  all.emplace("application_name", "muster");
  all.emplace("tcp_user_timeout", "5000");
  all.emplace("keepalives_idle", "5");
  all.emplace("keepalives_interval", "2");
  all.emplace("keepalives_count", "3");
  all.emplace("gssencmode", "disable");
  if (count > 1)
    all.emplace("target_session_attrs", "read-write");
  for (auto& [name, value] : all)
    if (!value.empty())
      out.options_.emplace_back(name, value);
  return {};
}

std::string postgres_url::name() const {
  auto result = "database '" + database_ + "' at ";
  for (auto& x : servers_) {
    if (&x != &servers_.front())
      result += ", ";
    if (x.is_socket())
      result += "this machine";
    else
      result += x.host.empty() ? x.address : x.host;
    result += ':' + (x.port.empty() ? "5432" : x.port);
  }
  return result;
}

} // namespace muster
