#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster {

/// What a server that only shows things answers to a request's head, before
/// anybody is asked.
struct http_ruling {
  /// 200: somebody is to be asked.
  unsigned status = 200;
  /// For people, with the mend.
  std::string sentence;
  /// Of the request, without a query.
  std::string path;
  /// As GET, without a body.
  bool head_only = false;
};

/// The head of a request.
struct http_question {
  std::string_view method;
  std::string_view target;
  /// The Host header, and how many there were.
  std::string_view host;
  std::size_t hosts = 0;
};

/// Whose requests are answered: who names this server as it is called, so that
/// no page of a browser reads it by a name that its maker has pointed here (DNS
/// rebinding). Pure.
class http_policy {
public:
  /// `names`: hosts without ports, besides "localhost" and addresses of
  /// loopback. `paths`: what there is.
  http_policy(std::vector<std::string> names, std::vector<std::string> paths);

  /// `here`: the address that the request has come to.
  http_ruling judge(const http_question& asked, std::string_view here) const;

private:
  bool is_ours(std::string_view host, std::string_view here) const;

  std::vector<std::string> names_;
  std::vector<std::string> paths_;
};

} // namespace muster
