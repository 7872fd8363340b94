#include "net/http_policy.hpp"

#include <algorithm>
#include <utility>

#include "messages/node_address.hpp"
#include "net/words.hpp"

namespace muster {

namespace {

/// Of a Host header, without its port and the brackets of IPv6; empty if it is
/// none.
std::string_view host_of(std::string_view header) {
  header = trimmed(header);
  auto port = std::string_view{};
  if (!header.empty() && header.front() == '[') {
    auto end = header.find(']');
    if (end == header.npos)
      return {};
    port = header.substr(end + 1);
    header = header.substr(1, end - 1);
  } else if (auto colon = header.find(':'); colon != header.npos) {
    port = header.substr(colon);
    header = header.substr(0, colon);
  }
  if (!port.empty()
      && (port.front() != ':'
          || port.find_first_not_of("0123456789", 1) != port.npos))
    return {};
  if (!header.empty() && header.back() == '.')
    header.remove_suffix(1);
  return header;
}

/// As a proxy is asked (RFC 9112, 3.2.2): the target names the host, too, and
/// what it says holds.
http_question in_origin_form(http_question x) {
  constexpr std::string_view scheme = "http://";
  if (!is_same_word(x.target.substr(0, scheme.size()), scheme))
    return x;
  x.target.remove_prefix(scheme.size());
  auto end = std::min(x.target.find_first_of("/?"), x.target.size());
  x.host = x.target.substr(0, end);
  x.target.remove_prefix(end);
  if (x.target.empty())
    x.target = "/";
  return x;
}

/// So that it can stand in a sentence.
bool is_harmless(std::string_view host) {
  return host.size() <= 253
         && std::all_of(host.begin(), host.end(), [](char c) {
              return c > ' ' && c < 0x7f && c != '"' && c != '\'';
            });
}

} // namespace

http_policy::http_policy(std::vector<std::string> names,
                         std::vector<std::string> paths)
    : names_(std::move(names)), paths_(std::move(paths)) {}

bool http_policy::is_ours(std::string_view host, std::string_view here) const {
  if (is_loopback(lower(host)) || is_same_word(host, here))
    return true;
  return std::any_of(names_.begin(), names_.end(),
                     [&](auto& name) { return is_same_word(host, name); });
}

http_ruling http_policy::judge(const http_question& asked,
                               std::string_view here) const {
  auto x = in_origin_form(asked);
  auto head_only = x.method == "HEAD"; // whatever is answered has no body
  auto refuse = [&](unsigned status, std::string sentence) {
    return http_ruling{status, std::move(sentence), {}, head_only};
  };
  if (x.hosts != 1)
    return refuse(400, "a request has one Host header");
  auto host = host_of(x.host);
  if (host.empty() || !is_harmless(host))
    return refuse(400, "the Host header is no name or address of a machine");
  if (!is_ours(host, here))
    return refuse(403, "this server is not called '" + std::string{host}
                           + "'; permit that name with --http-host (settings: "
                             "http_hosts), or use its address");
  if (x.method != "GET" && !head_only)
    return refuse(405, "there is only GET and HEAD");
  auto path = x.target.substr(0, x.target.find('?'));
  if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
    std::string all;
    for (auto& one : paths_)
      all += (all.empty() ? "" : ", ") + one;
    return refuse(404, "there is " + all);
  }
  return {200, {}, std::string{path}, head_only};
}

} // namespace muster
