#pragma once

#include <cstdint>
#include <string>

namespace muster {

/// Where a shard connects next: the gateway's base URL, or the one that READY
/// named for resuming, and what a row of failures says about either. Pure.
/// Source: Events > Using Gateway > Resuming.
class gateway_address {
public:
  /// After this many resumes in a row that did not reach RESUMED, whatever
  /// made them vain, the session is given up; the last of them is tried at the
  /// base URL (S6).
  static constexpr std::uint32_t vain_resume_limit = 3;

  /// After this many connects in a row to the base URL that came to nothing
  /// the gateway may have moved.
  static constexpr std::uint32_t vain_connect_limit = 3;

  void set_base(std::string url) { base_ = std::move(url); }

  /// READY's resume_gateway_url. False when it cannot be used: it is no gateway
  /// URL, or not encrypted although the base URL is, so that the token would
  /// go in the clear.
  bool set_resume(const std::string& url);

  /// The same for one that was saved by another process: it has to be of the
  /// gateway's domain, too, for the token goes there (C14).
  bool set_saved(const std::string& url);

  /// Empty when there is none.
  const std::string& resume() const { return resume_; }

  /// For the next connection.
  const std::string& next(bool resumable);

  /// The address of the present connection did not answer as a gateway: the
  /// other one is next.
  void unreachable() { resume_failed_ = !resume_failed_; }

  /// The connection has come to READY or RESUMED.
  void worked();

  /// What follows from a connection that came to neither.
  struct verdict {
    bool give_session_up = false;
    bool look_up_base = false;
  };
  verdict in_vain(bool resume_was_sent);

  /// The session is gone, and with it the address for resuming.
  void forget_session();

private:
  std::string base_;
  std::string resume_;
  std::uint32_t vain_resumes_ = 0;
  std::uint32_t vain_connects_ = 0; // to the base URL
  bool resume_failed_ = false;
  bool at_base_ = true;
};

} // namespace muster
