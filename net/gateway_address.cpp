#include "net/gateway_address.hpp"

#include "net/url.hpp"

namespace muster {

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
