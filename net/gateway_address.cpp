#include "net/gateway_address.hpp"

#include <string_view>

#include "net/url.hpp"

namespace muster {

namespace {

/// The last two labels of a name; all of an address.
std::string_view domain_of(std::string_view host) {
  if (host.find_first_not_of("0123456789.") == host.npos
      || host.find(':') != host.npos)
    return host;
  auto dot = host.rfind('.');
  if (dot == host.npos || dot == 0)
    return host;
  dot = host.rfind('.', dot - 1);
  return dot == host.npos ? host : host.substr(dot + 1);
}

} // namespace

bool gateway_address::set_resume(const std::string& url) {
  resume_.clear();
  auto there = parse_url(url);
  auto base = parse_url(base_);
  if (!there || (there->scheme != "ws" && there->scheme != "wss")
      || (!there->encrypted() && base && base->encrypted()))
    return false;
  resume_ = url;
  return true;
}

bool gateway_address::set_saved(const std::string& url) {
  if (!set_resume(url))
    return false;
  auto there = parse_url(url);
  auto base = parse_url(base_);
  if (base && domain_of(there->host) == domain_of(base->host))
    return true;
  resume_.clear();
  return false;
}

const std::string& gateway_address::next(bool resumable) {
  at_base_ = !resumable || resume_.empty() || resume_failed_
             || vain_resumes_ + 1 >= vain_resume_limit;
  return at_base_ ? base_ : resume_;
}

void gateway_address::worked() {
  vain_resumes_ = 0;
  vain_connects_ = 0;
  resume_failed_ = false;
}

gateway_address::verdict gateway_address::in_vain(bool resume_was_sent) {
  verdict result;
  result.give_session_up =
      resume_was_sent && ++vain_resumes_ >= vain_resume_limit;
  result.look_up_base = at_base_ && ++vain_connects_ % vain_connect_limit == 0;
  return result;
}

void gateway_address::forget_session() {
  resume_.clear();
  vain_resumes_ = 0;
  resume_failed_ = false;
}

} // namespace muster
