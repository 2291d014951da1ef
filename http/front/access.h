#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/front/gate.h"
#include "http/front/parsing/request_head.h"
#include "http/server/message.h"

namespace orchestrator_exporter::http {

// Who may write: users of the web configuration, who brings a token, and peers on this host; none
// of them if a web page of somewhere else sent them. Such a page reaches a server on loopback
// through the browser of whoever looks at it, under a name of its own that leads here (DNS
// rebinding) or with an Origin of its own. So a host name other than localhost, an Origin that is
// not this server's, and what the browser itself calls cross-site are refused, all from the head of
// the request.
//
// A proxy on this host counts as this host for whoever it forwards.
class WriteAccess {
 public:
  using TokenCheck = std::function<bool(std::string_view token)>;

  // `names`: host names beside localhost under which this server may be written to.
  // `isToken`: whether a text is one of the tokens that let peers of other hosts write; not set if
  // there are none.
  explicit WriteAccess(std::vector<std::string> names = {}, TokenCheck isToken = {});

  // Why the request is refused; nullopt if it is not. `authenticated`: it came with the name and
  // password of a user.
  std::optional<HttpError> fault(const RequestHead& head, const Peer& peer,
                                 bool authenticated = false) const;

 private:
  bool isOurs(std::string_view host) const;

  const std::vector<std::string> names_;
  const TokenCheck isToken_;
};

// Whether an Origin field is that of the server that was asked under this Host.
bool isOriginOf(std::string_view origin, std::string_view host);

// The host of "host:port", "[::1]:9100" or "host", in lower case and without brackets.
std::string hostOf(std::string_view hostAndPort);

}  // namespace orchestrator_exporter::http
